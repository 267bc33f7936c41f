"""Polygons that share borders, made coarser without gaps, overlaps or losses, on a grid of whole steps.

1. Cleaned (GEOS's CoverageCleaner): what two share goes to the smaller, hairline gaps to who borders them most.
2. Simplified as one coverage (GEOS's CoverageSimplifier, Visvalingam–Whyatt): a border that two share stays one.
3. Snapped together: all borders are noded on the grid at once, and the faces between them go back to whoever held them.
   Rounding each polygon by itself would make neighbours cross.
4. Whoever held no face, being smaller than a step of the grid, is given one step of it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Points = NDArray[np.float64]
Point = tuple[float, float]
BORDERS_MEET = "****1****"
STRETCHED = 1  # times; a second brings no pair of Brazil's together that the first did not


def simplified(shapes: Geometries, tolerance: float, grid: float) -> Geometries:
    """A valid coverage on the grid, one polygon for each of the cleaned ones. tolerance, grid: degrees."""
    coarse = shapely.coverage_simplify(shapes, tolerance)
    return snapped(np.where(shapely.is_empty(coarse), shapes, coarse), grid)


def cleaned(shapes: Geometries, gap: float) -> Geometries:
    """Borders matched, overlaps given to the smaller, gaps narrower than gap (degrees) closed."""
    given = shapely.normalize(shapes)
    with np.errstate(invalid="ignore"):  # GEOS divides by nothing on the way
        clean: Geometries = shapely.coverage_clean(given, gap_width=gap, merge_strategy="min_area")
    # One that lay wholly within a smaller neighbour, or upon its twin, keeps its place until the grid decides.
    return np.where(shapely.is_empty(clean), given, clean)


def snapped(shapes: Geometries, grid: float) -> Geometries:
    """The coverage on the grid, and nobody lost: who is smaller than a step gets the one around its middle.

    Borders too short for the grid are drawn one step long, so that neighbours stay neighbours.
    """
    before = neighbours(shapes)
    steps: dict[int, shapely.Polygon] = {}
    moved: dict[Point, Point] = {}
    for stretches in itertools.count():
        found = _faces(_moved(shapes, moved), steps, grid)
        lost = np.setdiff1d(np.flatnonzero(shapely.is_empty(found)), list(steps))
        parted = before - neighbours(found) if stretches < STRETCHED else set()
        if not len(lost) and not parted:
            break
        steps |= _steps(shapes, lost, steps, grid)  # who has one is never lost again, so that this ends
        moved |= _stretched(shapes, sorted(parted), grid)
    return np.array([steps[i] if shape.is_empty else shape for i, shape in enumerate(found)], dtype=object)


def neighbours(shapes: Geometries) -> set[tuple[int, int]]:
    """Pairs, by position, that share a stretch of border."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    share = shapely.relate_pattern(shapes[first], shapes[second], BORDERS_MEET)
    return set(zip(first[share].tolist(), second[share].tolist(), strict=True))


def _stretched(shapes: Geometries, pairs: Sequence[tuple[int, int]], grid: float) -> dict[Point, Point]:
    """Where the ends of the pairs' borders go for these to be a step long: to the grid, one away from the other."""
    moved: dict[Point, Point] = {}
    for first, second in pairs:
        border = shapely.get_coordinates(shapely.intersection(shapes[first], shapes[second]))
        start = border[0]
        end = border[np.argmax(((border - start) ** 2).sum(axis=1))]
        away = end - start
        step = np.rint(away / np.abs(away).max())
        corner = np.rint(start / grid)
        moved[tuple(start)] = tuple(corner * grid)
        moved[tuple(end)] = tuple((corner + step) * grid)
    return moved


def _moved(shapes: Geometries, moved: Mapping[Point, Point]) -> Geometries:
    if not moved:
        return shapes
    easts = [x for x, _ in moved]

    def move(points: Points) -> Points:
        to = points.copy()
        for row in np.flatnonzero(np.isin(points[:, 0], easts)):
            to[row] = moved.get(tuple(points[row]), points[row])
        return to

    changed: Geometries = shapely.transform(shapes, move)
    return changed


def _faces(shapes: Geometries, steps: dict[int, shapely.Polygon], grid: float) -> Geometries:
    drawn = np.concatenate([shapely.boundary(shapes), shapely.boundary(list(steps.values()))])
    noded = shapely.union_all(drawn, grid_size=grid)
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), dtype=object)
    held: list[list[shapely.Polygon]] = [[] for _ in shapes]
    for face, owner in _owners(faces, shapes, steps).items():
        held[owner].append(faces[face])
    return np.array([_whole(parts, grid) for parts in held], dtype=object)


def _owners(faces: Geometries, shapes: Geometries, steps: dict[int, shapely.Polygon]) -> dict[int, int]:
    """Of each face the shape that a point inside of it lies in, the one that was given this step first."""
    inside = shapely.point_on_surface(faces)
    found: dict[int, int] = {}
    for holders, numbers in ((list(steps.values()), list(steps)), (shapes, range(len(shapes)))):
        face, holder = shapely.STRtree(holders).query(inside, predicate="intersects")
        for a, b in zip(face.tolist(), holder.tolist(), strict=True):
            found.setdefault(a, numbers[b])
    return found


def _whole(parts: list[shapely.Polygon], grid: float) -> shapely.Geometry:
    if not parts:
        return shapely.Polygon()
    whole = shapely.coverage_union_all(parts) if len(parts) > 1 else parts[0]
    return shapely.transform(whole, lambda points: np.rint(points / grid) * grid)


def _steps(
    shapes: Geometries, lost: NDArray[np.intp], taken: dict[int, shapely.Polygon], grid: float
) -> dict[int, shapely.Polygon]:
    """A step of the grid for each of the lost, the nearest to the east that nobody else was given."""
    corners = {step.bounds[:2] for step in taken.values()}
    given = {}
    for number in lost.tolist():
        middle = shapely.point_on_surface(shapes[number])
        x, y = math.floor(middle.x / grid), math.floor(middle.y / grid)
        while (x * grid, y * grid) in corners:
            x += 1
        corners.add((x * grid, y * grid))
        given[number] = shapely.box(x * grid, y * grid, (x + 1) * grid, (y + 1) * grid)
    return given
