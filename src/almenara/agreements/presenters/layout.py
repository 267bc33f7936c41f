"""Two columns of nodes, placed so that few of the lines between them cross.

The order is found by the barycentre heuristic (Sugiyama, Tagawa & Toda 1981): each column in turn is ordered by the
mean place of its neighbours in the other one; of all orders met, the one with the fewest crossings is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

SWEEPS = 8
N = TypeVar("N", str, int)
Pair = tuple[N, N]


def ordered(left: Sequence[N], right: Sequence[N], pairs: Collection[Pair[N]]) -> tuple[list[N], list[N]]:
    """Both columns in their new order; what has no line keeps its turn among equals. pairs: (left, right)."""
    best = (list(left), list(right))
    fewest = crossings(*best, pairs)
    now_left, now_right = best
    for _sweep in range(SWEEPS):
        now_right = _by_barycentre(now_right, now_left, [(b, a) for a, b in pairs])
        now_left = _by_barycentre(now_left, now_right, pairs)
        found = crossings(now_left, now_right, pairs)
        if found < fewest:
            best, fewest = (now_left, now_right), found
    return best


def crossings(left: Sequence[N], right: Sequence[N], pairs: Collection[Pair[N]]) -> int:
    """How many pairs of lines cross: inversions among the right ends, the lines taken in the order of the left ends."""
    at_left, at_right = _places(left), _places(right)
    ends = [b for _, b in sorted((at_left[a], at_right[b]) for a, b in pairs)]
    return _inversions(ends)


def _inversions(values: list[int]) -> int:
    """Merge sort that counts: n log n."""
    if len(values) < 2:
        return 0
    middle = len(values) // 2
    low, high = values[:middle], values[middle:]
    count = _inversions(low) + _inversions(high)
    low.sort()
    high.sort()
    passed = 0
    for value in high:
        while passed < len(low) and low[passed] <= value:
            passed += 1
        count += len(low) - passed
    return count


def _by_barycentre(moved: Sequence[N], fixed: Sequence[N], pairs: Collection[Pair[N]]) -> list[N]:
    """pairs: (moved, fixed)."""
    places = _places(fixed)
    near: dict[N, list[int]] = {node: [] for node in moved}
    for node, other in pairs:
        near[node].append(places[other])
    means = {
        node: sum(near[node]) / len(near[node]) if near[node] else place for place, node in enumerate(moved)
    }
    return sorted(moved, key=lambda node: means[node])


def _places(column: Sequence[N]) -> Mapping[N, int]:
    return {node: place for place, node in enumerate(column)}
