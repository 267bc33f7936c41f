"""Polygons that must not be invalid and must not overlap: found, named, and mended where that changes little.

Areas are km² on the sphere: longitude and the sine of latitude span a plane of equal areas (Lambert's cylinder).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0072  # of the sphere with the ellipsoid's area
INTERIORS_MEET = "2********"
ROUNDING = 1e-12  # share of the smaller polygon; mended neighbours may still overlap by the last digit of a coordinate
ROUNDS = 4

Geometries = NDArray[np.object_]
Shapes = dict[str, shapely.Geometry]


@dataclass(frozen=True)
class Overlap:
    first: str
    second: str
    km2: float

    def __str__(self) -> str:
        return f"{self.first} and {self.second} share {self.km2:.4g} km²"


@dataclass(frozen=True)
class AreaChange:
    """How mending changed a territory's area."""

    code: str
    before_km2: float
    after_km2: float

    @property
    def share(self) -> float:
        return abs(self.after_km2 - self.before_km2) / self.before_km2 if self.before_km2 else 1.0

    def __str__(self) -> str:
        return f"{self.code}: {self.before_km2:.6g} → {self.after_km2:.6g} km² ({self.share:.3%})"


def areas_km2(geometries: Geometries) -> NDArray[np.float64]:
    on_cylinder = shapely.transform(geometries, _cylinder)
    areas: NDArray[np.float64] = shapely.area(on_cylinder) * EARTH_RADIUS_KM**2
    return areas


def _cylinder(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    radians = np.radians(degrees)
    return np.column_stack([radians[:, 0], np.sin(radians[:, 1])])


def invalid(shapes: Shapes) -> list[str]:
    """Codes of invalid polygons, each with the reason."""
    return [
        f"{code}: {shapely.is_valid_reason(geometry)}"
        for code, geometry in shapes.items()
        if not geometry.is_valid
    ]


def overlaps(shapes: Shapes, ignore: float = 0.0) -> list[Overlap]:
    """Pairs whose interiors meet, the largest common area first. Invalid polygons are taken as they would be mended.

    ignore: share of the smaller polygon up to which a common area is let pass.
    """
    codes, geometries = list(shapes), _valid(shapes)
    first, second = _pairs(geometries)
    common = areas_km2(shapely.intersection(geometries[first], geometries[second]))
    smaller = np.minimum(areas_km2(geometries[first]), areas_km2(geometries[second]))
    found = [
        Overlap(codes[a], codes[b], float(km2))
        for a, b, km2, limit in zip(first, second, common, ignore * smaller, strict=True)
        if km2 > limit or ignore == 0
    ]
    return sorted(found, key=lambda overlap: (-overlap.km2, overlap.first, overlap.second))


def _valid(shapes: Shapes) -> Geometries:
    geometries = np.array(list(shapes.values()), dtype=object)
    return np.array([_polygonal(geometry) for geometry in shapely.make_valid(geometries)], dtype=object)


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry; lines and points that mending leaves over have no area."""
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        return geometry
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts)


def _pairs(geometries: Geometries) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first, second = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shapely.prepare(geometries)
    meet = shapely.relate_pattern(geometries[first], geometries[second], INTERIORS_MEET)
    return first[meet], second[meet]


def mend(shapes: Shapes) -> tuple[Shapes, list[AreaChange]]:
    """Valid polygons that do not overlap beyond rounding, and every change of area, the largest share first.

    What two territories share stays with the smaller one: it is the larger part of it.
    """
    mended = dict(zip(shapes, _valid(shapes), strict=True))
    for _ in range(ROUNDS):
        found = overlaps(mended, ignore=ROUNDING)
        if not found:
            break
        for overlap in found:
            _separate(mended, overlap)
    return mended, changes(shapes, mended)


def _separate(shapes: Shapes, overlap: Overlap) -> None:
    small, large = sorted((overlap.first, overlap.second), key=lambda code: (shapes[code].area, code))
    shapes[large] = _polygonal(shapes[large].difference(shapes[small]))


def changes(before: Shapes, after: Shapes) -> list[AreaChange]:
    """Of the polygons that are not the same any more, the largest share first."""
    codes = [code for code in before if not shapely.equals_exact(before[code], after[code])]
    old = areas_km2(np.array([before[code] for code in codes], dtype=object))
    new = areas_km2(np.array([after[code] for code in codes], dtype=object))
    rows = zip(codes, old, new, strict=True)
    found = [AreaChange(code, float(was), float(now)) for code, was, now in rows]
    return sorted(found, key=lambda change: (-change.share, change.code))
