"""Outliers: an indicator whose few extreme values would decide the index alone is winsorised or transformed.

The rule of OECD/JRC (2008, section 5) and of the audits of the JRC: an indicator with |skewness| above 2 and kurtosis
above 3.5 is treated. Skewness and excess kurtosis are the sample-adjusted ones (G1 and G2), as spreadsheets print them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, stats

from mirti.declarations.index import Treatment
from mirti.tables import Floats

ROOM = 0.01  # a Box–Cox transformation begins this share of the range below the lowest value where that is not positive
POWERS = (-3.0, 3.0)  # λ beyond would make much of differences that are next to nothing
LEAST = 4  # values that kurtosis needs


@dataclass(frozen=True)
class Rules:
    """When an indicator is treated, and the quantiles that winsorising pulls extreme values to."""

    skewness: float = 2.0
    kurtosis: float = 3.5
    quantiles: tuple[float, float] = (0.025, 0.975)


@dataclass(frozen=True)
class Treated:
    """values: (A,) as they go on, missing ones nan; what: none, winsorised or box_cox, followed by name=figure."""

    values: Floats
    what: str


def treat(values: Floats, how: Treatment, rules: Rules) -> Treated:
    """One indicator (A,), nan where missing. automatic: winsorised if it breaks the rule, Box–Cox if it still does."""
    if how == "winsorise":
        return winsorise(values, rules)
    if how == "box_cox":
        return box_cox(values)
    if how == "none" or not is_extreme(values, rules):
        return Treated(values, "none")
    pulled = winsorise(values, rules)
    return box_cox(values) if pulled.what == "none" or is_extreme(pulled.values, rules) else pulled


def is_extreme(values: Floats, rules: Rules) -> bool:
    """Whether both |skewness| and kurtosis are over their limits; never of a constant or of fewer than four values."""
    known = values[~np.isnan(values)]
    if len(known) < LEAST or known.min() == known.max():
        return False
    skewness, kurtosis = moments(known)
    return abs(skewness) > rules.skewness and kurtosis > rules.kurtosis


def still_extreme(values: Floats, rules: Rules) -> list[int]:
    """Columns of (A, k) that break the rule, as they would go on."""
    return [i for i in range(values.shape[1]) if is_extreme(values[:, i], rules)]


def moments(known: Floats) -> tuple[float, float]:
    """Sample-adjusted skewness and excess kurtosis."""
    return float(stats.skew(known, bias=False)), float(stats.kurtosis(known, bias=False))


def winsorise(values: Floats, rules: Rules) -> Treated:
    """Values beyond the quantiles are set to them. Left as it is where that would leave a single value."""
    known = values[~np.isnan(values)]
    low, high = np.quantile(known, rules.quantiles)
    if low == high:
        return Treated(values, "none")
    moved = int(((known < low) | (known > high)).sum())
    return Treated(np.clip(values, low, high), f"winsorised low={low:.6g} high={high:.6g} values={moved}")


def box_cox(values: Floats) -> Treated:
    """(x^λ − 1) / λ, λ by maximum likelihood within POWERS (Box & Cox 1964); increasing, so that nobody changes place.

    Values that are not all positive are moved up first; divided by their geometric mean, they stay within a float.
    """
    known = ~np.isnan(values)
    lowest, highest = values[known].min(), values[known].max()
    shift = 0.0 if lowest > 0 else float(ROOM * (highest - lowest) - lowest)
    positive = values[known] + shift
    result = values.copy()
    result[known], power = stats.boxcox(positive / stats.gmean(positive), optimizer=_within_powers)
    return Treated(result, f"box_cox lambda={power:.4g} shift={shift:.6g}")


def _within_powers(deviance: Callable[[float], float]) -> Any:
    return optimize.minimize_scalar(deviance, bounds=POWERS, method="bounded")
