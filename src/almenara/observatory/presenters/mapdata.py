"""What the interactive map is sent: boundaries at two levels of detail as arcs, and the values beside them as columns.

Boundaries take long to prepare for a large country: they are kept for all processes, by what they were made from.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import shapely
from django.core.cache import cache as shared
from shapely.geometry.base import BaseGeometry

from almenara.common.caching import cache
from almenara.observatory import geometry
from almenara.observatory import queries as own
from almenara.observatory.arcs import encode, topology
from almenara.observatory.presenters.figures import ends_of, is_withheld
from almenara.observatory.sketch import Sketch, sketch
from almenara.places import queries as places
from almenara.places.models import Level, Territory
from almenara.risk import queries
from almenara.risk.models import Release
from almenara.risk.queries import Figures

MAKE = 2  # raised whenever the same boundaries would be drawn otherwise
DETAIL = (
    1300,
    4000,
)  # parts of the extent that a level resolves: a pixel of a wide screen, and a third of one
CACHED = 600  # seconds
KEPT = 30 * 86_400


@dataclass(frozen=True)
class Sent:
    """Bytes compressed once for all their readers, and a hash of them for their address."""

    compressed: bytes
    digest: str

    @classmethod
    def of(cls, plain: bytes) -> Sent:
        return cls(gzip.compress(plain, mtime=0), blake2b(plain, digest_size=12).hexdigest())

    @property
    def plain(self) -> bytes:
        return gzip.decompress(self.compressed)


@dataclass(frozen=True)
class Boundaries:
    """codes: of the territories, in the order of the shapes; steps: of the grid, degrees, of each level; coarse first.

    labels: a point well inside each department, by its code. sketch: for the pictures; None where there is no boundary.
    made_from: a hash.
    """

    codes: tuple[str, ...]
    levels: tuple[Sent, ...]
    steps: tuple[float, ...]
    labels: Mapping[str, tuple[float, float]]
    sketch: Sketch | None
    made_from: str


def boundaries(release: Release) -> Boundaries:
    """Of every municipality that the map shows and that has a boundary."""
    found: Boundaries | None = cache.get(f"boundaries:{release.release_id}")
    if found is None:
        drawn = own.drawn(release)
        state = _state(drawn)
        key = f"boundaries:{MAKE}:{state}"
        found = shared.get(key)
        if found is None:
            found = _make(drawn, state)
            shared.set(key, found, KEPT)
        cache.set(f"boundaries:{release.release_id}", found, CACHED)
    return found


def _state(drawn: Mapping[int, own.Drawn]) -> str:
    """Of all that the boundaries are made from."""
    return blake2b(repr(sorted(drawn.values())).encode(), digest_size=12).hexdigest()


def _make(drawn: Mapping[int, own.Drawn], state: str) -> Boundaries:
    polygons = {drawn[key].code: shape for key, shape in places.boundaries(drawn).items()}
    given = {code: polygons[code] for code in sorted(polygons)}
    if not given:
        return Boundaries((), (), (), {}, None, state)
    extent = geometry.Shapes(tuple(given), tuple(given.values())).size
    tolerances = [extent / parts for parts in DETAIL]
    shapes = geometry.simplify_by_levels(given, tolerances)
    steps = tuple(10.0 ** -geometry.decimals_of(tolerance) for tolerance in tolerances)
    levels = tuple(
        Sent.of(encode(topology(level.polygons, step))) for level, step in zip(shapes, steps, strict=True)
    )
    parents = {place.code: place.parent for place in drawn.values()}
    drawing = sketch(shapes[0], [parents[code] for code in shapes[0].codes], steps[0])
    return Boundaries(shapes[0].codes, levels, steps, _labels(shapes[0], parents), drawing, state)


def _labels(shapes: geometry.Shapes, parents: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    groups: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, shape in zip(shapes.codes, shapes.polygons, strict=True):
        groups[parents[code]].append(shape)
    return {
        code: geometry.label_point(shapely.coverage_union_all(parts))
        for code, parts in groups.items()
        if code
    }


def values(release: Release) -> Sent:
    """The departments, and column by column what the map and its card say of each territory of `boundaries`."""
    here = f"map-values:{release.release_id}"
    found: Sent | None = cache.get(here)
    if found is None:
        key = f"{here}:{MAKE}:{boundaries(release).made_from}:{own.named(release.country.code)}"
        found = shared.get(key)
        if found is None:
            text = json.dumps(_values(release), ensure_ascii=False, separators=(",", ":"))
            found = Sent.of(text.encode())
            shared.set(key, found, KEPT)
        cache.set(here, found, CACHED)
    return found


def _values(release: Release) -> dict[str, Any]:
    shown = boundaries(release)
    areas = {area.place.code: _properties(area) for area in queries.estimates(release)}
    others = [code for code in shown.codes if code not in areas]
    areas |= {place.code: _without(place) for place in own.coded(release.country.code, others)}
    rows = [areas[code] for code in shown.codes]
    names = sorted({name for row in rows for name in row})
    departments = [
        {
            "code": department.place.code,
            "name": department.place.name,
            "label_point": shown.labels[department.place.code],
        }
        for department in queries.estimates(release, level=Level.DEPARTMENT, order="name")
        if department.place.code in shown.labels
    ]
    return {
        "departments": departments,
        "areas": {name: [row.get(name) for row in rows] for name in names},
    }


def _properties(area: Figures) -> dict[str, Any]:
    known: dict[str, Any] = {
        "code": area.place.code,
        "name": area.place.name,
        "parent": area.place.parent_code,
        "status": "withheld" if is_withheld(area) else "estimate",
    }
    if area.area_type is not None:
        known["type"] = area.area_type
    if is_withheld(area):
        return known
    ends = ends_of(area)
    return known | {
        "class": area.risk_class,
        "risk": round(area.risk, 6),
        "ci_low": round(ends[0], 6) if ends else None,
        "ci_high": round(ends[1], 6) if ends else None,
        "children": round(area.children),
        "children_year": area.children_year,
        "expected": None if area.expected is None else round(area.expected),
        "rank": area.rank,
        "reliability": area.reliability,
        "spot": area.spot,
    }


def _without(place: Territory) -> dict[str, Any]:
    parent = place.listed_in.code if place.listed_in else None
    return {"code": place.code, "name": place.name, "parent": parent, "status": "no_census"}
