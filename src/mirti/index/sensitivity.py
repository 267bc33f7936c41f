"""Which choice of method moves the areas most: Sobol' indices of the mean shift in rank.

The choices are triggers, independent and uniform (Saisana, Saltelli & Tarantola 2005). First order: the share of the
variance that a choice explains alone; total: alone and together with the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mirti.index.uncertainty import TOLD_EVERY, Rankings
from mirti.tables import Floats

RESAMPLES = 200
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class Indices:
    """first, total: (T,) indices of T inputs; their 95 % intervals (T, 2) hold the error of sampling the points."""

    first: Floats
    total: Floats
    first_interval: Floats
    total_interval: Floats


@dataclass(frozen=True)
class Sensitivity:
    """The indices of each trigger."""

    triggers: tuple[str, ...]
    indices: Indices


def sensitivity(
    rankings: Rankings, points: int, seed: int, progress: Callable[[int, int], None]
) -> Sensitivity | None:
    """Sobol' indices of `rankings.shift`. points: a power of two; points × (triggers + 2) choices are evaluated.

    None where there is nothing to choose, or where no choice moves an area.
    """
    triggers = rankings.alternatives.triggers
    evaluations = points * (len(triggers) + 2)
    done = 0

    def shifts(places: Floats) -> Floats:
        nonlocal done
        values = np.empty(len(places))
        for i, place in enumerate(places):
            values[i] = rankings.shift(rankings.alternatives.at(place))
            done += 1
            if done % TOLD_EVERY == 0:
                progress(done, evaluations)
        return values

    indices = sobol_indices(shifts, len(triggers), points, seed) if triggers else None
    return Sensitivity(triggers, indices) if indices is not None else None


def sobol_indices(
    function: Callable[[Floats], Floats], inputs: int, points: int, seed: int
) -> Indices | None:
    """Of a function of places (n, T) in the unit cube; None if it does not vary.

    Points of a scrambled Sobol' sequence make two samples A and B; A with one column of B (AB_i) tells that input's
    part. First order by the estimator of Saltelli et al. (2010, table 2 b), total by that of Jansen (1999, f):
    E[f_B (f_AB − f_A)] / V and E[(f_A − f_AB)²] / 2V. Intervals: percentiles of 200 bootstrap samples of the points.
    """
    generator = np.random.default_rng(seed)
    sample = stats.qmc.Sobol(2 * inputs, rng=generator).random(points)
    a, b = sample[:, :inputs], sample[:, inputs:]
    f_a, f_b = function(a), function(b)
    f_ab = np.array([function(np.where(np.arange(inputs) == i, b, a)) for i in range(inputs)])
    if np.concatenate([f_a, f_b]).var() == 0:
        return None
    drawn = generator.integers(0, points, (RESAMPLES, points))
    resampled = np.array([_estimates(f_a[rows], f_b[rows], f_ab[:, rows]) for rows in drawn])
    low, high = np.nanquantile(resampled, INTERVAL, axis=0)
    first, total = _estimates(f_a, f_b, f_ab)
    intervals = np.stack([low, high], axis=-1)
    return Indices(first, total, intervals[0], intervals[1])


def _estimates(f_a: Floats, f_b: Floats, f_ab: Floats) -> tuple[Floats, Floats]:
    """First-order and total indices; nan where a bootstrap sample does not vary."""
    both = np.concatenate([f_a, f_b])
    variance, mean = both.var() or np.nan, both.mean()
    first = ((f_b - mean) * (f_ab - f_a)).mean(axis=1) / variance
    total = ((f_a - f_ab) ** 2).mean(axis=1) / (2 * variance)
    return first, total
