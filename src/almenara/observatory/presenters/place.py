"""The page of a territory, whether a release has a value for it or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.design.pieces import Link, trail
from almenara.observatory import queries as own
from almenara.observatory.presenters import spans, wording
from almenara.observatory.presenters.addresses import place_address, sheet_address
from almenara.observatory.presenters.history import History, history
from almenara.observatory.presenters.inhabitants import Inhabitants, inhabitants
from almenara.places import queries as places
from almenara.places.countries import called
from almenara.places.models import Level, Territory
from almenara.places.paging import Page, page_of
from almenara.risk.models import Release


@dataclass(frozen=True)
class ChildRow:
    name: str
    code: str
    level: str
    address: str
    ended: str  # the day, empty for what exists


@dataclass(frozen=True)
class Place:
    """crumbs: the way down from the region. sheet, map: addresses, empty where no release has a value."""

    name: str
    code: str
    country: str
    level: str
    crumbs: tuple[Link, ...]
    sheet: str
    map: str
    history: History
    names: tuple[spans.Span, ...]
    codes: tuple[spans.Span, ...]
    inhabitants: Inhabitants | None
    children: tuple[ChildRow, ...]
    children_page: Page[Territory]
    is_country: bool


def place(found: Territory, release: Release | None, query: Mapping[str, str]) -> Place:
    """In a number of queries that does not grow with the territory. query: year, source, before, after, as typed."""
    others = places.other_names(found)
    page = page_of(places.below(found), after=query.get("after"), before=query.get("before"))
    has_value = release is not None and found.pk in own.with_estimate([found])
    name = called(found)
    return Place(
        name=name,
        code=found.code,
        country=found.country,
        level=wording.level_of(found),
        crumbs=_crumbs(found),
        sheet=sheet_address(found) if has_value else "",
        map=_map(found) if has_value else "",
        history=history(found, others),
        names=spans.names(found, others),
        codes=spans.codes(found),
        inhabitants=inhabitants(found, name, query.get("year", ""), query.get("source", "")),
        children=tuple(map(_child, page.rows)),
        children_page=page,
        is_country=found.level == Level.COUNTRY,
    )


def _crumbs(found: Territory) -> tuple[Link, ...]:
    region = Link(_("Latin America and the Caribbean"), reverse("observatory:region"))
    return (region, *trail(found, place_address, called))


def _map(found: Territory) -> str:
    """The map of the country, at this territory."""
    address = reverse("observatory:map", args=[found.country])
    asked = {Level.MUNICIPALITY.value: "territory", Level.DEPARTMENT.value: "department"}.get(found.level)
    return f"{address}?{asked}={found.code}" if asked else address


def _child(child: Territory) -> ChildRow:
    return ChildRow(
        child.name,
        child.code,
        wording.level_of(child),
        place_address(child),
        numbers.long_date(child.valid_to) if child.valid_to else "",
    )
