"""What the map's page holds for the map that can be moved: settings and sentences as JSON, and where its data are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.observatory import queries as own
from almenara.observatory.presenters import layers, mapdata, palette, wording
from almenara.observatory.presenters.classes import legend
from almenara.observatory.presenters.words import words
from almenara.risk.models import Release


def context(release: Release, extent: own.Bounds | None, layer: layers.Layer | None) -> dict[str, Any]:
    """For the template; nothing where no boundary is known."""
    if extent is None:
        return {}
    return {
        "settings": _settings(release, extent, layer, total=sum(own.reliabilities(release).values())),
        "values_digest": mapdata.values(release).digest,
        "boundaries": [(number, level.digest, step) for number, (level, step) in _levels(release)],
    }


def _levels(release: Release) -> Iterable[tuple[int, tuple[mapdata.Sent, float]]]:
    shown = mapdata.boundaries(release)
    return enumerate(zip(shown.levels, shown.steps, strict=True))


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
