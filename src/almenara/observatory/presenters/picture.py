"""The map's first picture: an SVG of the whole country by a layer, drawn once a release and the same in every language.

Fills merge what shows the same; lines over them are hatched where a value is unreliable or withheld. Its colours are
those of the tokens: what a reader's dark screen or paper changes stands in its own style, whose hash its policy names.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache as shared
from shapely.geometry.base import BaseGeometry

from almenara.common.caching import cache
from almenara.design.contrast import palette as tokens
from almenara.observatory.presenters import layers, mapdata, palette
from almenara.observatory.presenters.figures import UNRELIABLE, is_withheld
from almenara.observatory.presenters.layers import Layer
from almenara.observatory.presenters.mapdata import CACHED, KEPT, Sent
from almenara.observatory.sketch import Sketch, merged
from almenara.risk import queries
from almenara.risk.models import Release
from almenara.risk.queries import Figures

MAKE = 1  # raised whenever the same paths would be drawn otherwise
WITHOUT, WITHHELD = "without", "withheld"  # beside the keys of a layer
DIMMED = ".18"
MARGIN = 4


@dataclass(frozen=True)
class Paths:
    """groups: an SVG path by what is shown, a key of the layer, WITHOUT or WITHHELD; hatched: over some of them."""

    groups: Mapping[str, str]
    hatched: str
    has_unreliable: bool


@dataclass(frozen=True)
class Picture:
    """width, height: of the drawing, without unit. The rest: which patterns it uses."""

    sent: Sent
    width: int
    height: int
    has_without: bool
    has_unreliable: bool
    has_withheld: bool


def picture(release: Release, layer: Layer | None, chosen: str = "") -> Picture | None:
    """By the layer, None for the classes; chosen: a key of it, all others fainter. None where no boundary is known."""
    drawing = mapdata.boundaries(release).sketch
    if drawing is None:
        return None
    colours = _colours(release, layer)
    chosen = chosen if chosen in colours else ""
    here = f"picture:{release.release_id}:{layer.name if layer else ''}:{chosen}"
    found: Picture | None = cache.get(here)
    if found is None:
        found = _picture(drawing, paths(release, drawing, layer), colours, chosen)
        cache.set(here, found, CACHED)
    return found


def paths(release: Release, drawing: Sketch, layer: Layer | None) -> Paths:
    name = layer.name if layer else layers.CLASSES
    key = f"picture:{MAKE}:{mapdata.boundaries(release).made_from}:{release.release_id}:{name}"
    found: Paths | None = shared.get(key)
    if found is None:
        found = _paths(drawing, queries.estimates(release), name)
        shared.set(key, found, KEPT)
    return found


def _paths(drawing: Sketch, areas: tuple[Figures, ...], layer: str) -> Paths:
    held = {area.place.code: area for area in areas}
    groups: dict[str, list[BaseGeometry]] = {}
    hatched, has_unreliable = [], False
    for code, shape in drawing.shapes().items():
        area = held.get(code)
        groups.setdefault(_shown(area, layer), []).append(shape)
        # A type says what a municipality is made of: it does not hang on how sure its value is.
        if area and layer != layers.TYPES and (is_withheld(area) or area.reliability == UNRELIABLE):
            hatched.append(shape)
            has_unreliable |= not is_withheld(area)
    drawn = {key: merged(drawing.frame, shapes) for key, shapes in sorted(groups.items())}
    return Paths(drawn, merged(drawing.frame, hatched), has_unreliable)


def _shown(area: Figures | None, layer: str) -> str:
    if area is None:
        return WITHOUT
    if layer == layers.TYPES:
        return str(area.area_type)
    if is_withheld(area):
        return WITHHELD
    return str(area.spot if layer == layers.SPOTS else area.risk_class)


def _colours(release: Release, layer: Layer | None) -> dict[str, str]:
    if layer:
        return {item.key: item.colour for item in layer.items}
    classes = queries.classes(release)
    fills = palette.colours(len(classes))
    return {str(item.number): fill for item, fill in zip(classes, fills, strict=True)}


def _picture(drawing: Sketch, shown: Paths, colours: Mapping[str, str], chosen: str) -> Picture:
    width, height = drawing.frame.width + 2 * MARGIN, drawing.frame.height + 2 * MARGIN
    body = "".join(
        f'<path{_fill(key, colours)}{_faint(key, chosen)} d="{path}"/>' for key, path in shown.groups.items()
    )
    lines = (("i", drawing.inner), ("h", shown.hatched), ("o", drawing.outer))
    body += "".join(f'<path class="{kind}" d="{path}"/>' for kind, path in lines if path)
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{-MARGIN} {-MARGIN} {width} {height}" fill-rule="evenodd">'
        f"<style>{STYLE}</style>{PATTERNS}{body}</svg>"
    )
    return Picture(
        Sent.of(text.encode()),
        width,
        height,
        has_without=WITHOUT in shown.groups,
        has_unreliable=shown.has_unreliable,
        has_withheld=WITHHELD in shown.groups,
    )


def _fill(key: str, colours: Mapping[str, str]) -> str:
    if key == WITHOUT:
        return ' class="d"'
    colour = colours.get(key)
    return f' fill="{colour}"' if colour else ' class="n"'


def _faint(key: str, chosen: str) -> str:
    return f' opacity="{DIMMED}"' if chosen and key != chosen else ""


def _style() -> str:
    def of(scheme: str) -> str:
        token = tokens(scheme)
        return f".n{{fill:{token['no-data']}}}.dot{{fill:{token['ink-soft']}}}"

    light = tokens("light")
    return (
        f"{of('light')}.d{{fill:url(#dots)}}.h{{fill:url(#hatch)}}.i,.o{{fill:none;vector-effect:non-scaling-stroke}}"
        f".i{{stroke:{light['surface']};stroke-width:.6}}.o{{stroke:{light['ink']};stroke-width:.8}}"
        f".dark{{stroke:{light['ink']}}}.pale{{stroke:{light['surface']}}}"
        f"@media (prefers-color-scheme:dark){{{of('dark')}}}@media print{{{of('print')}}}"
    )


STYLE = _style()
# The pale line beside the dark one shows the hatching on the darkest class too.
PATTERNS = (
    '<defs><pattern id="dots" width="16" height="16" patternUnits="userSpaceOnUse"><path class="n" d="M0 0h16v16H0z"/>'
    '<circle class="dot" cx="4" cy="4" r="2"/><circle class="dot" cx="12" cy="12" r="2"/></pattern>'
    '<pattern id="hatch" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="dark" stroke-width="2" d="M3 0v12"/><path class="pale" stroke-width="1.2" d="M5 0v12"/>'
    "</pattern></defs>"
)
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)
