"""Small maps drawn on the server: one path a class, dots where there is no value, the marked territory outlined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from xml.sax.saxutils import escape

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from almenara.observatory import geometry, queries
from almenara.observatory.presenters.classes import Legend
from almenara.observatory.presenters.figures import is_withheld
from almenara.places import queries as places
from almenara.risk.models import Release
from almenara.risk.queries import Figures

MANY = 1000  # beyond this, neighbours of a class are drawn as one
CACHED = 600  # seconds; boundaries change only when they are imported again


@dataclass(frozen=True)
class SmallMap:
    svg: str
    has_no_data: bool


def country_map(release: Release, areas: Sequence[Figures], legend: Legend) -> SmallMap | None:
    """The whole country by class; None where no boundaries are known."""
    key = f"country-map:{release.release_id}:{get_language()}"
    found: SmallMap | None = cache.get(key)
    if found is None:
        found = _draw(_shapes(release, areas), areas, legend, title=_("Map of the country by class of risk"))
        cache.set(key, found, CACHED)
    return found


def department_map(
    release: Release,
    department: int,
    name: str,
    areas: Sequence[Figures],
    legend: Legend,
    *,
    marked: str = "",
) -> SmallMap | None:
    """A department (its key and name) with its municipalities by class; `marked` is the code of the outlined one."""
    shapes = _shapes(release, areas, department)
    title = _("Map of {name} by class of risk").format(name=name)
    return _draw(shapes, areas, legend, title=title, marked=marked)


def _shapes(release: Release, areas: Sequence[Figures], department: int | None = None) -> geometry.Shapes:
    codes = {area.place.key: area.place.code for area in areas}
    codes |= {place.pk: place.code for place in queries.without_estimate(release, department)}
    polygons = {codes[key]: shape for key, shape in places.boundaries(codes).items()}
    if not polygons:
        return geometry.Shapes((), ())
    bounds = geometry.Shapes(tuple(polygons), tuple(polygons.values())).bounds
    return geometry.simplify(polygons, geometry.drawing_tolerance(bounds))


def _draw(
    shapes: geometry.Shapes, areas: Sequence[Figures], legend: Legend, *, title: str, marked: str = ""
) -> SmallMap | None:
    if not shapes:
        return None
    classes = {area.place.code: None if is_withheld(area) else area.risk_class for area in areas}
    drawing = geometry.Drawing.of(shapes.bounds)
    groups = _grouped(shapes, classes)
    body = "".join(_group(drawing, number, group, legend) for number, group in groups.items())
    outlined = [shape for code, shape in zip(shapes.codes, shapes.polygons, strict=True) if code == marked]
    if outlined:
        body += _outline(drawing.path(outlined))
    return SmallMap(_svg(drawing, body, title), None in groups)


def _grouped(
    shapes: geometry.Shapes, classes: Mapping[str, int | None]
) -> dict[int | None, list[BaseGeometry]]:
    groups: dict[int | None, list[BaseGeometry]] = defaultdict(list)
    for code, shape in zip(shapes.codes, shapes.polygons, strict=True):
        groups[classes.get(code)].append(shape)
    return groups


def _group(drawing: geometry.Drawing, number: int | None, shapes: list[BaseGeometry], legend: Legend) -> str:
    drawn = [geometry.dissolve(shapes)] if len(shapes) > MANY else shapes
    found = legend.find(number)
    fill = found.colour if found else "url(#no-data)"
    return f'<path d="{drawing.path(drawn)}" fill="{fill}" stroke="#fff" stroke-width=".6" stroke-linejoin="round"/>'


def _outline(path: str) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="#fff" stroke-width="5" stroke-linejoin="round"/>'
        f'<path d="{path}" fill="none" stroke="#0b3d6b" stroke-width="2.4" stroke-linejoin="round"/>'
    )


def _svg(drawing: geometry.Drawing, body: str, title: str) -> str:
    key = blake2b((title + body).encode(), digest_size=5).hexdigest()
    drawn = (_PATTERN + body).replace("no-data", f"n{key}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {geometry.WIDTH:.0f} {drawing.height:.0f}" '
        f'role="img" aria-labelledby="m{key}"><title id="m{key}">{escape(title)}</title>{drawn}</svg>'
    )


_PATTERN = (
    '<defs><pattern id="no-data" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" '
    'fill="#e9e7e0"/><circle cx="2" cy="2" r="1" fill="#6b7480"/><circle cx="6" cy="6" r="1" fill="#6b7480"/>'
    "</pattern></defs>"
)
