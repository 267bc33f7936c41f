"""Intervals, ranking and rates against the truth of a simulated country of two million persons, whatever they show.

The truth of an area is its expected rate given its effect, the estimand of the engine. The intervals of kind
"coefficients" do not hold the area's effect, so they cover far less than 95 %; the figures say how much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import stats

from mirti.bench.figure import Figure
from mirti.io.release_tables import Release, floats, texts
from mirti.pipeline import run, simulate, verify
from mirti.tables import Floats

PERSONS = 2_000_000
SEED = 20
TOP = 0.2


@dataclass(frozen=True)
class Comparison:
    """Estimate and truth by area, (A,); sampled: areas with a sampled child."""

    risk: Floats
    low: Floats
    high: Floats
    truth: Floats
    children: Floats
    direct: Floats
    sampled: NDArray[np.bool_]


def figures(work: Path, persons: int = PERSONS) -> Iterator[Figure]:
    """Simulate, run, compare; work: a new or an own folder for the country and the release."""
    country = work / f"country-{persons}"
    if not country.exists():
        simulate(persons, SEED, country)
    with_release = work / f"release-{persons}"
    if not with_release.exists():
        run(country / "model.toml", with_release)
    yield from compare(comparison(verify(with_release), country / "truth.parquet"))


def comparison(release: Release, truth: Path) -> Comparison:
    """Join the release's areas to the truth by code."""
    table = pq.read_table(truth, columns=["code", "expected_rate"])
    rates = dict(zip(texts(table, "code"), floats(table, "expected_rate"), strict=True))
    areas = release.areas
    return Comparison(
        risk=floats(areas, "risk"),
        low=floats(areas, "ci_low"),
        high=floats(areas, "ci_high"),
        truth=np.array([rates[code] for code in texts(areas, "code")]),
        children=floats(areas, "children"),
        direct=floats(areas, "direct"),
        sampled=floats(areas, "sample_n") > 0,
    )


def compare(found: Comparison) -> Iterator[Figure]:
    """The figures; none is held to a limit."""
    covered = (found.low <= found.truth) & (found.truth <= found.high)
    error = found.risk - found.truth
    yield Figure("truth_areas", len(error), "areas")
    yield Figure("truth_areas_sampled", int(found.sampled.sum()), "areas")
    yield Figure("truth_coverage_of_95%_intervals", covered.mean(), "share")
    yield Figure("truth_coverage_sampled", covered[found.sampled].mean(), "share")
    yield Figure("truth_coverage_unsampled", covered[~found.sampled].mean(), "share")
    yield Figure("truth_mean_interval_width", (found.high - found.low).mean(), "proportion")
    yield Figure("truth_rmse", np.sqrt((error**2).mean()), "proportion")
    yield Figure("truth_rmse_of_direct_rates", _rmse_direct(found), "proportion")
    yield Figure("truth_spread_of_true_rates", found.truth.std(), "proportion")
    yield Figure("truth_mean_error", error.mean(), "proportion")
    yield Figure("truth_national_error", np.average(error, weights=found.children), "proportion")
    yield Figure("truth_spearman", stats.spearmanr(found.risk, found.truth).statistic, "-")
    yield Figure("truth_kendall", stats.kendalltau(found.risk, found.truth).statistic, "-")
    yield Figure("truth_top_fifth_found", top_overlap(found.risk, found.truth), "share")


def top_overlap(estimate: Floats, truth: Floats, share: float = TOP) -> float:
    """Share of the areas truly among the highest `share` that the estimate also puts there."""
    count = max(round(share * len(truth)), 1)
    highest = [set(np.argsort(-values, kind="stable")[:count]) for values in (estimate, truth)]
    return len(highest[0] & highest[1]) / count


def _rmse_direct(found: Comparison) -> float:
    error = (found.direct - found.truth)[found.sampled]
    return float(np.sqrt((error**2).mean()))
