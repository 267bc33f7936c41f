"""Boundaries as arcs: every stretch of border stands once, for both of its neighbours, and is sent as differences.

The bytes, all whole numbers as unsigned LEB128 varints, those with a sign zigzagged first:

    arcs      count; of each arc its number of points, then the points as differences of x and y, in steps of the grid,
              the first from the last point of the arc before
    shapes    count; of each its number of polygons; of each polygon its number of rings; of each ring its number of
              arcs, then these as differences from the one before, each doubled, plus one where it is walked backwards

Rings come without the point that closes them, shells first. `static/observatory/js/map/arcs.js` reads the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.int64]
Ring = list[tuple[int, bool]]  # arcs by number, True where walked backwards
Rings = list[list[Ring]]  # of a shape: polygons, each a shell and its holes


@dataclass
class Topology:
    """arcs: points on the grid, ends included; shapes: of every geometry its polygons as rings of arcs."""

    arcs: list[Points] = field(default_factory=list)
    shapes: list[Rings] = field(default_factory=list)


def topology(shapes: Sequence[BaseGeometry], grid: float) -> Topology:
    """Arcs of polygons whose coordinates are multiples of grid and which form a coverage: shared borders match."""
    rings = _rings(shapes, grid)
    ends = _junctions([points for _, _, points in rings])
    found = Topology(shapes=[[] for _ in shapes])
    known: dict[bytes, int] = {}
    for (shape, is_shell, points), junctions in zip(rings, ends, strict=True):
        if is_shell:
            found.shapes[shape].append([])
        ring = [_number(arc, found.arcs, known) for arc in _cut(points, junctions)]
        found.shapes[shape][-1].append(ring)
    return found


def _rings(shapes: Sequence[BaseGeometry], grid: float) -> list[tuple[int, bool, Points]]:
    """Of each ring: the shape's number, whether it is a shell, and its points, the closing one left out."""
    return [
        (number, position == 0, np.rint(shapely.get_coordinates(ring)[:-1] / grid).astype(np.int64))
        for number, shape in enumerate(shapes)
        for part in shapely.get_parts(shape)
        for position, ring in enumerate((part.exterior, *part.interiors))
    ]


def _junctions(rings: Sequence[Points]) -> list[NDArray[np.intp]]:
    """Of each ring the positions where borders meet: points from which other than two stretches lead."""
    if not rings:
        return []
    _, numbers = np.unique(np.concatenate(rings), axis=0, return_inverse=True)
    parts = np.split(numbers.reshape(-1), np.cumsum([len(ring) for ring in rings])[:-1])
    edges = np.concatenate([np.column_stack([part, np.roll(part, -1)]) for part in parts])
    once = np.unique(np.sort(edges, axis=1), axis=0)
    leading = np.bincount(once.ravel(), minlength=numbers.max() + 1)
    return [np.flatnonzero(leading[part] != 2) for part in parts]


def _cut(points: Points, junctions: NDArray[np.intp]) -> Iterator[Points]:
    """The ring's arcs, from junction to junction; a ring without any is one arc, from its smallest point around."""
    start = int(junctions[0]) if len(junctions) else int(np.lexsort(points.T)[0])
    closed = np.concatenate([points[start:], points[: start + 1]])
    cuts = junctions - start if len(junctions) else np.array([0])
    for first, last in zip(cuts, [*cuts[1:], len(points)], strict=True):
        yield closed[first : last + 1]


def _number(arc: Points, arcs: list[Points], known: dict[bytes, int]) -> tuple[int, bool]:
    forwards, backwards = arc.tobytes(), arc[::-1].tobytes()
    if backwards in known:
        return known[backwards], True
    if forwards not in known:
        known[forwards] = len(arcs)
        arcs.append(arc)
    return known[forwards], False


def encode(found: Topology) -> bytes:
    return _varints(np.concatenate([_arc_numbers(found.arcs), _shape_numbers(found.shapes)]))


def _arc_numbers(arcs: Sequence[Points]) -> NDArray[np.uint64]:
    lengths = np.array([len(arc) for arc in arcs], dtype=np.int64)
    points = np.concatenate([*arcs, np.empty((0, 2), dtype=np.int64)])
    steps = _zigzag(np.diff(points, axis=0, prepend=[[0, 0]])).ravel()
    starts = 2 * (np.cumsum(lengths) - lengths)
    return np.concatenate([[np.uint64(len(arcs))], np.insert(steps, starts, lengths.astype(np.uint64))])


def _shape_numbers(shapes: Sequence[Rings]) -> NDArray[np.uint64]:
    numbers: list[int] = [len(shapes)]
    before = 0
    for polygons in shapes:
        numbers.append(len(polygons))
        for rings in polygons:
            numbers.append(len(rings))
            for ring in rings:
                numbers.append(len(ring))
                for arc, is_backwards in ring:
                    step = arc - before
                    numbers.append((step << 1 if step >= 0 else (-step << 1) - 1) << 1 | is_backwards)
                    before = arc
    return np.array(numbers, dtype=np.uint64)


def _zigzag(values: NDArray[np.int64]) -> NDArray[np.uint64]:
    return ((values << 1) ^ (values >> 63)).astype(np.uint64)


def _varints(values: NDArray[np.uint64]) -> bytes:
    """Seven bits a byte, the lowest first, the eighth set on all but the last byte of a number."""
    sevens = np.arange(10, dtype=np.uint64) * np.uint64(7)
    shifted = values[:, None] >> sevens[:9]
    sent = np.column_stack([np.ones(len(values), dtype=bool), shifted[:, 1:] > 0])
    goes_on = np.column_stack([sent[:, 1:], np.zeros(len(values), dtype=bool)])
    octets = (shifted & np.uint64(127)) | (goes_on.astype(np.uint64) << np.uint64(7))
    sent_octets: NDArray[np.uint8] = octets[sent].astype(np.uint8)
    return sent_octets.tobytes()
