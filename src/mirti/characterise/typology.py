"""Types of territories: groups of areas whose rates depart from the national one for like reasons.

An area is a point: the contributions of the model's factors to its distance from the national rate, all in one unit.
The area effect, the benchmark and the remainder are left out, as they say nothing of its composition. Contributions are
not divided by their own spread: a factor that hardly moves any rate shall not part the areas.

Ward's method (1963) groups the points; each number of groups is then settled by moving areas to the nearest group's
mean until none moves (k-means from Ward's means, as in Lebart, Morineau & Piron 1995). The number is the one whose
average silhouette (Rousseeuw 1987) is largest. Nothing is drawn at random up to `SAMPLED` areas; above, Ward's method
sees a seeded sample and the moving sees all. Types are numbered by their children's mean rate, 1 the lowest, and marked
by the factors whose mean in the type stands at least half a standard deviation from that of all areas.

What it is not: a discovery of natural kinds. Under an average silhouette of 0.25 the areas form no groups to speak of
(Kaufman & Rousseeuw 1990), and the types only part a cloud into handy pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.cluster.hierarchy import fcluster, ward
from scipy.spatial.distance import cdist

from mirti.tables import Floats, Index

FEWEST = 10  # areas
SAMPLED = 8_000  # areas whose distances Ward's method holds in memory: 256 MB
NUMBERS = range(3, 10)  # two groups would repeat the map of the risk
OWN_ROWS = frozenset({"area_effect", "benchmark", "remainder"})
MARKED = 0.5  # standard deviations among areas
MOST_MARKS = 3
WEAK = 0.25  # average silhouette
BLOCK = 1_000
ROUNDS = 200

Unassessed = Literal["few_areas", "same_composition"]


@dataclass(frozen=True)
class Mark:
    """A factor that sets a type apart. mean: of the type's areas' contributions, proportions; distance: from the mean
    of all areas, in standard deviations among areas (positive: it raises the rate more than elsewhere).
    """

    factor: str
    mean: float
    distance: float


@dataclass(frozen=True)
class Type:
    """A type of territories. risk: its children's mean rate; silhouette: its areas' average; marks: strongest first."""

    number: int
    areas: int
    children: float
    expected: float
    risk: float
    silhouette: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Typology:
    """number: (A,) type of each area from 1, the lowest mean rate; 0 where unassessed says why there are none.

    silhouette: average over the areas for the number of groups chosen; tried: for each number of groups.
    """

    number: Index
    types: tuple[Type, ...]
    silhouette: float
    tried: dict[int, float]
    unassessed: Unassessed | None = None

    @property
    def weak(self) -> bool:
        """Whether the areas form no groups to speak of."""
        return self.unassessed is None and self.silhouette < WEAK


def typology(
    factors: Sequence[str],
    contributions: Floats,
    risk: Floats,
    children: Floats,
    *,
    groups: int | None = None,
    seed: int = 0,
) -> Typology:
    """Types of A areas. contributions: (A, F) of the factors to each area's distance from the national rate;
    risk, children: (A,). groups: how many types; None: as many, from 3 to 9, as have the largest average silhouette.
    """
    kept = [i for i, factor in enumerate(factors) if factor not in OWN_ROWS]
    points = np.asarray(contributions[:, kept], dtype=np.float64)
    distinct = len(np.unique(np.round(points, 12), axis=0))
    if len(points) < FEWEST:
        return _none(len(points), "few_areas")
    if distinct < 2:
        return _none(len(points), "same_composition")
    numbers = [k for k in ([groups] if groups else NUMBERS) if k <= distinct] or [distinct]
    found = _group(points, numbers, np.random.default_rng(seed))
    tried = {k: float(_silhouettes(points, labels).mean()) for k, labels in found.items()}
    best = max(tried, key=lambda k: (tried[k], -k))
    labels = _by_risk(found[best], risk, children)
    silhouettes = _silhouettes(points, labels)
    names = [factors[i] for i in kept]
    types = tuple(
        _type(k, labels == k, names, points, risk, children, silhouettes) for k in range(labels.max() + 1)
    )
    return Typology((labels + 1).astype(np.int32), types, tried[best], tried)


def _none(areas: int, why: Unassessed) -> Typology:
    return Typology(np.zeros(areas, dtype=np.int32), (), float("nan"), {}, why)


def _group(points: Floats, numbers: Sequence[int], rng: np.random.Generator) -> dict[int, Index]:
    """Labels from 0 of every point, for each number of groups."""
    rows = np.arange(len(points))
    if len(points) > SAMPLED:
        rows = np.sort(rng.choice(rows, SAMPLED, replace=False))
    tree = ward(points[rows])
    found = {}
    for k in numbers:
        first = fcluster(tree, k, criterion="maxclust")
        means = np.array([points[rows][first == label].mean(axis=0) for label in np.unique(first)])
        found[k] = _settle(points, means)
    return found


def _settle(points: Floats, means: Floats) -> Index:
    """Lloyd's rounds: every point to the nearest mean, every mean to its points, until nothing moves."""
    labels = np.full(len(points), -1)
    for _ in range(ROUNDS):
        nearest = cdist(points, means, "sqeuclidean").argmin(axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        held = [k for k in range(len(means)) if (labels == k).any()]
        means = np.array([points[labels == k].mean(axis=0) for k in held])
        labels = np.searchsorted(held, labels)
    return labels.astype(np.int32)


def _silhouettes(points: Floats, labels: Index) -> Floats:
    """(b − a) / max(a, b) of each point: a its mean distance to its own group, b to the nearest other; 0 if alone."""
    groups = int(labels.max()) + 1
    member = np.eye(groups)[labels]
    sizes = member.sum(axis=0)
    values = np.zeros(len(points))
    for start in range(0, len(points), BLOCK):
        block = slice(start, start + BLOCK)
        total = cdist(points[block], points) @ member
        own = labels[block]
        inside = np.arange(len(own)), own
        a = total[inside] / np.maximum(sizes[own] - 1, 1)
        total = total / sizes
        total[inside] = np.inf
        b = total.min(axis=1)
        widest = np.maximum(a, b)
        known = (sizes[own] > 1) & (widest > 0) & np.isfinite(b)
        values[block] = np.where(known, (b - a) / np.where(known, widest, 1), 0)
    return values


def _by_risk(labels: Index, risk: Floats, children: Floats) -> Index:
    mean = np.bincount(labels, risk * children) / np.bincount(labels, children)
    place = np.empty(len(mean), dtype=np.int32)
    place[np.argsort(mean, kind="stable")] = np.arange(len(mean), dtype=np.int32)
    return place[labels]


def _type(
    number: int,
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]],
    factors: Sequence[str],
    points: Floats,
    risk: Floats,
    children: Floats,
    silhouettes: Floats,
) -> Type:
    expected = float((risk * children)[inside].sum())
    return Type(
        number=number + 1,
        areas=int(inside.sum()),
        children=float(children[inside].sum()),
        expected=expected,
        risk=expected / float(children[inside].sum()),
        silhouette=float(silhouettes[inside].mean()),
        marks=_marks(factors, points, points[inside].mean(axis=0)),
    )


def _marks(factors: Sequence[str], points: Floats, mean: Floats) -> tuple[Mark, ...]:
    """The factors that stand out, by how far they take the type's rate from that of all areas."""
    away, spread = mean - points.mean(axis=0), points.std(axis=0)
    distance = np.divide(away, spread, out=np.zeros_like(away), where=spread > 1e-12)
    order = np.argsort(-np.abs(away), kind="stable")
    chosen = [i for i in order if abs(distance[i]) >= MARKED][:MOST_MARKS]
    return tuple(Mark(factors[i], float(mean[i]), float(distance[i])) for i in chosen)
