"""Small maps drawn on the server: one path a class, dots where there is no value, the marked territory outlined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType
from xml.sax.saxutils import escape

import shapely
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from almenara.common.caching import cache
from almenara.observatory import geometry, queries
from almenara.observatory.presenters import mapdata, palette
from almenara.observatory.presenters.classes import Legend
from almenara.observatory.presenters.figures import UNRELIABLE, WITHHELD
from almenara.observatory.presenters.map_names import written
from almenara.places import queries as places
from almenara.risk.models import Release
from almenara.risk.queries import Figures

MANY = 1000  # beyond this, neighbours of a class are drawn as one
HATCHED = (UNRELIABLE, WITHHELD)
WITHHELD_GROUP = 0  # beside the classes, which are numbered from 1
CACHED = 600  # seconds; boundaries change only when they are imported again


@dataclass(frozen=True)
class SmallMap:
    svg: str
    has_no_data: bool
    has_withheld: bool = False
    has_unreliable: bool = False


def country_map(release: Release, areas: Sequence[Figures], legend: Legend) -> SmallMap | None:
    """The whole country by class; None where no boundaries are known."""
    key = f"country-map:{release.release_id}:{get_language()}"
    found: SmallMap | None = cache.get(key)
    if found is None:
        found = draw(_country(release), areas, legend, title=_("Map of the country by class"))
        cache.set(key, found, CACHED)
    return found


def department_map(
    release: Release, department: int, name: str, areas: Sequence[Figures], legend: Legend
) -> SmallMap | None:
    """A department (its key and name) with its municipalities by class."""
    shapes = _department(release, areas, department)
    return draw(shapes, areas, legend, title=_("Map of {name} by class").format(name=name))


def _country(release: Release) -> geometry.Shapes:
    """What the map's first picture is drawn from, kept for all processes: as coarse as this drawing wants it."""
    kept = mapdata.boundaries(release).sketch
    shapes = kept.shapes() if kept else {}
    return geometry.Shapes(tuple(shapes), tuple(shapes.values()))


def _department(release: Release, areas: Sequence[Figures], department: int) -> geometry.Shapes:
    codes = {area.place.key: area.place.code for area in areas}
    codes |= {place.pk: place.code for place in queries.without_estimate(release, department)}
    return geometry.drawable({codes[key]: shape for key, shape in places.boundaries(codes).items()})


def draw(
    shapes: geometry.Shapes,
    areas: Sequence[Figures],
    legend: Legend,
    *,
    title: str,
    marked: str = "",
    window: geometry.Bounds | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> SmallMap | None:
    """None without shapes. marked: the code of what is outlined. window: what is seen, degrees; all of it by default.

    names: by code, what to write on it.
    """
    if not shapes:
        return None
    letters = {area.place.code: area.reliability for area in areas}
    classes = {area.place.code: area.risk_class for area in areas if area.reliability != WITHHELD}
    withheld = frozenset(code for code, letter in letters.items() if letter == WITHHELD)
    drawing = geometry.Drawing.of(window or shapes.bounds)
    groups = _grouped(shapes, classes, withheld)
    body = "".join(_group(drawing, number, group, legend) for number, group in groups.items())
    body += _hatched(drawing, shapes, {code for code, letter in letters.items() if letter in HATCHED})
    outlined = [shape for code, shape in zip(shapes.codes, shapes.polygons, strict=True) if code == marked]
    if outlined:
        body += _outline(drawing.path(outlined))
    body += written(drawing, shapes, names)
    return SmallMap(
        _svg(drawing, body, title),
        has_no_data=None in groups,
        has_withheld=WITHHELD_GROUP in groups,
        has_unreliable=UNRELIABLE in letters.values(),
    )


def _grouped(
    shapes: geometry.Shapes, classes: Mapping[str, int | None], withheld: frozenset[str]
) -> dict[int | None, list[BaseGeometry]]:
    groups: dict[int | None, list[BaseGeometry]] = defaultdict(list)
    for code, shape in zip(shapes.codes, shapes.polygons, strict=True):
        groups[WITHHELD_GROUP if code in withheld else classes.get(code)].append(shape)
    return groups


def _hatched(drawing: geometry.Drawing, shapes: geometry.Shapes, codes: set[str]) -> str:
    """Lines over unreliable and withheld territories."""
    found = [shape for code, shape in zip(shapes.codes, shapes.polygons, strict=True) if code in codes]
    drawn = [shapely.coverage_union_all(found)] if len(found) > MANY else found
    return f'<path d="{drawing.path(drawn)}" fill="url(#hatch)"/>' if found else ""


def _group(drawing: geometry.Drawing, number: int | None, shapes: list[BaseGeometry], legend: Legend) -> str:
    drawn = [shapely.coverage_union_all(shapes)] if len(shapes) > MANY else shapes
    found = legend.find(number)
    without = palette.NO_DATA if number == WITHHELD_GROUP else "url(#no-data)"
    fill = found.colour if found else without
    return f'<path d="{drawing.path(drawn)}" fill="{fill}" stroke="#fff" stroke-width=".6" stroke-linejoin="round"/>'


def _outline(path: str) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="#fff" stroke-width="5" stroke-linejoin="round"/>'
        f'<path d="{path}" fill="none" stroke="#0b3d6b" stroke-width="2.4" stroke-linejoin="round"/>'
    )


def _svg(drawing: geometry.Drawing, body: str, title: str) -> str:
    key = blake2b((title + body).encode(), digest_size=5).hexdigest()
    drawn = _PATTERNS + body
    for name in ("no-data", "hatch"):  # ids are the page's, which may hold several drawings
        drawn = drawn.replace(f'id="{name}"', f'id="{name}-{key}"').replace(
            f"url(#{name})", f"url(#{name}-{key})"
        )
    return framed(drawing, drawn, title)


def framed(drawing: geometry.Drawing, body: str, title: str) -> str:
    """The whole SVG, with a title that screen readers say. body: what is in it, escaped."""
    key = blake2b((title + body).encode(), digest_size=5).hexdigest()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {geometry.WIDTH:.0f} {drawing.height:.0f}" '
        f'role="img" aria-labelledby="m{key}"><title id="m{key}">{escape(title)}</title>{body}</svg>'
    )


_PATTERNS = (
    '<defs><pattern id="no-data" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" '
    'fill="#e9e7e0"/><circle cx="2" cy="2" r="1" fill="#6b7480"/><circle cx="6" cy="6" r="1" fill="#6b7480"/>'
    '</pattern><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" '
    'stroke="#16202e" stroke-width="1"/></pattern></defs>'
)
