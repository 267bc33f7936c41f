"""The model as the report's chapter shows it: coefficients, spread between places, weights, benchmark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy.stats import norm

from mirti.documents import BenchmarkRecord, MixedRecord
from mirti.io.release_tables import Release
from mirti.report.drawing import Forest, forest_axis
from mirti.report.facts import Row

PAGE = "modelled"
Estimator = Literal["mixed", "logistic", "firth"]

# Of two places at random: the median of exp|u1 − u2| with u ~ N(0, σ²) (Larsen & Merlo 2005, Am. J. Epidemiol. 161).
MEDIAN_DISTANCE = math.sqrt(2) * float(norm.ppf(0.75))


@dataclass(frozen=True)
class Spread:
    """A standard deviation on the log-odds scale, and as median odds ratio of two like children in two places."""

    sigma: tuple[float, float, float]
    ratio: tuple[float, float, float]


@dataclass(frozen=True)
class Weighing:
    """A coefficient's odds ratio under each scaling of the weights, in the record's order."""

    term: str
    factor: str | None
    level: str | None
    ratios: tuple[float | None, ...]


@dataclass(frozen=True)
class Modelled:
    """areas, psus: None where the model has no such effect; psus_declared: the spec asks for that of clusters.

    national: the country's shift, if it is the only one; shifts: else the departments'.
    """

    estimator: Estimator
    coefficients: list[Row]
    forest: Forest
    areas: Spread | None
    psus: Spread | None
    psus_declared: bool
    weighings: tuple[Weighing, ...]
    national: BenchmarkRecord | None
    shifts: tuple[BenchmarkRecord, ...]

    @property
    def borrowed(self) -> int:
        return sum(not shift.own for shift in self.shifts)

    @staticmethod
    def factor(shift: BenchmarkRecord) -> float:
        """What a shift multiplies the odds by."""
        return math.exp(shift.shift)


def modelled_of(release: Release) -> Modelled:
    record, coefficients = release.diagnostics.mixed, release.coefficients.to_pylist()
    shifts = release.diagnostics.benchmark
    of_country = len(shifts) == 1 and shifts[0].code == release.manifest.country
    return Modelled(
        estimator=_estimator(release),
        coefficients=coefficients,
        forest=_forest(coefficients),
        areas=None if record is None else _spread(record.sigma_u, record.sigma_u_interval),
        psus=_psus(record),
        psus_declared=(release.manifest.spec.get("model") or {}).get("psu_effect", True),
        weighings=() if record is None else _weighings(record, coefficients),
        national=shifts[0] if of_country else None,
        shifts=() if of_country else shifts,
    )


def _estimator(release: Release) -> Estimator:
    if release.diagnostics.mixed is not None:
        return "mixed"
    declared = (release.manifest.spec.get("model") or {}).get("estimator")
    return "firth" if declared == "firth" else "logistic"


def _spread(sigma: float, interval: tuple[float, float | None]) -> Spread:
    values = (sigma, interval[0], math.inf if interval[1] is None else interval[1])
    low, middle, high = (math.exp(MEDIAN_DISTANCE * value) for value in (values[1], values[0], values[2]))
    return Spread(values, (middle, low, high))


def _psus(record: MixedRecord | None) -> Spread | None:
    if record is None or record.sigma_v is None or record.sigma_v_interval is None:
        return None
    return _spread(record.sigma_v, record.sigma_v_interval)


def _forest(coefficients: list[Row]) -> Forest:
    terms = [row for row in coefficients if row["factor"] is not None]
    ends = [row[end] for row in terms for end in ("or_low", "or_high") if row[end] is not None]
    return forest_axis(ends or [row["odds_ratio"] for row in terms])


def _weighings(record: MixedRecord, coefficients: list[Row]) -> tuple[Weighing, ...]:
    if not record.scalings:
        return ()
    return tuple(
        Weighing(row["term"], row["factor"], row["level"], _ratios(record, row["term"]))
        for row in coefficients
    )


def _ratios(record: MixedRecord, term: str) -> tuple[float | None, ...]:
    found = (scaling.coefficients.get(term) for scaling in record.scalings)
    return tuple(None if value is None else math.exp(value) for value in found)
