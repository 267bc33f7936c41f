"""What a bootstrap adds to the synthetic release: draws, reliability, scenarios, hot spots and types.

Every function takes arrays of one entry a municipality and returns columns or a table of the release.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mirti.documents import (
    BenchmarkRecord,
    MixedRecord,
    MoranRecord,
    TypeRecord,
    TypologyRecord,
    UncertaintyRecord,
)
from mirti.io.release_tables import arrow_table

Floats = NDArray[np.float64]
Index = NDArray[np.int64]

REPLICATES = 60
TOP = 48
LIMITS = (0.15, 0.30, 0.50)  # of the letters A and B, and of what is shown at all
NATIONAL_DIRECT_SHIFT = 0.02
SCENARIOS = {
    "schooling_98": (1, -0.9),
    "rural_half": (2, -0.4),
}  # position of the covariate, effect on the log odds
TYPES = 3


def draw(rng: np.random.Generator, risk: Floats) -> Floats:
    """(A, R) draws of the rates; a few areas are so uncertain that their letter is C or their value withheld."""
    spread = np.exp(rng.normal(np.log(0.12), 0.5, len(risk)))
    spread[5], spread[6] = 0.40, 0.9
    logit = np.log(risk / (1 - risk))
    return 1 / (1 + np.exp(-(logit[:, None] + spread[:, None] * rng.normal(size=(len(risk), REPLICATES)))))


def estimate_columns(risk: Floats, draws: Floats) -> dict[str, Any]:
    """Error, interval, coefficient of variation and letter of rates (T,) with draws (T, R)."""
    low, high = np.quantile(draws, [0.025, 0.975], axis=1)
    se = np.sqrt(((draws - risk[:, None]) ** 2).mean(axis=1))
    cv = se / risk
    return {
        "se": se,
        "ci_low": np.minimum(low, risk),
        "ci_high": np.maximum(high, risk),
        "cv": cv,
        "reliability": np.array(["A", "B", "C", "withheld"], dtype=object)[np.searchsorted(LIMITS, cv)],
    }


def place_columns(draws: Floats, breaks: Sequence[float]) -> dict[str, Any]:
    """Probability of each class and of the top, and the interval of the rank."""
    numbers = np.searchsorted(np.asarray(breaks), draws, side="left")
    ranks = 1 + (-draws).argsort(axis=0, kind="stable").argsort(axis=0)
    classes = {f"p_{k + 1}": (numbers == k).mean(axis=1) for k in range(len(breaks) + 1)}
    return classes | {
        "rank_low": np.quantile(ranks, 0.025, axis=1).astype(int),
        "rank_high": np.ceil(np.quantile(ranks, 0.975, axis=1)).astype(int),
        "p_top": (ranks <= TOP).mean(axis=1),
    }


def replicates(codes: Sequence[str], draws: Floats) -> Any:
    areas, size = draws.shape
    return arrow_table(
        "replicates.parquet",
        {
            "code": np.repeat(np.array(codes, dtype=object), size),
            "replicate": np.tile(np.arange(size, dtype=np.int32), areas),
            "risk": draws.astype(np.float32).ravel(),
        },
    )


def scenarios(codes: Sequence[str], groups: Floats, risk: Floats, x: Floats, children: Floats) -> Any:
    """codes: (T,) areas, then domains; groups: (T, A) membership. Rates of a domain are weighted by children."""
    weights = groups * children / (groups @ children)[:, None]
    rows: dict[str, list[Any]] = {name: [] for name in ("scenario", "code", "risk", "difference", "ci_low", "ci_high",
                                                        "expected_difference", "moved")}  # fmt: skip
    logit = np.log(risk / (1 - risk))
    for name, (position, effect) in SCENARIOS.items():
        changed = 1 / (1 + np.exp(-(logit + effect * x[:, position])))
        difference = weights @ (changed - risk)
        rows["scenario"] += [name] * len(codes)
        rows["code"] += codes
        rows["risk"] += (weights @ changed).tolist()
        rows["difference"] += difference.tolist()
        rows["ci_low"] += (1.4 * difference).tolist()
        rows["ci_high"] += (0.6 * difference).tolist()
        rows["expected_difference"] += (difference * (groups @ children)).tolist()
        rows["moved"] += (weights @ x[:, position]).tolist()
    return arrow_table("scenarios.parquet", rows)


def hot_spots(codes: Sequence[str], risk: Floats, touching: NDArray[np.bool_], draws: Floats | None) -> Any:
    """touching: (A, A) which municipalities are neighbours. Made-up p-values that find a few hot and cold spots."""
    number = touching.sum(axis=1)
    deviation = risk - risk.mean()
    around = np.divide(touching @ deviation, number, out=np.zeros(len(risk)), where=number > 0)
    p_value = 2 * stats.norm.sf(1.6 * np.abs(around) * np.sqrt(np.maximum(number, 1)) / deviation.std())
    p_adjusted = stats.false_discovery_control(p_value)
    alone, found = number == 0, p_adjusted <= 0.05
    high, high_around = deviation > 0, around > 0
    quadrant = np.where(high, np.where(high_around, "high_high", "high_low"),
                        np.where(high_around, "low_high", "low_low")).astype(object)  # fmt: skip
    hot = found & high & high_around & ~alone
    nothing = np.where(alone, np.nan, 1.0)
    share = (
        None if draws is None else np.where(alone, np.nan, ((draws > risk.mean()[None]).mean(axis=1)) * hot)
    )
    quadrant[alone] = None
    return arrow_table(
        "hotspots.parquet",
        {
            "code": codes,
            "neighbours": number,
            "local_moran": deviation / deviation.std() * around / deviation.std() * nothing,
            "p_value": p_value * nothing,
            "p_adjusted": p_adjusted * nothing,
            "quadrant": quadrant,
            "hot_spot": hot,
            "cold_spot": found & ~high & ~high_around & ~alone,
            "share_hot": share,
        },
    )


def type_numbers(schooling: Floats, risk: Floats) -> Index:
    """Thirds by one covariate, numbered by mean rate."""
    thirds = np.searchsorted(np.quantile(schooling, [1 / 3, 2 / 3]), schooling)
    order = np.argsort(np.argsort([risk[thirds == k].mean() for k in range(TYPES)]))
    return np.asarray(order[thirds] + 1)


def type_records(
    numbers: Index,
    risk: Floats,
    children: Floats,
    markers: tuple[dict[str, float], ...],
    *,
    is_rate: bool = True,
) -> tuple[TypeRecord, ...]:
    return tuple(
        TypeRecord(
            number=k,
            areas=int((numbers == k).sum()),
            children=float(children[numbers == k].sum()),
            expected=float((risk * children)[numbers == k].sum()) if is_rate else None,
            risk=float(np.average(risk[numbers == k], weights=children[numbers == k])),
            markers=markers[k - 1],
            silhouette=0.4,
        )
        for k in range(1, TYPES + 1)
    )


def typology_record() -> TypologyRecord:
    return TypologyRecord(silhouette=0.4, tried={"3": 0.4, "4": 0.3}, weak=False)


def moran_record(table: Any) -> MoranRecord:
    islands = [row["code"] for row in table.to_pylist() if row["neighbours"] == 0]
    return MoranRecord(
        statistic=0.42, expected=-0.004, sd=0.03, p_value=0.00002, permutations=99_999, false_discovery=0.05, pairs=430,
        hot=sum(table["hot_spot"].to_pylist()), cold=sum(table["cold_spot"].to_pylist()), islands=tuple(islands),
    )  # fmt: skip


def mixed_record(areas: int) -> MixedRecord:
    return MixedRecord(
        sigma_u=0.35, sigma_u_interval=(0.28, 0.44), sigma_v=0.2, sigma_v_interval=(0.1, 0.3), boundary=False,
        penalised=False, areas=areas, psus=132, nodes=(15, 7), own_sample_share={"min": 0.0, "median": 0.3, "max": 0.8},
    )  # fmt: skip


def benchmark_records(departments: Sequence[str]) -> tuple[BenchmarkRecord, ...]:
    """Every department on its own rate but the last, which has no sample."""
    *own, last = departments
    return (
        *(BenchmarkRecord(code=code, shift=NATIONAL_DIRECT_SHIFT, own=True) for code in own),
        BenchmarkRecord(code=last, shift=0.01, own=False, reason="no_sample"),
    )


def uncertainty_record() -> UncertaintyRecord:
    return UncertaintyRecord(replicates=REPLICATES, redrawn=1, top=TOP, breaks_low=(0.07, 0.1), breaks_high=(0.1, 0.14),
                             kept_class=0.81)  # fmt: skip
