"""Where a territory stands among those of its department and of its country."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.design.charts.measures import Measure, Unit
from almenara.observatory.presenters import measure
from almenara.observatory.presenters.atlas import Atlas
from almenara.observatory.presenters.figures import ends_of
from almenara.observatory.presenters.strips import Strip, strip_chart
from almenara.places.models import Level
from almenara.risk.queries import Figures


@dataclass(frozen=True)
class StandingRow:
    group: str
    territories: str
    lowest: str
    middle: str
    highest: str
    place: str


@dataclass(frozen=True)
class Standing:
    """told: what the chart shows, in a sentence."""

    rows: tuple[StandingRow, ...]
    chart: str
    told: str


@dataclass(frozen=True)
class _Group:
    label: str
    values: tuple[float, ...]  # ascending


def standing(estimate: Figures, atlas: Atlas) -> Standing | None:
    """None where there is nothing to stand among, as for a country."""
    groups = [group for group in _groups(estimate, atlas) if len(group.values) > 1]
    if not groups:
        return None
    told = _told(estimate)
    return Standing(tuple(_row(group, estimate) for group in groups), _chart(groups, estimate, told), told)


def _groups(estimate: Figures, atlas: Atlas) -> list[_Group]:
    place = estimate.place
    if place.level == Level.COUNTRY:
        return []
    if place.level == Level.DEPARTMENT:
        return [_Group(_("Departments of the country"), atlas.risks(place.level))]
    country = _Group(_("Municipalities of the country"), atlas.risks(place.level))
    if place.parent_code == place.country:
        return [country]
    label = _("Municipalities of {department}").format(department=place.parent_name)
    return [_Group(label, atlas.risks(place.level, place.parent_code)), country]


def _row(group: _Group, estimate: Figures) -> StandingRow:
    above = len(group.values) - bisect_right(group.values, estimate.risk)
    total = numbers.count(len(group.values))
    return StandingRow(
        group=group.label,
        territories=total,
        lowest=measure.bare(group.values[0], is_index=estimate.is_index),
        middle=measure.bare(median(group.values), is_index=estimate.is_index),
        highest=measure.bare(group.values[-1], is_index=estimate.is_index),
        place=_("{place} of {total}").format(place=numbers.count(above + 1), total=total),
    )


def _told(estimate: Figures) -> str:
    sentence = (
        _(
            "Each thin line is a territory; the diamond is {name}, the bar its interval (95%). "
            "The table gives the numbers."
        )
        if ends_of(estimate)
        else _("Each thin line is a territory; the diamond is {name}. The table gives the numbers.")
    )
    return sentence.format(name=estimate.place.name)


def _chart(groups: Sequence[_Group], estimate: Figures, told: str) -> str:
    marked, ends = measure.value(estimate.risk, is_index=estimate.is_index), ends_of(estimate)
    strips = [Strip(group.label, group.values, estimate.risk, marked, ends) for group in groups]
    unit = Measure(Unit.SCORE if estimate.is_index else Unit.RATE)
    return strip_chart(strips, unit, title=_("Place among other territories"), description=told)
