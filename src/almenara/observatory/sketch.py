"""A whole country drawn in whole units: merged by what its parts show, one path each, as differences.

A unit is less than a pixel of the largest map that a page shows. Points are rounded after merging: what two groups
share is rounded alike for both, so that no gap opens between them.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from almenara.observatory.arcs import topology
from almenara.observatory.geometry import Bounds, Shapes, squeeze

UNITS = 1000  # of the larger side
MANY = 1000  # beyond so many parts, lines between those of one parent are finer than the eye
Units = NDArray[np.int64]


@dataclass(frozen=True)
class Frame:
    """Equirectangular at the middle latitude; width and height in units."""

    west: float
    north: float
    across: float
    down: float
    width: int
    height: int

    @classmethod
    def of(cls, bounds: Bounds) -> Frame:
        west, south, east, north = bounds
        narrower = squeeze((south + north) / 2)
        wide, high = (east - west) * narrower or 1e-9, north - south or 1e-9
        unit = UNITS / max(wide, high)
        return cls(west, north, unit * narrower, unit, math.ceil(wide * unit), math.ceil(high * unit))

    def units(self, degrees: NDArray[np.floating[Any]]) -> Units:
        placed = (degrees - [self.west, self.north]) * [self.across, -self.down]
        return np.rint(placed).astype(np.int64)


@dataclass(frozen=True)
class Sketch:
    """What every picture of a country is drawn from. wkb: the shapes in the order of codes, compressed.

    inner, outer: SVG paths of the lines between municipalities of one department, empty where they are too many, and
    of those around departments.
    """

    codes: tuple[str, ...]
    frame: Frame
    wkb: bytes
    inner: str
    outer: str

    def shapes(self) -> dict[str, BaseGeometry]:
        parts = shapely.get_parts(shapely.from_wkb(gzip.decompress(self.wkb)))
        return dict(zip(self.codes, parts, strict=True))


def sketch(shapes: Shapes, parents: Sequence[str], grid: float) -> Sketch:
    """parents: of each shape the department; grid: degrees, of which the shapes' coordinates are multiples."""
    coarse = simpler(shapes)
    frame = Frame.of(coarse.bounds)
    inner, outer = borders(frame, coarse, parents, grid)
    wkb = gzip.compress(shapely.to_wkb(shapely.GeometryCollection(list(coarse.polygons))), mtime=0)
    return Sketch(coarse.codes, frame, wkb, inner if len(coarse.codes) <= MANY else "", outer)


def simpler(shapes: Shapes) -> Shapes:
    """A coverage with no more corners than units of the drawing can show."""
    if not shapes:
        return shapes
    coarse = shapely.coverage_simplify(np.array(shapes.polygons, dtype=object), shapes.size / UNITS * 1.5)
    return Shapes(shapes.codes, tuple(coarse))


def merged(frame: Frame, shapes: Sequence[BaseGeometry]) -> str:
    """The SVG path around shapes of one coverage, without borders between them; the smallest get one unit."""
    if not shapes:
        return ""
    whole = shapely.coverage_union_all(list(shapes))
    return "".join(
        _ring(frame.units(shapely.get_coordinates(ring)), is_shell=position == 0)
        for part in shapely.get_parts(whole)
        for position, ring in enumerate((part.exterior, *part.interiors))
    )


def borders(frame: Frame, shapes: Shapes, parents: Sequence[str], grid: float) -> tuple[str, str]:
    """SVG paths of the lines between shapes of one parent, and between those of two or around all; each drawn once.

    grid: degrees; the shapes' coordinates are multiples of it.
    """
    found = topology(shapes.polygons, grid)
    sides: list[list[str]] = [[] for _ in found.arcs]
    for rings, parent in zip(found.shapes, parents, strict=True):
        for arc, _ in (walk for polygon in rings for ring in polygon for walk in ring):
            sides[arc].append(parent)
    inner = [len(held) == 2 and held[0] == held[1] for held in sides]
    lines = [_line(frame.units(arc * grid)) for arc in found.arcs]
    return (
        "".join(line for line, within in zip(lines, inner, strict=True) if within),
        "".join(line for line, within in zip(lines, inner, strict=True) if not within),
    )


def _ring(points: Units, *, is_shell: bool) -> str:
    kept = _distinct(points)
    if len(kept) > 3:  # the last is the first again
        return _path(kept[:-1]) + "z"
    x, y = points[0]
    return f"M{x} {y}h1v1h-1z" if is_shell else ""


def _line(points: Units) -> str:
    kept = _distinct(points)
    return _path(kept) if len(kept) > 1 else ""


def _distinct(points: Units) -> Units:
    """Without points that lie where the one before them does, or straight on between two others."""
    moved = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1))
    kept: Units = points[moved]
    if len(kept) < 3:
        return kept
    before, after = np.diff(kept[:-1], axis=0), np.diff(kept[1:], axis=0)
    turns = np.any(before != after, axis=1)
    bends: Units = kept[np.concatenate([[True], turns, [True]])]
    return bends


def _path(points: Units) -> str:
    (x, y), steps = points[0], np.diff(points, axis=0)
    return f"M{x} {y}l{_spaced(steps.ravel().tolist())}"


def _spaced(numbers: Iterable[int]) -> str:
    """Written as closely as SVG allows: a minus parts two numbers by itself."""
    return "".join(_parted(numbers))


def _parted(numbers: Iterable[int]) -> Iterator[str]:
    for place, number in enumerate(numbers):
        yield f" {number}" if place and number >= 0 else str(number)
