"""The map as the page opens with it: the picture that the server has drawn, and its legend, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from almenara.design.pieces import Drawn, LegendLine
from almenara.observatory.presenters import layers, wording
from almenara.observatory.presenters.classes import Legend
from almenara.observatory.presenters.layers import Layer
from almenara.observatory.presenters.picture import Picture, picture
from almenara.observatory.presenters.ranking import Filters
from almenara.observatory.presenters.words import words
from almenara.risk.models import Release

NOTHING = Filters()


@dataclass(frozen=True)
class FirstMap:
    """patterns: of the legend, those that the picture uses."""

    drawn: Drawn
    patterns: tuple[LegendLine, ...]


def first_map(
    release: Release, legend: Legend, layer: Layer | None = None, filters: Filters = NOTHING
) -> FirstMap | None:
    """None where no boundary is known."""
    chosen = filters.shown_in(layer)
    found = picture(release, layer, chosen)
    if found is None:
        return None
    drawn = Drawn(
        _address(release, found, layer, chosen), found.width, found.height, _text(release, legend, layer)
    )
    return FirstMap(drawn, tuple(_patterns(release, found)))


def lines(legend: Legend, layer: Layer | None, filters: Filters) -> list[LegendLine]:
    """What each colour means; a line leads to the map narrowed to it, or where it is chosen to all of it."""
    chosen = filters.shown_in(layer)
    if layer is None:
        return [
            LegendLine(
                item.name,
                item.colour,
                range=item.range,
                details=(item.summary,),
                address=filters.address(risk_class=None if str(item.number) == chosen else item.number),
                chosen=str(item.number) == chosen,
            )
            for item in legend.classes
        ]
    return [
        LegendLine(
            item.name,
            item.colour,
            details=(item.summary, *item.marks),
            address=filters.address(**{layer.parameter: None if item.key == chosen else item.key}),
            chosen=item.key == chosen,
        )
        for item in layer.items
    ]


def _patterns(release: Release, found: Picture) -> list[LegendLine]:
    known = (
        (found.has_without, LegendLine(words(release).dotted_long, pattern="dotted")),
        (found.has_unreliable, LegendLine(_("Hatched: the value is unreliable."), pattern="hatched")),
        (
            found.has_withheld,
            LegendLine(
                _("Hatched without a colour: the value is withheld, its uncertainty is too large."),
                pattern="hatched",
            ),
        ),
    )
    return [line for is_used, line in known if is_used]


def _text(release: Release, legend: Legend, layer: Layer | None) -> str:
    items = layer.items if layer else legend.classes
    shown = layers.title(layer.name) if layer else words(release).map
    parts = (f"{shown}, {wording.country_name(release)}", *(f"{item.name}: {item.summary}" for item in items))
    return ". ".join(parts) + "."


def _address(release: Release, found: Picture, layer: Layer | None, chosen: str) -> str:
    query = {
        "release": "" if release.is_current else release.release_id,
        "layer": layer.name if layer else "",
        layer.parameter if layer else "class": chosen,
        "v": found.sent.digest,
    }
    address = reverse("observatory:map-picture", args=[release.country.code])
    return f"{address}?{urlencode({name: value for name, value in query.items() if value})}"
