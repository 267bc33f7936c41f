"""Boundaries for the screen: simplified together, so that neighbours keep one shared border."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from almenara.observatory.coverage import cleaned, simplified

WIDTH = 400.0
PIXEL = 0.5  # half a unit of the drawing is as fine as it gets
MAP_STEPS = 5000  # the interactive map resolves a five-thousandth of the country's extent
DECIMALS = 5  # of a degree, about a metre; fewer where the tolerance is far coarser
FINEST = 7  # a centimetre; with far finer differences GEOS divides by nothing, or mends without success

Bounds = tuple[float, float, float, float]
Geometries = NDArray[np.object_]
Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True)
class Shapes:
    """Polygons by territory code, in degrees."""

    codes: tuple[str, ...]
    polygons: tuple[BaseGeometry, ...]

    def __bool__(self) -> bool:
        return bool(self.codes)

    @property
    def bounds(self) -> Bounds:
        west, south, east, north = shapely.total_bounds(list(self.polygons))
        return float(west), float(south), float(east), float(north)

    @property
    def size(self) -> float:
        """The larger side of the bounds, degrees."""
        west, south, east, north = self.bounds
        return max(east - west, north - south)


def simplify(polygons: Mapping[str, BaseGeometry], tolerance: float | None = None) -> Shapes:
    """Polygons by code, simplified as one coverage on a grid (observatory.coverage): valid, borders shared, none lost.

    tolerance: degrees; None: a five-thousandth of the extent. Only a polygon without any area is left out.
    """
    if tolerance is None:
        given = Shapes(tuple(polygons), tuple(polygons.values()))
        tolerance = map_tolerance(given.bounds) if given else 0.0
    return simplify_by_levels(polygons, [tolerance])[0]


def simplify_by_levels(polygons: Mapping[str, BaseGeometry], tolerances: Sequence[float]) -> list[Shapes]:
    """The same by several tolerances, the coarsest first; cleaned once."""
    sound = _sound(_rounded(np.array(list(polygons.values()), dtype=object), FINEST))
    some = ~shapely.is_empty(sound)
    codes = tuple(np.array(list(polygons), dtype=object)[some])
    if not codes:
        return [Shapes((), ()) for _ in tolerances]
    decimals = [decimals_of(tolerance) for tolerance in tolerances]
    clean = cleaned(sound[some], 10.0 ** -max(decimals))
    return [
        Shapes(codes, tuple(_rounded(simplified(clean, tolerance, 10.0**-digits), digits)))
        for tolerance, digits in zip(tolerances, decimals, strict=True)
    ]


def decimals_of(tolerance: float) -> int:
    """Of a degree, for a fifth of the tolerance or finer: further digits only make the files larger."""
    return min(DECIMALS, -math.floor(math.log10(max(tolerance, 1e-9) / 5)))


def _rounded(shapes: Geometries, decimals: int) -> Geometries:
    rounded: Geometries = shapely.transform(shapes, lambda points: np.round(points, decimals))
    return rounded


def _sound(shapes: Geometries) -> Geometries:
    """Simplifying invalid polygons fails, and so does their union: they are mended, what has no area is dropped."""
    broken = ~shapely.is_valid(shapes)
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return mended


def map_tolerance(bounds: Bounds) -> float:
    """Degrees that the interactive map resolves: a five-thousandth of the extent."""
    west, south, east, north = bounds
    return float(max(east - west, north - south)) / MAP_STEPS


def feature(shape: BaseGeometry, properties: Mapping[str, Any]) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shapely.transform(shape, lambda points: np.round(points, DECIMALS)))
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def label_point(shape: BaseGeometry) -> tuple[float, float]:
    """A point inside the largest part, far from its edges."""
    largest = max(shapely.get_parts(shape), key=shapely.area)
    size = math.sqrt(largest.area)
    point = shapely.maximum_inscribed_circle(largest, tolerance=size / 20 or None)
    x, y = point.coords[0]
    return round(x, DECIMALS), round(y, DECIMALS)


def squeeze(latitude: float) -> float:
    """How much shorter a degree of longitude is there than one of latitude; never nothing."""
    return max(math.cos(math.radians(latitude)), 0.05)


@dataclass(frozen=True)
class Drawing:
    """A plain projection of a small extent onto a drawing of WIDTH units (equirectangular at the middle latitude)."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    @classmethod
    def of(cls, bounds: Bounds, margin: float = 6.0) -> Drawing:
        west, south, east, north = bounds
        narrower = squeeze((south + north) / 2)
        wide, high = (east - west) * narrower or 1e-9, north - south or 1e-9
        unit = (WIDTH - 2 * margin) / max(wide, high / 1.3)
        return cls(
            west=west - (WIDTH / unit - wide) / 2 / narrower,
            north=north + margin / unit,
            scale_x=unit * narrower,
            scale_y=unit,
            height=high * unit + 2 * margin,
        )

    def at(self, longitude: Number, latitude: Number) -> tuple[Number, Number]:
        return (longitude - self.west) * self.scale_x, (self.north - latitude) * self.scale_y

    def path(self, shapes: Iterable[BaseGeometry]) -> str:
        """The SVG path of every ring of the shapes."""
        return "".join(self._ring(ring) for shape in shapes for ring in _rings(shape))

    def _ring(self, ring: Any) -> str:
        x, y = self.at(*shapely.get_coordinates(ring).T)
        pairs = [f"{a:.1f} {b:.1f}" for a, b in zip(x[:-1], y[:-1], strict=True)]
        return "M" + "L".join(pairs) + "z"


def drawable(polygons: Mapping[str, BaseGeometry]) -> Shapes:
    """Polygons by code, simplified as far as a drawing of all of them shows."""
    if not polygons:
        return Shapes((), ())
    bounds = Shapes(tuple(polygons), tuple(polygons.values())).bounds
    return simplify(polygons, PIXEL / Drawing.of(bounds).scale_y)


def _rings(shape: BaseGeometry) -> list[Any]:
    return [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
