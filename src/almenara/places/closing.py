"""Hairline gaps between neighbours: found, listed, and given to whoever borders them most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from almenara.places.polygons import Geometries, Shapes, areas_km2

GAP = 0.001  # degrees, some 110 m: wider is a lake, or land that nobody drew, and stays


@dataclass(frozen=True)
class Gap:
    """Land that none of its neighbours holds; near: their codes."""

    near: tuple[str, ...]
    km2: float

    def __str__(self) -> str:
        return f"{' and '.join(self.near)} leave {self.km2:.4g} km² between them"


def gaps(shapes: Shapes, width: float = GAP) -> list[Gap]:
    """Gaps closed on all sides and narrower than width (degrees), the largest first. The shapes are valid."""
    codes, given = list(shapes), _array(shapes)
    narrow = np.array([hole for hole in _holes(given) if _width(hole) < width], dtype=object)
    hole, shape = shapely.STRtree(given).query(narrow, predicate="intersects")
    near: list[list[str]] = [[] for _ in narrow]
    for a, b in zip(hole.tolist(), shape.tolist(), strict=True):
        near[a].append(codes[b])
    found = [
        Gap(tuple(sorted(names)), float(km2)) for names, km2 in zip(near, areas_km2(narrow), strict=True)
    ]
    return sorted(found, key=lambda gap: (-gap.km2, gap.near))


def close(shapes: Shapes, width: float = GAP) -> Shapes:
    """A valid coverage (GEOS's CoverageCleaner): borders matched, gaps narrower than width closed, nobody lost."""
    given = _array(shapes)
    if not len(given) or shapely.coverage_is_valid(given, gap_width=width):
        return shapes
    with np.errstate(invalid="ignore"):  # GEOS divides by nothing on the way
        clean = shapely.coverage_clean(given, gap_width=width, merge_strategy="min_area")
    return {
        code: before if after.is_empty else after
        for code, before, after in zip(shapes, given, clean, strict=True)
    }


def _array(shapes: Shapes) -> Geometries:
    return np.array(list(shapes.values()), dtype=object)


def _holes(given: Geometries) -> list[shapely.Polygon]:
    whole = shapely.get_parts(shapely.union_all(given))
    return [shapely.Polygon(ring) for part in whole for ring in part.interiors]


def _width(hole: shapely.Polygon) -> float:
    """As GEOS measures it: the diameter of the largest circle inside."""
    return 2 * float(shapely.length(shapely.maximum_inscribed_circle(hole)))
