"""The gate between survey and census: a covariate distributed differently in the two cannot carry a prediction across.

Standardised difference (Cohen 1988; Austin 2009, "Balance diagnostics for comparing the distribution of baseline
covariates"). For a level of shares p_s and p_c: (p_s - p_c) / √((p_s q_s + p_c q_c) / 2); for
a number: difference of means over √((v_s + v_c) / 2). Standard errors linearise it in the survey's moments; the census
is taken as known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from mirti.errors import InputError, Problem
from mirti.survey.estimates import estimate_covariance
from mirti.survey.variance import SinglePsu
from mirti.tables import CensusCells, Covariate, Floats, SurveyCells

WARNS = 0.10
STOPS = 0.25
NO_SPREAD = 1e-9
UNBOUNDED = 1e6  # the difference of two constants that differ; JSON has no infinity

MEAN = "mean"  # stands for the level of a number

Row: TypeAlias = tuple[str, float, float, float]
Verdict = Literal["same", "warn", "stop", "accepted"]


@dataclass(frozen=True)
class LevelDifference:
    """Shares of a level (means, of a number) in survey and census, and their standardised difference."""

    level: str
    survey: float
    census: float
    difference: float
    se: float
    verdict: Verdict


@dataclass(frozen=True)
class CovariateComparison:
    """A covariate's verdict by its widest level. reason: why it was accepted, where it was."""

    covariate: str
    levels: tuple[LevelDifference, ...]
    reason: str | None = None

    @property
    def widest(self) -> LevelDifference:
        return max(self.levels, key=lambda level: abs(level.difference))

    @property
    def verdict(self) -> Verdict:
        return self.widest.verdict

    def __str__(self) -> str:
        widest = self.widest
        return (
            f"{self.covariate}: {widest.difference:+.2f} (standard error {widest.se:.2f}) at {widest.level}, "
            f"{widest.survey:.3g} in the survey, {widest.census:.3g} in the census"
        )


@dataclass(frozen=True)
class Comparability:
    covariates: tuple[CovariateComparison, ...]

    def rows(self) -> list[dict[str, Any]]:
        """For diagnostics.json: a row a level."""
        return [{"covariate": c.covariate} | asdict(level) for c in self.covariates for level in c.levels]

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each covariate that warns, or that is kept by a written reason."""
        return tuple(_warning(c) for c in self.covariates if c.verdict in ("warn", "accepted"))


def compare(
    survey: SurveyCells,
    census: CensusCells,
    *,
    accepted: Mapping[str, str] | None = None,
    single_psu: SinglePsu = "fail",
) -> Comparability:
    """Compare every covariate's distribution among the survey's children with the census'.

    accepted: reason by covariate for those that may differ. Raises InputError with the figures where an absolute
    standardised difference is STOPS or more and no reason is written.
    """
    reasons = accepted or {}
    comparisons = tuple(
        _compare(i, covariate, survey, census, reasons.get(covariate.name), single_psu)
        for i, covariate in enumerate(survey.covariates)
    )
    _refuse([c for c in comparisons if c.verdict == "stop"])
    return Comparability(comparisons)


def _compare(
    i: int,
    covariate: Covariate,
    survey: SurveyCells,
    census: CensusCells,
    reason: str | None,
    single_psu: SinglePsu,
) -> CovariateComparison:
    size = len(covariate.values or covariate.levels)
    in_survey, at_survey = _shares(survey.codes[:, i], survey.sw, size)
    in_census, _ = _shares(census.codes[:, i], census.n, size)
    numeric = covariate.kind == "numeric"
    slopes, levels = (
        _number(covariate, in_survey, in_census) if numeric else _levels(covariate, in_survey, in_census)
    )
    influence = at_survey[:, None] * (_indicators(survey.codes[:, i], size) - in_survey) @ slopes

    def moments(w: Floats, _: Floats) -> Floats:
        return np.asarray(_shares(survey.codes[:, i], w, size)[0] @ slopes)

    variance = estimate_covariance(survey, moments, influence, single_psu)
    errors = np.sqrt(np.maximum(np.diag(variance), 0.0))
    found = tuple(
        LevelDifference(*level, float(se), _verdict(level[-1], reason))
        for level, se in zip(levels, errors, strict=True)
    )
    return CovariateComparison(covariate.name, found, reason)


def _shares(codes: Any, weight: Floats, size: int) -> tuple[Floats, Floats]:
    """Share of each code among those known, and each cell's part in the known weight (0 where the code is missing)."""
    known = np.where(codes >= 0, weight, 0.0)
    part = known / known.sum()
    shares = np.bincount(np.maximum(codes, 0), part, minlength=size)
    return np.clip(shares, 0.0, 1.0), part  # rounding may pass 1


def _indicators(codes: Any, size: int) -> Floats:
    return np.asarray(codes[:, None] == np.arange(size), dtype=np.float64)


def _levels(covariate: Covariate, p: Floats, c: Floats) -> tuple[Floats, list[Row]]:
    """Slopes (levels, levels) of the differences in the survey's shares p; the levels with their differences."""
    spread = np.sqrt((p * (1 - p) + c * (1 - c)) / 2)
    divisor = np.maximum(spread, NO_SPREAD)
    difference = np.where(spread > NO_SPREAD, (p - c) / divisor, UNBOUNDED * np.round(p - c))
    slope = np.where(spread > NO_SPREAD, 1 / divisor - (p - c) * (1 - 2 * p) / (4 * divisor**3), 0.0)
    rows = list(zip(covariate.levels, p.tolist(), c.tolist(), difference.tolist(), strict=True))
    return np.diag(slope), rows


def _number(covariate: Covariate, p: Floats, c: Floats) -> tuple[Floats, list[Row]]:
    """As `_levels`, of the one difference of means of a number: slopes (values, 1)."""
    x = np.asarray(covariate.values, dtype=np.float64)
    mean_s, mean_c = float(x @ p), float(x @ c)
    v_s, v_c = float((x - mean_s) ** 2 @ p), float((x - mean_c) ** 2 @ c)
    spread = np.sqrt((v_s + v_c) / 2)
    if spread <= NO_SPREAD:
        same = math.isclose(mean_s, mean_c, rel_tol=NO_SPREAD, abs_tol=NO_SPREAD)
        difference = 0.0 if same else math.copysign(UNBOUNDED, mean_s - mean_c)
        return np.zeros((len(x), 1)), [(MEAN, mean_s, mean_c, difference)]
    difference = (mean_s - mean_c) / spread
    slope = x / spread - difference * (x - mean_s) ** 2 / (2 * (v_s + v_c))
    return slope[:, None], [(MEAN, mean_s, mean_c, float(difference))]


def _verdict(difference: float, reason: str | None) -> Verdict:
    if abs(difference) < WARNS:
        return "same"
    if reason:
        return "accepted"
    return "stop" if abs(difference) >= STOPS else "warn"


def _warning(comparison: CovariateComparison) -> str:
    head = f"Survey and census differ in {comparison}"
    return f"{head}; accepted: {comparison.reason}" if comparison.verdict == "accepted" else f"{head}."


def _refuse(stopped: Sequence[CovariateComparison]) -> None:
    if stopped:
        noun = "covariates are" if len(stopped) > 1 else "covariate is"
        raise InputError(
            Problem(
                what=f"{len(stopped)} {noun} distributed differently in survey and census: "
                f"the standardised difference is {STOPS:g} or more.",
                where="comparability",
                remedy="Code both sources alike, drop the covariate, or accept it by name with a written reason "
                '([[accept]] covariate = "…", reason = "…"); the reason is printed with the results.',
                count=len(stopped),
                items=tuple(str(comparison) for comparison in stopped),
            )
        )
