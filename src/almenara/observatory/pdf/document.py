"""From the texts of a fact sheet to the data of its typst template: choices of what two pages hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from almenara.common.charts import PROTECTIVE, RISK
from almenara.observatory.presenters import palette
from almenara.observatory.presenters.drivers import DriverRow, Drivers
from almenara.observatory.presenters.profile import ProfileGroup
from almenara.observatory.presenters.sheet import Sheet

PUBLISHER = "Almenara"
DRIVER_ROWS = 14
PROFILE_ROWS = 22
Data = dict[str, Any]


def document(sheet: Sheet) -> Data:
    """What `sheet.typ` sets, every text in the active language."""
    title = (
        f"{sheet.name}: {sheet.outcome}"
        if sheet.is_index
        else _("{name}: risk of child labour").format(name=sheet.name)
    )
    return {
        "language": (get_language() or "es")[:2],
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
        "drivers": _drivers(sheet.drivers, is_index=sheet.is_index),
        "profile": _profile(sheet.profile, sheet.profile_protection),
        "method": {"heading": _("Method"), "sentences": list(sheet.method), "classes": sheet.legend.method},
        "footer": _("{title} · release {release}, published on {date}").format(
            title=sheet.title, release=sheet.release_id, date=sheet.published
        ),
        "pages": [_("Page 1 of 2"), _("Page 2 of 2")],
    }


def pictures(sheet: Sheet) -> dict[str, bytes]:
    """The drawings that the template places, by the name it knows them by."""
    drawn = {}
    if sheet.map:
        drawn["map.svg"] = sheet.map.svg.encode()
    if sheet.standing:
        drawn["standing.svg"] = sheet.standing.chart.encode()
    return drawn


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
        {"colour": item.colour, "label": f"{item.name}: {item.range}", "text": item.summary}
        for item in sheet.legend.classes
    ]
    if sheet.map and sheet.map.has_no_data:
        text = (
            _("Not in the sources of the index.") if sheet.is_index else _("Not in the census of the model.")
        )
        legend.append({"colour": palette.NO_DATA, "label": _("No value"), "text": text})
    if sheet.map and sheet.map.has_withheld:
        text = _("Hatched: the uncertainty is too large.")
        legend.append({"colour": palette.NO_DATA, "label": _("Withheld"), "text": text})
    return {
        "heading": _("On the map"),
        "present": sheet.map is not None,
        "alt": _map_words(sheet),
        "columns": [_("Colour"), _("Class, and what it holds in the country")],
        "legend": legend,
    }


def _map_words(sheet: Sheet) -> str:
    if sheet.map is None:
        return _("No map is shown: this release has no boundaries.")
    if sheet.level != "municipality":
        return _("Map of {name} with its territories coloured by class.").format(name=sheet.name)
    around = sheet.department_name or sheet.country_name
    return _("Map of {around} by class, with {name} outlined.").format(around=around, name=sheet.name)


def _standing(sheet: Sheet) -> Data:
    rows = sheet.standing.rows if sheet.standing else ()
    return {
        "heading": _("Place among other territories"),
        "alt": _("Each thin line is a territory; the diamond is {name}. The table gives the numbers.").format(
            name=sheet.name
        ),
        "columns": [_("Group"), _("Lowest"), _("Median"), _("Highest"), _("Place")],
        "rows": [[row.group, row.lowest, row.middle, row.highest, row.place] for row in rows],
    }


def _drivers(drivers: Drivers | None, *, is_index: bool) -> Data:
    rows = drivers.rows if drivers else ()
    shown = _largest(rows)
    reach = max((abs(row.value) for row in shown), default=0.0) or 1.0
    return {
        "heading": _("What lies behind the distance from the national score")
        if is_index
        else _("What lies behind the distance from the national rate"),
        "statement": drivers.statement if drivers else _("The drivers of this territory are not known."),
        "columns": [
            _("Dimension") if is_index else _("Associated factor"),
            _("Points") if is_index else _("Percentage points"),
            _("Effect"),
        ],
        "rows": [
            {
                "label": row.label,
                "value": row.contribution,
                "effect": row.effect,
                "share": row.value / reach,
                "colour": RISK if row.raises else PROTECTIVE,
            }
            for row in shown
        ],
        "note": _note(len(rows) - len(shown), is_index=is_index),
    }


def _largest(rows: Sequence[DriverRow]) -> list[DriverRow]:
    """The rows of the largest parts, in the order they came in."""
    by_size = sorted(range(len(rows)), key=lambda position: -abs(rows[position].value))
    return [rows[position] for position in sorted(by_size[:DRIVER_ROWS])]


def _note(left_out: int, *, is_index: bool) -> str:
    association = (
        _("The parts follow from how the index is put together; they say nothing of causes.")
        if is_index
        else _("The model shows association, not cause.")
    )
    if left_out <= 0:
        return association
    return " ".join([association, _("The smallest parts are on the web page of this territory.")])


def _profile(groups: tuple[ProfileGroup, ...], protection: str) -> Data:
    rows = [
        {
            "label": row.label,
            "value": f"{row.value} {row.unit}".strip(),
            "year": row.year,
            "source": group.source,
        }
        for group in sorted(groups, key=lambda group: len(group.rows))
        for row in group.rows
    ]
    left_out = (
        _("The whole profile is on the web page of this territory.") if len(rows) > PROFILE_ROWS else ""
    )
    return {
        "heading": _("Profile"),
        "columns": [_("Characteristic"), _("Value"), _("Year"), _("Source")],
        "rows": rows[:PROFILE_ROWS],
        "note": " ".join(filter(None, [left_out, protection])),
        "empty": _("No register has been joined to this release."),
    }
