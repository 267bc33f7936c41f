"""What a study says: coverage with its Monte Carlo error, bias, errors against the alternatives', calibration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirti.bench.figure import Figure
from mirti.tables import Floats

ALTERNATIVES = ("direct", "synthetic", "plug_in", "fay_herriot")
MODEL_TRUE = ("ignorable", "sparse")  # where coverage is promised
BINS, SMALLEST_BIN = 10, 1000
COVERAGE = (0.92, 0.98)
LOW_COVERAGE = 0.90
RATIO = 1.03
CALIBRATED = 0.03
NORMAL = 1.959963984540054

Stacked = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Ratio:
    """Root mean squared error over that of the best alternative, and the upper 95 % limit of it over samples."""

    best: str
    value: float
    upper: float


def figures(design: str, samples: Stacked, sampled: NDArray[np.bool_]) -> Iterator[Figure]:
    """samples: arrays (S, A, …) of S samples; sampled: (A,) areas that the survey goes to."""
    held, covers = design == "ignorable", design in MODEL_TRUE
    yield Figure(f"study_{design}_samples", len(samples["rate"]), "samples")
    for name, group in {"sampled": sampled, "unsampled": ~sampled}.items():
        yield from _coverage(f"study_{design}_{name}", samples, group, covers)
        yield from _errors(f"study_{design}_{name}", samples, group)
    everyone = np.ones_like(sampled)
    best = ratio(samples, everyone)
    yield Figure(f"study_{design}_rmse_over_{best.best}", best.value, "times")
    upper, limit = best.upper, f"≤ {RATIO}" if held else ""
    yield Figure(f"study_{design}_rmse_ratio_upper_limit", upper, "times", limit, not held or upper <= RATIO)
    yield from _calibration(f"study_{design}_class", samples["classes"], _classes(samples), held)
    yield from _calibration(f"study_{design}_top", samples["top"], samples["in_top"], held)
    yield Figure(f"study_{design}_weights_matter", samples["informative"].mean(), "share of samples")
    yield Figure(f"study_{design}_boundary", samples["boundary"].mean(), "share of samples")
    for name, values in zip(("u", "v"), samples["sigma"].T, strict=True):
        yield Figure(f"study_{design}_mean_sigma_{name}", values.mean(), "logits")


def ratio(samples: Stacked, group: NDArray[np.bool_]) -> Ratio:
    """Against the alternative with the least error that predicts every area of the group; delta method over samples."""
    own = _squared(samples, "rate", group)
    others = {name: _squared(samples, name, group) for name in ALTERNATIVES}
    known = {name: squared for name, squared in others.items() if np.isfinite(squared).all()}
    best = min(known, key=lambda name: known[name].mean())
    value = float(np.sqrt(own.mean() / known[best].mean()))
    spread = (own / own.mean() - known[best] / known[best].mean()) / 2
    error = spread.std(ddof=1) / np.sqrt(len(own))
    return Ratio(best, value, float(value * np.exp(NORMAL * error)))


def calibration(forecast: Floats, happened: NDArray[np.bool_]) -> list[tuple[int, float, float]]:
    """Bins of forecast probabilities: how many, mean forecast, observed share.

    Tenths of the range of probabilities, as a reader of the map sees them; those of fewer than a thousand join the
    next, and the last the one before.
    """
    order = np.clip((forecast * BINS).astype(int), 0, BINS - 1)
    bins: list[list[int]] = [[]]
    for i in range(BINS):
        bins[-1].append(i)
        if np.isin(order, bins[-1]).sum() >= SMALLEST_BIN:
            bins.append([])
    left = bins.pop()
    if bins:
        bins[-1] += left
    else:
        bins = [left]
    inside = [np.isin(order, members) for members in bins]
    return [(int(i.sum()), float(forecast[i].mean()), float(happened[i].mean())) for i in inside if i.any()]


def _coverage(name: str, samples: Stacked, group: NDArray[np.bool_], held: bool) -> Iterator[Figure]:
    truth = samples["truth"][:, group]
    covered = (samples["low"][:, group] <= truth) & (truth <= samples["high"][:, group])
    mean, by_area = covered.mean(), covered.mean(axis=0)
    inside = COVERAGE[0] <= mean <= COVERAGE[1]
    limit = f"{COVERAGE[0]}–{COVERAGE[1]}" if held else ""
    yield Figure(f"{name}_coverage", mean, "share", limit, not held or inside)
    error = covered.mean(axis=1).std(ddof=1) / np.sqrt(len(covered)) if len(covered) > 1 else np.nan
    yield Figure(f"{name}_coverage_monte_carlo_error", error, "share")
    yield Figure(f"{name}_areas_covered_below_90%", (by_area < LOW_COVERAGE).mean(), "share of areas")
    width = (samples["high"] - samples["low"])[:, group].mean()
    yield Figure(f"{name}_mean_width", width, "proportion")


def _errors(name: str, samples: Stacked, group: NDArray[np.bool_]) -> Iterator[Figure]:
    error = (samples["rate"] - samples["truth"])[:, group]
    yield Figure(f"{name}_bias", error.mean(), "proportion")
    yield Figure(f"{name}_rmse", np.sqrt((error**2).mean()), "proportion")
    said = np.sqrt((samples["se"][:, group] ** 2).mean())
    yield Figure(f"{name}_rmse_as_estimated", said, "proportion")
    for other in ALTERNATIVES:
        squared = _squared(samples, other, group)
        if np.isfinite(squared).all():
            yield Figure(f"{name}_rmse_{other}", np.sqrt(squared.mean()), "proportion")
            bias = (samples[other] - samples["truth"])[:, group].mean()
            yield Figure(f"{name}_bias_{other}", bias, "proportion")


def _calibration(name: str, forecast: Floats, happened: NDArray[np.bool_], held: bool) -> Iterator[Figure]:
    found = calibration(forecast.ravel(), happened.ravel())
    for i, (count, mean, share) in enumerate(found):
        yield Figure(f"{name}_bin_{i + 1}_forecast", mean, f"probability_of_{count}")
        yield Figure(f"{name}_bin_{i + 1}_happened", share, "share")
    largest = max(abs(mean - share) for _, mean, share in found)
    limit = f"≤ {CALIBRATED}" if held else ""
    yield Figure(f"{name}_largest_miscalibration", largest, "share", limit, not held or largest <= CALIBRATED)


def _classes(samples: Stacked) -> NDArray[np.bool_]:
    return np.asarray(samples["class"][:, :, None] == np.arange(1, samples["classes"].shape[2] + 1))


def _squared(samples: Stacked, name: str, group: NDArray[np.bool_]) -> Floats:
    """Mean squared error of each sample, (S,)."""
    return np.asarray(((samples[name] - samples["truth"])[:, group] ** 2).mean(axis=1))
