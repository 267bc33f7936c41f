"""Where high and low rates lie together: Moran's I of a map and of each area, and hot spots.

With z the rates less their mean over their standard deviation and lag the mean of the neighbours' z (row-standardised
weights), I = mean(z · lag) (Moran 1950; Cliff & Ord 1981) and I_i = z_i · lag_i (Anselin 1995). An area's own rate is
held while its neighbours' are drawn from all others; two-sided pseudo-p = 2 (1 + the smaller tail) / (1 + permutations)
or 1 if that is more. As the own rate is held, this is also the conditional test of Getis and Ord's G.

Thousands of areas are tested at once, so what counts is the false discovery rate among those found (Benjamini and
Hochberg 1995, here under the positive dependence of neighbours; for maps Caldas de Castro & Singer 2006). A hot spot is
a found area whose own rate and whose neighbours' are above the mean, a cold spot one where both are below.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from mirti.maps.contiguity import Neighbours
from mirti.maps.permutations import count_tails, draw_areas
from mirti.tables import Floats, Index

T = TypeVar("T", bound=np.generic)
Flags = NDArray[np.bool_]

FEWEST = 10  # areas with a neighbour; under that no pseudo-p can survive the false discovery rate
GLOBAL_PERMUTATIONS = 9_999
BLOCK = 256
SAME = 1e-12  # rates closer than this do not differ

QUADRANTS = ("high_high", "low_low", "high_low", "low_high")
HOT, COLD = 0, 1

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
    """Arrays (n,): local I, two-sided pseudo-p, its false discovery rate, quadrant as a position in QUADRANTS."""

    value: Floats
    p_value: Floats
    q_value: Floats
    quadrant: Index


@dataclass(frozen=True)
class HotSpots:
    """Arrays (A,) in the order of the areas asked for; an island and an area that is not on the map have no statistic.

    neighbours: how many, among the areas with a rate; quadrant: one of QUADRANTS, or None; local, p_value, q_value: as
    in Local, nan without a statistic; hot, cold: found high_high, low_low; hot_share, cold_share: share of the
    replicates in which that is so (nan without replicates). pairs: of neighbours; islands: areas on the map without a
    neighbour; off_map: areas without polygon; unassessed: why nothing was tested.
    """

    neighbours: Index
    quadrant: NDArray[np.object_]
    local: Floats
    p_value: Floats
    q_value: Floats
    hot: Flags
    cold: Flags
    hot_share: Floats
    cold_share: Floats
    moran: Moran | None
    pairs: int
    permutations: int
    false_discovery: float
    islands: tuple[str, ...]
    off_map: tuple[str, ...]
    unassessed: Unassessed | None = None


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
    empty = _nothing(codes, chosen, on_map, permutations, false_discovery)
    with_neighbours = chosen.degree > 0
    chosen = chosen.taken(np.flatnonzero(with_neighbours))
    at = np.flatnonzero(on_map)[with_neighbours]
    if len(at) < FEWEST:
        return replace(empty, unassessed="few_areas")
    if np.ptp(risk[at]) < SAME:
        return replace(empty, unassessed="same_rates")
    rng = np.random.default_rng(seed)
    draws = draw_areas(len(at), int(chosen.degree.max()), permutations, rng)
    local = local_moran(risk[at], chosen, draws)
    hot, cold = _found(local, false_discovery)
    shares = _shares(None if replicates is None else replicates[at], chosen, draws, false_discovery)
    quadrant = empty.quadrant.copy()
    quadrant[at] = np.array(QUADRANTS, dtype=object)[local.quadrant]
    return replace(
        empty,
        quadrant=quadrant,
        local=_placed(local.value, at, empty.local),
        p_value=_placed(local.p_value, at, empty.p_value),
        q_value=_placed(local.q_value, at, empty.q_value),
        hot=_placed(hot, at, empty.hot),
        cold=_placed(cold, at, empty.cold),
        hot_share=_placed(shares[0], at, empty.hot_share),
        cold_share=_placed(shares[1], at, empty.cold_share),
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


def _in_order_of(codes: Sequence[str], neighbours: Neighbours) -> tuple[Neighbours, Flags]:
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

    def found_in(drawn: Floats) -> tuple[Flags, Flags]:
        if np.ptp(drawn) < SAME:
            return np.full(areas, False), np.full(areas, False)
        return _found(local_moran(drawn, neighbours, draws), false_discovery)

    hot, cold = np.zeros(areas), np.zeros(areas)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the counting holds no lock
        for one, other in pool.map(found_in, np.asarray(replicates, dtype=np.float64).T):
            hot, cold = hot + one, cold + other
    return hot / replicates.shape[1], cold / replicates.shape[1]


def _found(local: Local, false_discovery: float) -> tuple[Flags, Flags]:
    """Hot and cold spots."""
    kept = local.q_value <= false_discovery
    return kept & (local.quadrant == HOT), kept & (local.quadrant == COLD)


def _standardised(risk: Floats) -> Floats:
    return np.asarray((risk - risk.mean()) / risk.std(), dtype=np.float64)


def _row_standardised(neighbours: Neighbours) -> sparse.csr_array:
    areas = len(neighbours.codes)
    weights = np.repeat(1 / neighbours.degree, neighbours.degree)
    return sparse.csr_array((weights, neighbours.others, neighbours.start), shape=(areas, areas))


def _permuted_values(z: Floats, weights: sparse.csr_array, times: int, rng: np.random.Generator) -> Floats:
    shuffled = rng.permuted(np.tile(z[:, None], (1, times)), axis=0)
    return np.asarray(np.einsum("at,at->t", shuffled, weights @ shuffled) / len(z))


def _placed(values: NDArray[T], at: NDArray[np.intp], empty: NDArray[T]) -> NDArray[T]:
    placed = empty.copy()
    placed[at] = values
    return placed


def _nothing(
    codes: Sequence[str],
    on_the_map: Neighbours,
    on_map: Flags,
    permutations: int,
    false_discovery: float,
) -> HotSpots:
    """Before anything is tested: who has neighbours, who is an island, who is off the map."""
    unknown, nowhere = np.full(len(codes), np.nan), np.full(len(codes), False)
    return HotSpots(
        neighbours=_placed(on_the_map.degree, np.flatnonzero(on_map), np.zeros(len(codes), dtype=np.int32)),
        quadrant=np.full(len(codes), None, dtype=object),
        local=unknown,
        p_value=unknown,
        q_value=unknown,
        hot=nowhere,
        cold=nowhere,
        hot_share=unknown,
        cold_share=unknown,
        moran=None,
        pairs=len(on_the_map.others) // 2,
        permutations=permutations,
        false_discovery=false_discovery,
        islands=on_the_map.islands,
        off_map=tuple(code for code, on in zip(codes, on_map, strict=True) if not on),
    )
