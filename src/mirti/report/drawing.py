"""The report's drawings as SVG paths: the map, and the intervals of the odds ratios."""

from __future__ import annotations

import math
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

WIDTH = 1000.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A polygon of the map. number: its class, 0 without census data or withheld; hatched: unreliable."""

    code: str
    name: str
    path: str
    number: int
    hatched: bool
    withheld: bool


@dataclass(frozen=True)
class Map:
    """Shapes in a box of `width` × `height` units."""

    shapes: tuple[Shape, ...]
    width: float
    height: float


def draw_map(
    geojson: dict[str, Any],
    classes: dict[str, int],
    unreliable: Set[str] = frozenset(),
    withheld: Set[str] = frozenset(),
) -> Map:
    """The features in an equirectangular projection true to scale at the middle latitude."""
    rings = {f["properties"]["code"]: list(_rings(f["geometry"])) for f in geojson["features"]}
    project, height = _projection([point for parts in rings.values() for ring in parts for point in ring])
    shapes = tuple(
        Shape(
            code=(code := feature["properties"]["code"]),
            name=feature["properties"]["name"],
            path="".join(_path([project(point) for point in ring]) for ring in rings[code]),
            number=0 if code in withheld else classes.get(code, 0),
            hatched=code in unreliable,
            withheld=code in withheld,
        )
        for feature in geojson["features"]
    )
    return Map(shapes, WIDTH, height)


def _rings(geometry: dict[str, Any]) -> Iterator[list[Point]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from polygon


def _projection(points: list[Point]) -> tuple[Any, float]:
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, 1e-9)

    def project(point: Point) -> Point:
        return (point[0] - west) * squeeze * scale, (north - point[1]) * scale

    return project, round((north - south) * scale, 1)


def _path(points: list[Point]) -> str:
    """Half units are as fine as any screen; points that fall together are drawn once."""
    rounded = [(round(x * 2) / 2, round(y * 2) / 2) for x, y in points]
    kept = [point for i, point in enumerate(rounded) if i == 0 or point != rounded[i - 1]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z"


@dataclass(frozen=True)
class Forest:
    """A log axis from low to high odds ratio. ticks: odds ratios with their place in percent."""

    low: float
    high: float
    ticks: tuple[tuple[float, float], ...]

    def place(self, ratio: float) -> float:
        """Percent of the axis' length, kept within it."""
        share = math.log(ratio / self.low) / math.log(self.high / self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)


ROOM = 7
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def forest_axis(ratios: list[float]) -> Forest:
    """An axis that holds the ratios and 1, its ends on ticks; the few beyond a hundredfold are cut."""
    low = max((t for t in TICKS if t <= min([*ratios, 0.8])), default=TICKS[0])
    high = min((t for t in TICKS if t >= max([*ratios, 1.25])), default=TICKS[-1])
    bare = Forest(low, high, ())
    within = [t for t in TICKS if low <= t <= high]
    # One and the ends are always marked; the others while there is room for their figures.
    marked = [t for t in within if t in (low, 1.0, high) or len(within) <= ROOM or math.log10(t).is_integer()]
    return Forest(low, high, tuple((t, bare.place(t)) for t in marked))
