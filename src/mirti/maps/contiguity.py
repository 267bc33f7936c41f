"""Which areas of a map touch: queen contiguity that real maps cannot break.

Maps that were thinned polygon by polygon leave slivers and overlaps between neighbours, so a common border or corner in
the strict sense misses some. Two areas are neighbours here if their polygons come within a tolerance of each other;
overlaps and enclaves count. The default of 100 m is the thinning that such maps carry; on Brazil's 5,564 municipalities
it finds 0.9 % more pairs than touching alone, 1 km would find 3.2 % more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from mirti.tables import Floats, Index

TOLERANCE = 100.0  # metres
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Neighbours:
    """Symmetric neighbours of A areas: those of area i are others[start[i]:start[i + 1]], in order.

    codes: (A,) their codes; start: (A + 1,); others: (2 × pairs,) positions in codes.
    """

    codes: tuple[str, ...]
    start: Index
    others: Index

    @property
    def degree(self) -> Index:
        """How many neighbours each area has, (A,)."""
        return np.diff(self.start).astype(np.int32)

    @property
    def islands(self) -> tuple[str, ...]:
        """Codes of the areas without a neighbour."""
        return tuple(self.codes[i] for i in np.flatnonzero(self.degree == 0))

    def sums(self, values: Floats) -> Floats:
        """Sum of the neighbours' values, (A,) from (A,); 0 for an island."""
        total = np.bincount(self._own(), values[self.others], minlength=len(self.codes))
        return total.astype(np.float64, copy=False)

    def taken(self, positions: NDArray[np.integer[Any]]) -> Neighbours:
        """The neighbours of the areas at the positions (n,), in that order, among themselves."""
        place = np.full(len(self.codes), -1, dtype=np.int32)
        place[positions] = np.arange(len(positions), dtype=np.int32)
        one, other = place[self._own()], place[self.others]
        inside = (one >= 0) & (other >= 0)
        return _from_pairs(tuple(self.codes[i] for i in positions), one[inside], other[inside])

    def _own(self) -> NDArray[np.intp]:
        return np.repeat(np.arange(len(self.codes)), self.degree)


def queen_neighbours(
    codes: Sequence[str], polygons: NDArray[Any], tolerance: float = TOLERANCE
) -> Neighbours:
    """Neighbours of the areas `codes` by their polygons in WGS84, both (A,).

    tolerance: metres within which polygons touch, about: degrees are scaled once for the whole map, so that borders
    that run together still do, and an east–west distance is right at the middle latitude only.
    """
    if not len(codes):
        return _from_pairs((), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))
    scaled = _to_metres(polygons)
    tree = shapely.STRtree(scaled)
    one, other = tree.query(scaled, predicate="dwithin", distance=tolerance)
    apart = one != other
    return _from_pairs(tuple(codes), one[apart].astype(np.int32), other[apart].astype(np.int32))


def _to_metres(polygons: NDArray[Any]) -> NDArray[Any]:
    _, south, _, north = shapely.total_bounds(polygons)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = METRES_PER_DEGREE * np.array([squeeze, 1.0])
    return np.asarray(shapely.transform(polygons, lambda degrees: degrees * scale), dtype=object)


def _from_pairs(codes: tuple[str, ...], one: Index, other: Index) -> Neighbours:
    order = np.lexsort((other, one))
    start = np.concatenate([[0], np.cumsum(np.bincount(one, minlength=len(codes)))])
    return Neighbours(codes, start.astype(np.int32), other[order])
