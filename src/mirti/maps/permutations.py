"""Conditional permutations of a map, shared by all its areas.

An area with k neighbours keeps its own value; its neighbours' values are k of the other areas', drawn without
replacement. One draw of K + 1 distinct areas serves every area: its first k, and where the area itself is among them
the next one in its place, are a fair draw of k of its others. So 99,999 permutations of a whole country are 99,999
draws, and to count how many reach an area's own sum is a binary search among the areas with as many neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.compiled import compiled
from mirti.maps.contiguity import Neighbours
from mirti.tables import Floats, Index, Ints

TIE = 1e-9  # of a standard deviation: the same values added up in another order are equal


@dataclass(frozen=True)
class TailCounts:
    """Permutations whose sum over the neighbours is at least, and at most, the one found: (A,) each."""

    at_least: Ints
    at_most: Ints


def draw_areas(areas: int, most: int, permutations: int, rng: np.random.Generator) -> Index:
    """`permutations` ordered draws of most + 1 distinct areas out of `areas`: (permutations, most + 1)."""
    swaps = rng.integers(np.arange(most + 1), areas, size=(permutations, most + 1), dtype=np.int32)
    draws: Index = _shuffle(swaps, areas)
    return draws


def count_tails(values: Floats, sums: Floats, neighbours: Neighbours, draws: Index) -> TailCounts:
    """Hold each area's sum over its neighbours, (A,), against the draws.

    values: (A,) standardised rates. Every area has neighbours.
    """
    degree = neighbours.degree
    order = np.lexsort((sums, degree)).astype(np.int32)
    start = np.concatenate([[0], np.cumsum(np.bincount(degree, minlength=draws.shape[1]))])
    at_least, at_most = _count(values, sums, degree, order, start.astype(np.int32), draws)
    return TailCounts(at_least, at_most)


@compiled
def _shuffle(swaps: Index, areas: int) -> Index:
    """The first entries of a Fisher–Yates shuffle, each going on from where the last one left the deck."""
    deck = np.arange(areas).astype(np.int32)
    drawn = np.empty_like(swaps)
    for p in range(swaps.shape[0]):
        for j in range(swaps.shape[1]):
            deck[j], deck[swaps[p, j]] = deck[swaps[p, j]], deck[j]
            drawn[p, j] = deck[j]
    return drawn


@compiled
def _count(
    values: Floats, sums: Floats, degree: Index, order: Index, start: Index, draws: Index
) -> tuple[Ints, Ints]:
    """order: areas by number of neighbours, then by sum; start: where the areas of each number begin in it."""
    areas, width = len(values), draws.shape[1]
    ordered = sums[order]
    at_least, at_most = np.zeros(areas, np.int64), np.zeros(areas, np.int64)
    # Every group has one place more than areas: all or none of them.
    reached, exceeded = np.zeros(areas + width, np.int64), np.zeros(areas + width, np.int64)
    drawn = np.zeros(width + 1)
    for p in range(draws.shape[0]):
        for j in range(width):
            drawn[j + 1] = drawn[j] + values[draws[p, j]]
        for k in range(1, width):
            group = ordered[start[k] : start[k + 1]]
            if len(group):
                reached[start[k] + k + np.searchsorted(group, drawn[k] + TIE, side="right")] += 1
                exceeded[start[k] + k + np.searchsorted(group, drawn[k] - TIE, side="left")] += 1
        for j in range(width - 1):
            i = draws[p, j]
            k = degree[i]
            if j < k:  # it drew itself: the next one takes its place
                wrong, right = drawn[k], drawn[k + 1] - values[i]
                at_least[i] += int(right >= sums[i] - TIE) - int(wrong >= sums[i] - TIE)
                at_most[i] += int(right <= sums[i] + TIE) - int(wrong <= sums[i] + TIE)
    for k in range(1, width):
        above, below = 0, 0
        for position in range(start[k + 1] - 1, start[k] - 1, -1):
            above += reached[position + k + 1]
            at_least[order[position]] += above
        for position in range(start[k], start[k + 1]):
            below += exceeded[position + k]
            at_most[order[position]] += below
    return at_least, at_most
