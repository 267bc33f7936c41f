"""What the interactive map is given: its data as GeoJSON, and its settings and sentences as JSON."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from shapely.geometry.base import BaseGeometry

from almenara.common import numbers
from almenara.common.caching import cache
from almenara.observatory import geometry
from almenara.observatory import queries as own
from almenara.observatory.presenters import layers, palette, wording
from almenara.observatory.presenters.classes import legend
from almenara.observatory.presenters.figures import UNRELIABLE, WITHHELD, ends_of, is_withheld
from almenara.observatory.presenters.words import words
from almenara.places import queries as places
from almenara.places.models import Level, Territory
from almenara.risk import queries
from almenara.risk.models import Release
from almenara.risk.queries import Figures

CACHED = 600  # seconds


@dataclass(frozen=True)
class Layer:
    """GeoJSON, compressed once for all its readers, and a hash of it."""

    compressed: bytes
    digest: str

    @property
    def text(self) -> bytes:
        return gzip.decompress(self.compressed)


def areas_geojson(release: Release) -> Layer:
    """The municipalities with their values; those without census come too."""
    return _cached(f"areas-geojson:{release.release_id}", lambda: _collection(_area_features(release)))


def departments_geojson(release: Release) -> Layer:
    """The departments, dissolved from the same simplified municipalities so that borders coincide."""
    return _cached(
        f"departments-geojson:{release.release_id}", lambda: _collection(_department_features(release))
    )


def _cached(key: str, make: Callable[[], str]) -> Layer:
    found: Layer | None = cache.get(key)
    if found is None:
        text = make().encode()
        found = Layer(gzip.compress(text, mtime=0), blake2b(text, digest_size=12).hexdigest())
        cache.set(key, found, CACHED)
    return found


def _collection(features: Iterable[dict[str, Any]]) -> str:
    collection = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))


def _area_features(release: Release) -> Iterable[dict[str, Any]]:
    areas = {area.place.key: _properties(area) for area in queries.estimates(release)}
    areas |= {place.pk: _without(place) for place in own.without_estimate(release)}
    shapes = _shapes({key: str(properties["code"]) for key, properties in areas.items()})
    by_code = {properties["code"]: properties for properties in areas.values()}
    return [geometry.feature(shape, by_code[code]) for code, shape in shapes.items()]


def _shapes(codes: Mapping[int, str]) -> dict[str, BaseGeometry]:
    polygons = {codes[key]: shape for key, shape in places.boundaries(codes).items()}
    simplified = geometry.simplify(polygons)
    return dict(zip(simplified.codes, simplified.polygons, strict=True))


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
    values = {
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
    return known | {name: value for name, value in values.items() if value is not None}


def _without(place: Territory) -> dict[str, Any]:
    parent = place.listed_in.code if place.listed_in else None
    return {"code": place.code, "name": place.name, "parent": parent, "status": "no_census"}


def _department_features(release: Release) -> Iterable[dict[str, Any]]:
    parents = {area.place.key: area.place.parent_code for area in queries.estimates(release)}
    parents |= {
        place.pk: place.listed_in.code if place.listed_in else None for place in own.without_estimate(release)
    }
    shapes = _shapes({key: str(key) for key in parents})
    if not shapes:
        return
    gap = 4 * geometry.map_tolerance(geometry.Shapes(tuple(shapes), tuple(shapes.values())).bounds)
    groups: dict[str, list[BaseGeometry]] = defaultdict(list)
    for key, shape in shapes.items():
        groups[parents[int(key)] or ""].append(shape)
    for department in queries.estimates(release, level=Level.DEPARTMENT, order="name"):
        group = groups.get(department.place.code)
        if group:
            yield _department(department, geometry.dissolve(group, gap))


def _department(department: Figures, shape: BaseGeometry) -> dict[str, Any]:
    place = department.place
    properties = {"code": place.code, "name": place.name, "label_point": geometry.label_point(shape)}
    return geometry.feature(shape, properties)


def context(release: Release, extent: own.Bounds, layer: layers.Layer | None) -> dict[str, Any]:
    """What the map's page shows beyond its table: the script's settings, and which patterns the legend explains."""
    reliabilities = own.reliabilities(release)
    return {
        "settings": _settings(release, extent, layer, total=sum(reliabilities.values())),
        "has_unestimated": own.without_estimate(release).exists(),
        "has_unreliable": UNRELIABLE in reliabilities,
        "has_withheld": WITHHELD in reliabilities,
    }


def _settings(
    release: Release, extent: own.Bounds, layer: layers.Layer | None, *, total: int
) -> dict[str, Any]:
    """Everything the script needs that depends on release and language; addresses stand in the page's attributes."""
    west, south, east, north = extent
    classes = [
        {"key": item.number, "name": item.name, "colour": item.colour}
        for item in reversed(legend(release).classes)
    ]
    return {
        "locale": numbers.locale().replace("_", "-"),
        "bounds": [[west, south], [east, north]],
        "total": total,
        "unit": "points" if release.is_index else "percent",
        "classes": classes,
        "spots": _items(release, layers.SPOTS),
        "types": _items(release, layers.TYPES),
        "layer": {
            "name": layer.name if layer else "classes",
            "property": layer.parameter if layer else "class",
            "items": _items(release, layer.name) if layer else classes,
            "without": palette.NO_DATA,
        },
        "texts": _texts(release),
    }


def _items(release: Release, name: str) -> list[dict[str, Any]]:
    """The lines of a layer's legend, keyed as the features of the map are."""
    found = layers.layer(release, name)
    return [
        {"key": int(item.key) if item.key.isdigit() else item.key, "name": item.name, "colour": item.colour}
        for item in (found.items if found else ())
    ]


def _texts(release: Release) -> dict[str, Any]:
    named = words(release)
    line = _("Score {risk}, class: {class}") if release.is_index else _("Risk {risk}, class: {class}")
    return {
        "risk": named.value,
        "interval": _("Interval (95%)"),
        "range": _("{low} to {high}"),
        "class": _("Class"),
        "children": _("Children ({year})"),
        "expected": _("Working children expected"),
        "rank": _("Rank"),
        "rankOf": _("{rank} of {total}"),
        "riskLine": line,
        "spot": _("Hot spot"),
        "type": _("Type"),
        "points": {
            "one": ngettext("{score} point", "{score} points", 1),
            "other": ngettext("{score} point", "{score} points", 2),
        },
        "openSheet": _("Open the fact sheet"),
        "close": _("Close the card"),
        "matches": _("Territories found: {count}"),
        "canvas": _("Map of vulnerability. Arrow keys move it, plus and minus change the scale.")
        if release.is_index
        else _("Map of risk. Arrow keys move it, plus and minus change the scale."),
        "intervalHolds": wording.interval_holds(release.interval_kind),
        "unreliable": wording.unreliable(),
        "withheld": wording.withheld(),
        "no_census": wording.without_value(release),
        "map": _controls(named.map),
    }


def _controls(title: str) -> dict[str, str]:
    return {
        "NavigationControl.ZoomIn": _("Zoom in"),
        "NavigationControl.ZoomOut": _("Zoom out"),
        "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
        "CooperativeGesturesHandler.WindowsHelpText": _("Use Ctrl and the wheel to change the scale"),
        "CooperativeGesturesHandler.MacHelpText": _("Use ⌘ and the wheel to change the scale"),
        "Map.Title": title,
    }
