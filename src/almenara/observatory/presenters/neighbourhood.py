"""A municipality among its neighbours: a map of its surroundings by class, and those that it borders, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import shapely
from django.db.models import Q
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from almenara.observatory import geometry
from almenara.observatory.presenters.classes import Legend
from almenara.observatory.presenters.drawings import SmallMap, draw
from almenara.places import queries as places
from almenara.places.models import Level, Territory
from almenara.risk.facts import Country
from almenara.risk.queries import Figures, Place

REACH = 1.35  # of its own size, to each side of its middle
SHAPE = 1.25  # width by height
NEAR = 1.0  # units of the drawing: what comes so close is a neighbour
Box = geometry.Bounds


@dataclass(frozen=True)
class Surroundings:
    """neighbours: codes of those that border it, the longest border first."""

    map: SmallMap
    neighbours: tuple[str, ...]


class Ground:
    """Polygons of a country's municipalities, kept once read: neighbours are drawn again and again."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self._boxes: dict[int, tuple[str, str, Box]] | None = None
        self._sides: NDArray[np.float64] | None = None
        self._figures: dict[int, Figures] | None = None
        self._polygons: dict[int, BaseGeometry] = {}

    def boxes(self) -> dict[int, tuple[str, str, Box]]:
        """By key: code, name and bounds of those that exist or have an estimate."""
        if self._boxes is None:
            estimated = set(self.figures())
            code = self.country.release.country.code
            rows = Territory.objects.filter(country=code, level=Level.MUNICIPALITY, west__isnull=False)
            drawn = rows.filter(places.existing() | Q(pk__in=estimated))
            columns = ("pk", "code", "name", "west", "south", "east", "north")
            self._boxes = {
                key: (code, name, tuple(box)) for key, code, name, *box in drawn.values_list(*columns)
            }
        return self._boxes

    def seen(self, window: Box) -> list[int]:
        """Keys of those whose bounds meet the window."""
        boxes = self.boxes()
        if self._sides is None:
            self._sides = np.array([box for _code, _name, box in boxes.values()]).reshape(-1, 4).T
        west, south, east, north = self._sides
        meet = (west <= window[2]) & (east >= window[0]) & (south <= window[3]) & (north >= window[1])
        return list(compress(boxes, meet))

    def figures(self) -> dict[int, Figures]:
        """By key."""
        if self._figures is None:
            self._figures = {row.place.key: row for row in self.country.level(Level.MUNICIPALITY)}
        return self._figures

    def polygons(self, keys: Sequence[int]) -> dict[int, BaseGeometry]:
        missing = [key for key in keys if key not in self._polygons]
        if missing:
            self._polygons |= places.boundaries(missing)
        return {key: self._polygons[key] for key in keys if key in self._polygons}


def surroundings(ground: Ground, own: Place, legend: Legend) -> Surroundings | None:
    """None where its boundary is not known."""
    boxes = ground.boxes()
    if own.key not in boxes:
        return None
    window = _window(boxes[own.key][2])
    found = ground.polygons(ground.seen(window))
    if own.key not in found:
        return None
    drawing = geometry.Drawing.of(window)
    shapes = geometry.simplify(
        {boxes[key][0]: shape for key, shape in found.items()}, geometry.PIXEL / drawing.scale_y
    )
    by_code = dict(zip(shapes.codes, shapes.polygons, strict=True))
    if own.code not in by_code:
        return None
    neighbours = _neighbours(by_code, own.code, NEAR / drawing.scale_y)
    seen = _clipped(shapes, window)
    names = {boxes[key][0]: boxes[key][1] for key in found}
    drawn = draw(
        seen,
        [ground.figures()[key] for key in found if key in ground.figures()],
        legend,
        title=_("Map of {name} and its neighbours by class").format(name=own.name),
        marked=own.code,
        window=window,
        names={code: names[code] for code in (own.code, *neighbours)},
    )
    return Surroundings(drawn, neighbours) if drawn else None


def _window(box: Box) -> Box:
    """Its middle with room to each side, in the shape of the drawing."""
    west, south, east, north = box
    x, y = (west + east) / 2, (south + north) / 2
    narrower = geometry.squeeze(y)
    high = REACH * max(north - south, (east - west) * narrower / SHAPE, 1e-6)
    wide = high * SHAPE / narrower
    return x - wide, y - high, x + wide, y + high


def _clipped(shapes: geometry.Shapes, window: Box) -> geometry.Shapes:
    cut = [shapely.clip_by_rect(shape, *window) for shape in shapes.polygons]
    kept = [(code, _areas(shape)) for code, shape in zip(shapes.codes, cut, strict=True)]
    kept = [(code, shape) for code, shape in kept if not shape.is_empty]
    return geometry.Shapes(tuple(code for code, _shape in kept), tuple(shape for _code, shape in kept))


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """Its polygons alone: cutting may leave points and lines beside them."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]
    return shapely.multipolygons(parts) if parts else shapely.Polygon()


def _neighbours(polygons: Mapping[str, BaseGeometry], own: str, near: float) -> tuple[str, ...]:
    """Those that share a border as it is drawn: gaps narrower than `near` (degrees) are none."""
    around = shapely.buffer(polygons[own], near)
    shared = {
        code: shapely.length(shapely.intersection(shapely.boundary(shape), around))
        for code, shape in polygons.items()
        if code != own and shapely.intersects(shape, around)
    }
    return tuple(sorted(shared, key=lambda code: (-shared[code], code)))
