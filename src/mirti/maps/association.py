"""Where high and low rates lie together: Moran's I of a map and of each area, and hot spots.

With z the rates less their mean over their standard deviation and lag the mean of the neighbours' z (row-standardised
weights), I = mean(z · lag) (Moran 1950; Cliff & Ord 1981) and I_i = z_i · lag_i (Anselin 1995). An area's own rate is
held while its neighbours' are drawn from all others; two-sided pseudo-p = 2 (1 + the smaller tail) / (1 + permutations)
or 1 if that is more. As the own rate is held, this is also the conditional test of Getis and Ord's G.

Thousands of areas are tested at once, so what counts is the false discovery rate among those found (Benjamini and
Hochberg 1995, here under the positive dependence of neighbours; for maps Caldas de Castro & Singer 2006). A hot spot is
a found area whose own rate and whose neighbours' are above the mean: "high-high".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from mirti.maps.contiguity import Neighbours
from mirti.maps.permutations import count_tails, draw_areas
from mirti.tables import Floats, Index

FEWEST = 10  # areas with a neighbour; under that no pseudo-p can survive the false discovery rate
GLOBAL_PERMUTATIONS = 9_999
BLOCK = 256

KINDS = ("high-high", "low-low", "high-low", "low-high")
NONE = "none"

Unassessed = Literal["few_areas", "same_rates"]


@dataclass(frozen=True)
class Moran:
    """Of a whole map. expected, sd: of I where rates fall anywhere; p_value: two-sided, from `permutations`."""

    value: float
    expected: float
    sd: float
    p_value: float
    permutations: int


@dataclass(frozen=True)
class Local:
    """Arrays (n,): local I, two-sided pseudo-p, its false discovery rate, quadrant as a position in KINDS."""

    value: Floats
    p_value: Floats
    q_value: Floats
    quadrant: Index


@dataclass(frozen=True)
class HotSpots:
    """Arrays (A,) in the order of the areas asked for; None or nan where an area is an island, or was not on the map.

    kind: one of KINDS, or "none" where nothing is found; local, p_value, q_value: as in Local; hot_share, cold_share:
    share of the bootstrap replicates in which the area is found high-high, low-low (nan without replicates).
    islands: areas on the map without a neighbour; off_map: areas without polygon. unassessed: why nothing was tested.
    """

    kind: NDArray[np.object_]
    local: Floats
    p_value: Floats
    q_value: Floats
    hot_share: Floats
    cold_share: Floats
    moran: Moran | None
    assessed: int
    permutations: int
    false_discovery: float
    islands: tuple[str, ...]
    off_map: tuple[str, ...]
    unassessed: Unassessed | None = None

    def count(self, kind: str) -> int:
        return int((self.kind == kind).sum())


def hot_spots(
    codes: Sequence[str],
    risk: Floats,
    neighbours: Neighbours,
    *,
    permutations: int = 99_999,
    false_discovery: float = 0.05,
    seed: int = 0,
    replicates: Floats | None = None,
) -> HotSpots:
    """Hot and cold spots among the areas `codes` (A,) with rates `risk` (A,).

    neighbours: of the map's polygons, in any order, more or fewer than the areas. replicates: (A, B) draws of the
    rates; each is tested as the rates are, by the same permutations. Areas off the map and islands take no part.
    """
    chosen, on_map = _in_order_of(codes, neighbours)
    islands = chosen.degree == 0
    chosen = chosen.taken(np.flatnonzero(~islands))
    at = np.flatnonzero(on_map)[~islands]
    off_map = tuple(code for code, on in zip(codes, on_map, strict=True) if not on)
    isolated = tuple(np.array(codes, dtype=object)[np.flatnonzero(on_map)[islands]])
    empty = _nothing(len(codes), len(at), permutations, false_discovery, isolated, off_map)
    if len(at) < FEWEST:
        return replace(empty, unassessed="few_areas")
    if np.ptp(risk[at]) < 1e-12:
        return replace(empty, unassessed="same_rates")
    rng = np.random.default_rng(seed)
    draws = draw_areas(len(at), int(chosen.degree.max()), permutations, rng)
    local = local_moran(risk[at], chosen, draws)
    kind = empty.kind.copy()
    kind[at] = np.where(local.q_value <= false_discovery, np.array(KINDS, dtype=object)[local.quadrant], NONE)
    hot, cold = _shares(None if replicates is None else replicates[at], chosen, draws, false_discovery)
    return replace(
        empty,
        kind=kind,
        local=_placed(local.value, at, len(codes)),
        p_value=_placed(local.p_value, at, len(codes)),
        q_value=_placed(local.q_value, at, len(codes)),
        hot_share=_placed(hot, at, len(codes)),
        cold_share=_placed(cold, at, len(codes)),
        moran=global_moran(risk[at], chosen, rng),
    )


def local_moran(risk: Floats, neighbours: Neighbours, draws: Index) -> Local:
    """Local Moran's I of areas that all have neighbours. draws: from `draw_areas`."""
    z = _standardised(risk)
    sums = neighbours.sums(z)
    lag = sums / neighbours.degree
    tails = count_tails(z, sums, neighbours, draws)
    p_value = two_sided(tails.at_least, tails.at_most, len(draws))
    quadrant = np.where(z > 0, np.where(lag > 0, 0, 2), np.where(lag > 0, 3, 1)).astype(np.int32)
    return Local(z * lag, p_value, stats.false_discovery_control(p_value), quadrant)


def global_moran(
    risk: Floats, neighbours: Neighbours, rng: np.random.Generator, permutations: int = GLOBAL_PERMUTATIONS
) -> Moran:
    """Moran's I of areas that all have neighbours, against permutations of the whole map."""
    z = _standardised(risk)
    areas = len(z)
    weights = _row_standardised(neighbours)
    value = float(z @ (weights @ z)) / areas
    drawn = np.concatenate(
        [
            _permuted_values(z, weights, min(BLOCK, permutations - start), rng)
            for start in range(0, permutations, BLOCK)
        ]
    )
    at_least, at_most = (drawn >= value - 1e-12).sum(), (drawn <= value + 1e-12).sum()
    p_value = float(two_sided(np.array([at_least]), np.array([at_most]), permutations)[0])
    return Moran(value, -1 / (areas - 1), float(drawn.std(ddof=1)), p_value, permutations)


def two_sided(at_least: NDArray[np.int64], at_most: NDArray[np.int64], permutations: int) -> Floats:
    """Pseudo-p: twice the smaller tail, the map itself counted as one of the permutations; at most 1."""
    return np.asarray(np.minimum(1.0, 2 * (1 + np.minimum(at_least, at_most)) / (1 + permutations)))


def _in_order_of(codes: Sequence[str], neighbours: Neighbours) -> tuple[Neighbours, NDArray[np.bool_]]:
    """Neighbours of the areas that are on the map, in the areas' order, and which of (A,) those are."""
    place = {code: i for i, code in enumerate(neighbours.codes)}
    on_map = np.array([code in place for code in codes], dtype=bool)
    order = np.array([place[code] for code in codes if code in place], dtype=np.int64)
    return neighbours.taken(order), on_map


def _shares(
    replicates: Floats | None, neighbours: Neighbours, draws: Index, false_discovery: float
) -> tuple[Floats, Floats]:
    """Shares of the replicates (n, B) in which each area is found high-high and low-low, (n,) each."""
    areas = len(neighbours.codes)
    if replicates is None or not replicates.shape[1]:
        return np.full(areas, np.nan), np.full(areas, np.nan)
    hot, cold = np.zeros(areas), np.zeros(areas)
    for drawn in np.asarray(replicates, dtype=np.float64).T:
        if np.ptp(drawn) < 1e-12:
            continue
        local = local_moran(drawn, neighbours, draws)
        found = local.q_value <= false_discovery
        hot += found & (local.quadrant == 0)
        cold += found & (local.quadrant == 1)
    return hot / replicates.shape[1], cold / replicates.shape[1]


def _standardised(risk: Floats) -> Floats:
    return np.asarray((risk - risk.mean()) / risk.std(), dtype=np.float64)


def _row_standardised(neighbours: Neighbours) -> sparse.csr_array:
    areas = len(neighbours.codes)
    weights = np.repeat(1 / neighbours.degree, neighbours.degree)
    return sparse.csr_array((weights, neighbours.others, neighbours.start), shape=(areas, areas))


def _permuted_values(z: Floats, weights: sparse.csr_array, times: int, rng: np.random.Generator) -> Floats:
    shuffled = rng.permuted(np.tile(z[:, None], (1, times)), axis=0)
    return np.asarray(np.einsum("at,at->t", shuffled, weights @ shuffled) / len(z))


def _placed(values: Floats, at: NDArray[np.intp], areas: int) -> Floats:
    placed = np.full(areas, np.nan)
    placed[at] = values
    return placed


def _nothing(
    areas: int,
    assessed: int,
    permutations: int,
    false_discovery: float,
    islands: tuple[str, ...],
    off_map: tuple[str, ...],
) -> HotSpots:
    unknown = np.full(areas, np.nan)
    return HotSpots(
        kind=np.full(areas, None, dtype=object),
        local=unknown,
        p_value=unknown,
        q_value=unknown,
        hot_share=unknown,
        cold_share=unknown,
        moran=None,
        assessed=assessed,
        permutations=permutations,
        false_discovery=false_discovery,
        islands=islands,
        off_map=off_map,
    )
