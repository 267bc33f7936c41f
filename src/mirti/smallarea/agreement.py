"""How well modelled rates agree with a direct measure of the same areas, known from elsewhere.

Correlation says whether the order is right, calibration whether the level is: in a regression of the measure on the
modelled rate, weighted by children, intercept 0 and slope 1; a slope above 1 says that the modelled rates are drawn too
much to the middle. Weighted kappa (Cohen 1968, squared weights) is agreement of classes beyond chance. Intervals are
95 % percentiles of a bootstrap over areas (Efron & Tibshirani 1993), seeded: they say how far another set of areas like
these could have changed the figure, not what the measure's own sampling error does to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mirti.maps.breaks import class_of
from mirti.tables import Floats, Index

FEWEST = 10  # areas
RESAMPLES = 1_000
TENTHS = 10
TOP = 5  # the top fifth


@dataclass(frozen=True)
class Figure:
    """A statistic with its 95 % interval; nan where it is not defined (a rate that does not vary)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Tenth:
    """A tenth of the areas by modelled rate, 1 the lowest. modelled, measured: means weighted by children."""

    number: int
    areas: int
    children: float
    modelled: float
    measured: float


@dataclass(frozen=True)
class SamplingError:
    """What the measure's own standard errors allow to be said, of the areas that have one.

    areas: how many; within: share of them whose distance is within 1.96 standard errors of the two together (nan if the
    modelled rates have none); rmse: root mean square distance less what the measure's error explains, not below 0.
    """

    areas: int
    within: float
    rmse: float


@dataclass(frozen=True)
class Agreement:
    """n areas and their children, and how modelled and measured rates agree there. _children: weighted by children.

    kappa: of the release's classes, both rates cut at its breaks; kappa_ranked: the measure cut so that each class
    holds as many areas as the release's, which forgives a measure of another level. top_fifth: share of the areas of
    the measure's top fifth that are in the model's (a fifth by chance). bias: mean of modelled less measured; rmse:
    root mean square of it; proportions. inside: share of the areas whose published interval holds the measure, if one
    is given.
    """

    areas: int
    children: float
    pearson: Figure
    pearson_children: Figure
    spearman: Figure
    spearman_children: Figure
    intercept: Figure
    slope: Figure
    kappa: Figure
    kappa_ranked: Figure
    top_fifth: float
    bias: float
    bias_children: float
    rmse: float
    rmse_children: float
    tenths: tuple[Tenth, ...]
    inside: float | None
    sampling: SamplingError | None


def agreement(
    modelled: Floats,
    measured: Floats,
    children: Floats,
    breaks: tuple[float, ...],
    *,
    interval: tuple[Floats, Floats] | None = None,
    errors: tuple[Floats | None, Floats] | None = None,
    seed: int = 0,
) -> Agreement:
    """Hold modelled against measured rates of the same n areas, all (n,).

    breaks: the release's. interval: its published ends (low, high). errors: standard errors of the modelled rates (None
    if they have none that hold the territory's own departure) and of the measured ones, nan where not known.
    """
    numbers = class_of(modelled, np.array(breaks)), class_of(measured, np.array(breaks))
    ranked = numbers[0], _cut_alike(measured, numbers[0])
    times = _resamples(len(modelled), seed)
    classes = len(breaks) + 1
    weighted = times * children

    def figure(statistic: Callable[[Floats], float], weights: Floats) -> Figure:
        drawn = np.array([statistic(w) for w in weights[1:]])
        known = drawn[np.isfinite(drawn)]
        low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
        return Figure(float(statistic(weights[0])), float(low), float(high))

    ranks = _Ranks(modelled), _Ranks(measured)
    away = modelled - measured
    return Agreement(
        areas=len(modelled),
        children=float(children.sum()),
        pearson=figure(lambda w: correlation(modelled, measured, w), times),
        pearson_children=figure(lambda w: correlation(modelled, measured, w), weighted),
        spearman=figure(lambda w: correlation(ranks[0].of(w), ranks[1].of(w), w), times),
        spearman_children=figure(lambda w: correlation(ranks[0].of(w), ranks[1].of(w), w), weighted),
        intercept=figure(lambda w: regression(modelled, measured, w)[0], weighted),
        slope=figure(lambda w: regression(modelled, measured, w)[1], weighted),
        kappa=figure(lambda w: weighted_kappa(*numbers, classes, w), times),
        kappa_ranked=figure(lambda w: weighted_kappa(*ranked, classes, w), times),
        top_fifth=overlap_of_top(modelled, measured),
        bias=float(away.mean()),
        bias_children=float(np.average(away, weights=children)),
        rmse=float(np.sqrt((away**2).mean())),
        rmse_children=float(np.sqrt(np.average(away**2, weights=children))),
        tenths=tenths(modelled, measured, children),
        inside=None if interval is None else _share_inside(measured, *interval),
        sampling=None if errors is None else _sampling(away, *errors),
    )


def correlation(x: Floats, y: Floats, weights: Floats) -> float:
    """Pearson's correlation of x and y (n,) under weights; nan if one does not vary."""
    total = weights.sum()
    dx, dy = x - (weights @ x) / total, y - (weights @ y) / total
    spread = (weights @ dx**2) * (weights @ dy**2)
    return float(weights @ (dx * dy) / np.sqrt(spread)) if spread > 1e-30 else float("nan")


def regression(x: Floats, y: Floats, weights: Floats) -> tuple[float, float]:
    """Intercept and slope of y on x (n,) by weighted least squares; nan if x does not vary."""
    total = weights.sum()
    mean_x, mean_y = (weights @ x) / total, (weights @ y) / total
    spread = weights @ (x - mean_x) ** 2
    if spread <= 1e-30:
        return float("nan"), float("nan")
    slope = float(weights @ ((x - mean_x) * (y - mean_y)) / spread)
    return float(mean_y - slope * mean_x), slope


def weighted_kappa(one: Index, other: Index, classes: int, weights: Floats) -> float:
    """Cohen's kappa with squared weights of two classifications (n,) from 1 to classes; nan if all are in one class."""
    table = np.bincount((one - 1) * classes + other - 1, weights, minlength=classes**2).reshape(
        classes, classes
    )
    table = table / table.sum()
    distance = np.subtract.outer(np.arange(classes), np.arange(classes)) ** 2
    chance = float((distance * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    return 1 - float((distance * table).sum()) / chance if chance > 0 else float("nan")


def overlap_of_top(one: Floats, other: Floats) -> float:
    """Share of the top fifth by one (n,) that is in the top fifth by the other; of equal rates the first are taken."""
    size = -(-len(one) // TOP)
    tops = [set(np.argsort(-values, kind="stable")[:size].tolist()) for values in (one, other)]
    return len(tops[0] & tops[1]) / size


def tenths(modelled: Floats, measured: Floats, children: Floats) -> tuple[Tenth, ...]:
    """The areas (n,) in ten groups of equal number by modelled rate, with both mean rates."""
    groups = np.array_split(np.argsort(modelled, kind="stable"), TENTHS)
    return tuple(
        Tenth(
            number=k + 1,
            areas=len(group),
            children=float(children[group].sum()),
            modelled=float(np.average(modelled[group], weights=children[group])),
            measured=float(np.average(measured[group], weights=children[group])),
        )
        for k, group in enumerate(groups)
    )


class _Ranks:
    """Weighted mid-ranks of values (n,): the weight below each value and half of what equals it."""

    def __init__(self, values: Floats) -> None:
        _, self._place = np.unique(values, return_inverse=True)

    def of(self, weights: Floats) -> Floats:
        held = np.bincount(self._place, weights)
        return np.asarray((np.cumsum(held) - held / 2)[self._place])


def _resamples(areas: int, seed: int) -> Floats:
    """How often each area is taken: once in the first row, then in each of the bootstrap's (1 + RESAMPLES, areas)."""
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(areas, np.full(areas, 1 / areas), size=RESAMPLES)
    return np.vstack([np.ones(areas), drawn]).astype(np.float64)


def _cut_alike(values: Floats, classes: Index) -> Index:
    """Classes of values such that each holds as many areas as `classes` does."""
    result = np.empty_like(classes)
    result[np.argsort(values, kind="stable")] = np.sort(classes)
    return result


def _share_inside(measured: Floats, low: Floats, high: Floats) -> float:
    return float(((low <= measured) & (measured <= high)).mean())


def _sampling(away: Floats, model: Floats | None, measure: Floats) -> SamplingError:
    known = np.isfinite(measure) & (measure > 0)
    if not known.any():
        return SamplingError(0, float("nan"), float("nan"))
    unexplained = float((away[known] ** 2 - measure[known] ** 2).mean())
    within = float("nan")
    if model is not None:
        together = np.hypot(model, measure)[known]
        within = float((np.abs(away[known]) <= 1.96 * together).mean())
    return SamplingError(int(known.sum()), within, float(np.sqrt(max(unexplained, 0.0))))
