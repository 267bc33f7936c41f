"""What a territory came from and what became of it: a timeline, and the same with its shares as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.design.pieces import Happening, Link
from almenara.observatory.presenters.addresses import place_address
from almenara.places import queries as places
from almenara.places.models import ChangeKind, ChangeLink, NameKind, Territory, TerritoryName

Event = Sequence[ChangeLink]


@dataclass(frozen=True)
class LinkRow:
    """One link of a change. people: how many went, empty if not known; before_in: what it left, if it moved."""

    day: str
    kind: str
    label: str
    before: Link
    after: Link
    share: str
    people: str
    before_in: str
    source: str


@dataclass(frozen=True)
class History:
    happenings: tuple[Happening, ...]
    rows: tuple[LinkRow, ...]
    ended: str  # a sentence where the territory no longer exists
    successors: tuple[Link, ...]


def history(place: Territory, names: Iterable[TerritoryName]) -> History:
    events = places.history(place)
    told = [*(_happening(event, place) for event in events), *_ends(events, place), *_former(names)]
    return History(
        happenings=tuple(sorted(told, key=lambda entry: entry.when)),
        rows=tuple(_row(link, place) for event in events for link in event),
        ended=_("This territory has not existed since {day}.").format(day=numbers.long_date(place.valid_to))
        if place.valid_to
        else "",
        successors=_successors(events, place) if place.valid_to else (),
    )


def _happening(event: Event, place: Territory) -> Happening:
    change = event[0].change
    return Happening(
        change.day, _told(event, place), detail=" · ".join(filter(None, (change.label, change.note)))
    )


def _told(event: Event, place: Territory) -> str:
    before, after = _others(event, place, "predecessor"), _others(event, place, "successor")
    is_new = all(link.predecessor_id != place.pk for link in event)
    has_ended = all(link.successor_id != place.pk for link in event)
    kind = event[0].change.kind
    if kind == ChangeKind.TRANSFER:
        return _transferred(event, place, before)
    if is_new:
        sentence = {
            ChangeKind.SPLIT.value: _("It was created out of a part of {names}."),
            ChangeKind.MERGER.value: _("It was created by the merger of {names}."),
            ChangeKind.RENAME.value: _("It took the place of {names}."),
        }[kind]
        return sentence.format(names=before)
    if has_ended:
        sentence = {
            ChangeKind.SPLIT.value: _("It was divided into {names}."),
            ChangeKind.MERGER.value: _("It was merged into {names}."),
            ChangeKind.RENAME.value: _("It goes on as {names}."),
        }[kind]
        return sentence.format(names=after)
    return {
        ChangeKind.SPLIT.value: _("A part of it became {names}.").format(names=after),
        ChangeKind.MERGER.value: _("It took in {names}.").format(names=before),
        ChangeKind.RENAME.value: _("Its name was changed."),
    }[kind]


def _transferred(event: Event, place: Territory, others: str) -> str:
    own = [
        link.former_parent.name for link in event if link.predecessor_id == place.pk and link.former_parent
    ]
    if own:
        return _("Until then it belonged to {names}.").format(names=own[0])
    if others:
        return _("People or land passed between it and {names}.").format(names=others)
    return _("Its borders were changed.")


def _others(event: Event, place: Territory, side: str) -> str:
    """Names of the territories on that side of the change, itself aside: A, B and C."""
    found = {getattr(link, side).pk: getattr(link, side).name for link in event}
    found.pop(place.pk, None)
    return format_list(list(found.values()), locale=numbers.locale()) if found else ""


def _ends(events: Sequence[Event], place: Territory) -> list[Happening]:
    """The days of its beginning and its end that no change explains."""
    days = {event[0].change.day for event in events}
    ends = ((place.valid_from, _("It began to exist.")), (place.valid_to, _("It ceased to exist.")))
    return [Happening(day, said) for day, said in ends if day and day not in days]


def _former(names: Iterable[TerritoryName]) -> list[Happening]:
    return [
        Happening(name.valid_to, _("Until then it was called {name}.").format(name=name.name))
        for name in names
        if name.kind == NameKind.FORMER and name.valid_to
    ]


def _successors(events: Sequence[Event], place: Territory) -> tuple[Link, ...]:
    last = events[-1] if events and events[-1][0].change.day == place.valid_to else ()
    return tuple(
        Link(link.successor.name, place_address(link.successor))
        for link in last
        if link.predecessor_id == place.pk and link.successor_id != place.pk
    )


def _row(link: ChangeLink, place: Territory) -> LinkRow:
    return LinkRow(
        day=numbers.long_date(link.change.day),
        kind=_kind(link.change.kind),
        label=link.change.label,
        before=_link(link.predecessor, place),
        after=_link(link.successor, place),
        share=numbers.rate(link.weight),
        people="" if link.population is None else numbers.count(link.population),
        before_in=link.former_parent.name if link.former_parent else "",
        source=link.change.source,
    )


def _link(other: Territory, place: Territory) -> Link:
    return Link(other.name, "" if other.pk == place.pk else place_address(other))


def _kind(kind: str) -> str:
    return {
        ChangeKind.SPLIT.value: _("Split"),
        ChangeKind.MERGER.value: _("Merger"),
        ChangeKind.RENAME.value: _("Change of name"),
        ChangeKind.TRANSFER.value: _("Transfer"),
    }[kind]
