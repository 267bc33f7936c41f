"""From the texts of a fact sheet to the data of its typst template: choices of what two pages hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from almenara.design.charts.drawn import render_svg, table_of, told
from almenara.observatory.presenters import palette
from almenara.observatory.presenters.children import Split
from almenara.observatory.presenters.drivers import Drivers
from almenara.observatory.presenters.sheet import Sheet

PUBLISHER = "Almenara"
PROFILE_ROWS = 12
COLUMN, TALLEST = 85.0, 105.0  # mm
MAP, STANDING, DRIVERS = "map.svg", "standing.svg", "drivers.svg"
Data = dict[str, Any]


def document(sheet: Sheet, drawn: Mapping[str, bytes]) -> Data:
    """What `sheet.typ` sets, every text in the active language. drawn: the pictures of the sheet."""
    title = (
        f"{sheet.name}: {sheet.outcome}"
        if sheet.is_index
        else _("{name}: risk of child labour").format(name=sheet.name)
    )
    return {
        "language": _language(),
        "publisher": PUBLISHER,
        "document_title": title,
        "kicker": f"{sheet.outcome} · {sheet.ages}",
        "title": sheet.name,
        "subtitle": _where(sheet),
        "risk": _risk(sheet),
        "lead": sheet.lead,
        "figures": _figures(sheet),
        "map": _map(sheet),
        "standing": _standing(sheet),
        "around": _around(sheet),
        "drivers": _drivers(sheet, drawn.get(DRIVERS)),
        "split": _split(sheet.split),
        "profile": _profile(sheet),
        "method": _method(sheet),
        "origin": _origin(sheet),
        "footer": _("{title} · release {release}, published on {date}").format(
            title=sheet.title, release=sheet.release_id, date=sheet.published
        ),
        "pages": [_("Page 1 of 2"), _("Page 2 of 2")],
    }


def pictures(sheet: Sheet) -> dict[str, bytes]:
    """The drawings that the template places, by the name it knows them by."""
    drawn = {}
    if sheet.map:
        drawn[MAP] = sheet.map.svg.encode()
    if sheet.standing:
        drawn[STANDING] = sheet.standing.chart.encode()
    if sheet.drivers:
        drawn[DRIVERS] = render_svg(sheet.drivers.chart, _language()).encode()
    return drawn


def _language() -> str:
    return (get_language() or "es")[:2]


def _where(sheet: Sheet) -> str:
    above = [sheet.department_name, sheet.country_name if sheet.level != "country" else ""]
    return " · ".join([sheet.level_name, *filter(None, above)])


def _risk(sheet: Sheet) -> Data:
    found, figures = sheet.risk_class, sheet.figures
    return {
        "value": figures.risk,
        "colour": found.colour if found else palette.NO_DATA,
        "class": _class(sheet),
        "interval": _("Interval (95%): {interval}").format(interval=figures.interval)
        if figures.interval and not figures.withheld
        else "",
        "holds": " ".join(filter(None, [*sheet.certainty, sheet.interval_holds, sheet.warning])),
    }


def _class(sheet: Sheet) -> str:
    found = sheet.risk_class
    if found is None:
        return ""
    sentence = (
        _("Class of vulnerability: {name} ({range})")
        if sheet.is_index
        else _("Class of risk: {name} ({range})")
    )
    return sentence.format(name=found.name, range=found.range)


def _figures(sheet: Sheet) -> list[Data]:
    cards = [
        (_("Children"), sheet.figures.children, sheet.children_basis),
        (
            _("Working children expected"),
            sheet.figures.expected,
            _("Risk multiplied by the number of children."),
        ),
        _rank_card(sheet),
        (_("Territories in it"), sheet.areas, ""),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in cards if value]


def _rank_card(sheet: Sheet) -> tuple[str, str, str]:
    if sheet.is_index:
        first = _("The first has the highest score.")
        return _("Rank by score"), sheet.rank, sheet.rank_in_department or first
    return _("Rank by risk"), sheet.rank, sheet.rank_in_department or _("The first has the highest risk.")


def _map(sheet: Sheet) -> Data:
    legend = [
        {
            "colour": item.risk_class.colour,
            "label": f"{item.risk_class.name}: {item.risk_class.range}",
            "own": item.is_own,
            "chance": _("Chances here: {chances}.").format(chances=item.chance) if item.chance else "",
            "text": item.risk_class.summary,
        }
        for item in sheet.classes
    ]
    if sheet.map and sheet.map.has_no_data:
        text = (
            _("Not in the sources of the index.") if sheet.is_index else _("Not in the census of the model.")
        )
        legend.append(_mark(_("No value"), text))
    if sheet.map and sheet.map.has_withheld:
        text = _("Hatched: the uncertainty is too large.")
        legend.append(_mark(_("Withheld"), text))
    return {
        "heading": _("On the map"),
        "present": sheet.map is not None,
        "alt": _map_words(sheet),
        "columns": [_("Colour"), _("Class, and what it holds in the country")],
        "legend": legend,
    }


def _mark(label: str, text: str) -> Data:
    return {"colour": palette.NO_DATA, "label": label, "own": False, "chance": "", "text": text}


def _map_words(sheet: Sheet) -> str:
    if sheet.map is None:
        return _("No map is shown: this release has no boundaries.")
    if sheet.level != "municipality":
        return _("Map of {name} with its territories coloured by class.").format(name=sheet.name)
    return _("Map of {name} and its neighbours by class, with {name} outlined.").format(name=sheet.name)


def _standing(sheet: Sheet) -> Data:
    rows = sheet.standing.rows if sheet.standing else ()
    return {
        "heading": _("Place among other territories"),
        "alt": sheet.standing.told if sheet.standing else "",
        "columns": [_("Group"), _("Lowest"), _("Median"), _("Highest"), _("Place")],
        "rows": [[row.group, row.lowest, row.middle, row.highest, row.place] for row in rows],
    }


def _around(sheet: Sheet) -> Data:
    """Each neighbour with its value and class, in one paragraph."""
    told = [
        f"{item.name} ({item.risk}, {item.risk_class.name})"
        if item.risk_class
        else f"{item.name} ({item.risk})"
        for item in sheet.bordering
    ]
    return {"label": _("Its neighbours"), "text": " · ".join(told)}


def _drivers(sheet: Sheet, picture: bytes | None) -> Data:
    """The alternative text holds every number of the picture."""
    found = sheet.drivers
    rows = table_of(found.chart).rows if found else ()
    return {
        "heading": _("What lies behind the distance from the national score")
        if sheet.is_index
        else _("What lies behind the distance from the national rate"),
        "statement": found.statement if found else "",
        "present": found is not None,
        "height": _height(picture) if picture else 0,
        "alt": " ".join([told(found.chart), *(": ".join(filter(None, row)) + "." for row in rows)])
        if found
        else "",
        "protective": sheet.protective,
        "note": _note(found, is_index=sheet.is_index) if found else "",
    }


def _height(picture: bytes) -> float:
    """Millimetres of a picture that fills a column, unless that leaves too little room for the rest."""
    _left, _top, width, height = map(float, re.findall(rb'viewBox="([^"]+)"', picture)[0].split())
    return min(height / width * COLUMN, TALLEST)


def _note(found: Drivers, *, is_index: bool) -> str:
    association = (
        _("The parts follow from how the index is put together; they say nothing of causes.")
        if is_index
        else _("The model shows association, not cause.")
    )
    if len(found.chart.steps) == len(found.rows):
        return association
    left_out = _("The smallest parts are on the web page of this territory.")
    return f"{association} {left_out}"


def _split(split: Split | None) -> Data:
    rows = split.rows if split else ()
    return {
        "heading": _("Children by sex and age"),
        "columns": [_("Ages"), _("Girls"), _("Boys"), _("Together")],
        "rows": [[row.ages, row.girls, row.boys, row.both] for row in rows],
        "note": f"{split.share} {split.source}" if split else "",
    }


def _profile(sheet: Sheet) -> Data:
    rows = [
        [
            row.label,
            f"{row.value} {row.unit}".strip(),
            *(value or "–" for value in row.above),
            row.year,
            group.source,
        ]
        for group in sorted(sheet.profile, key=lambda group: len(group.rows))
        for row in group.rows
    ]
    left_out = (
        _("The whole profile is on the web page of this territory.") if len(rows) > PROFILE_ROWS else ""
    )
    dashes = _("A dash: the register says nothing of the whole.") if rows and sheet.profile_above else ""
    return {
        "heading": _("Profile"),
        "columns": [_("Characteristic"), sheet.name, *sheet.profile_above, _("Year"), _("Source")],
        "values": 1 + len(sheet.profile_above),
        "rows": rows[:PROFILE_ROWS],
        "note": " ".join(filter(None, [left_out, dashes, sheet.profile_protection])),
    }


def _method(sheet: Sheet) -> Data:
    return {
        "heading": _("Method and limits"),
        "sentences": [" ".join(sheet.method), " ".join([sheet.legend.method, *sheet.absent])],
        "limits": sheet.limits[0],
        "uses": list(sheet.limits[1:]),
    }


def _origin(sheet: Sheet) -> Data:
    known = sheet.provenance
    rows = [
        [_("Release"), f"{known.title}: {known.release}"],
        [_("Sources"), known.sources],
        [_("Published on"), sheet.published],
        [_("Address of this sheet"), known.address],
        [_("Digest of the release (SHA-256)"), known.digest],
    ]
    return {"heading": _("Where it comes from"), "rows": [row for row in rows if row[1]]}
