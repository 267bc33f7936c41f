from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from almenara.accounts.models import User
from almenara.agreements import policies
from almenara.agreements.models import Agreement, Status
from almenara.agreements.standing import NEED_A_REASON, STANDING_NAMES, TRANSITIONS, days_left, standing
from almenara.common.numbers import count, long_date
from almenara.places.paging import Page


@dataclass(frozen=True)
class Tag:
    """A standing: its code for the style, its name for the reader."""

    code: str
    name: str | Promise


@dataclass(frozen=True)
class Row:
    agreement: Agreement
    address: str
    tag: Tag
    term: str
    left: str


@dataclass(frozen=True)
class Pager:
    """Addresses of the neighbouring pages, empty where there is none; total: what was found, in words."""

    total: str
    before: str
    after: str


@dataclass(frozen=True)
class Move:
    address: str
    label: str
    ends: bool


@dataclass(frozen=True)
class Event:
    """One line of the timeline. at: when; what: a sentence; by: whose name; reason: in their words."""

    at: dt.datetime | dt.date
    day: str
    what: str
    by: str = ""
    reason: str = ""


def tag(agreement: Agreement, day: dt.date) -> Tag:
    stands = standing(agreement, day)
    return Tag(stands.value, STANDING_NAMES[stands])


def rows(agreements: Iterable[Agreement], day: dt.date) -> list[Row]:
    return [
        Row(
            agreement,
            reverse("agreements:detail", args=[agreement.pk]),
            tag(agreement, day),
            term(agreement),
            left(agreement, day),
        )
        for agreement in agreements
    ]


def term(agreement: Agreement) -> str:
    since = long_date(agreement.since)
    if agreement.until is None:
        return pgettext("term of an agreement", "from %(since)s, without an end") % {"since": since}
    until = long_date(agreement.until)
    return pgettext("term of an agreement", "%(since)s to %(until)s") % {"since": since, "until": until}


def left(agreement: Agreement, day: dt.date) -> str:
    """How long it still lasts, of what is in force; else nothing."""
    days = days_left(agreement, day)
    if agreement.status != Status.IN_FORCE or days is None or days < 0 or agreement.since > day:
        return ""
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": count(days)}


def pager(page: Page[Any], route: str, query: dict[str, str], total: str) -> Pager:
    def address(name: str, key: int | None) -> str:
        return f"{reverse(route)}?{urlencode({**query, name: str(key)})}" if key is not None else ""

    return Pager(total, address("before", page.before), address("after", page.after))


def found_in_words(total: int) -> str:
    return ngettext("%(count)s agreement", "%(count)s agreements", total) % {"count": count(total)}


def moves(agreement: Agreement) -> list[Move]:
    former = Status(agreement.status)
    return [
        Move(
            reverse("agreements:move", args=[agreement.pk, to.value]),
            move_label(former, to),
            to == Status.ENDED,
        )
        for to in TRANSITIONS[former]
    ]


def move_label(former: Status, to: Status) -> str:
    """What a button says that changes the status so."""
    labels = {
        (Status.DRAFT, Status.SENT): _("Send for signature"),
        (Status.DRAFT, Status.ENDED): _("Withdraw the draft"),
        (Status.SENT, Status.DRAFT): _("Bring back to draft"),
        (Status.SENT, Status.IN_FORCE): _("Put in force"),
        (Status.SENT, Status.ENDED): _("Give up"),
        (Status.SUSPENDED, Status.IN_FORCE): _("Take up again"),
        (Status.IN_FORCE, Status.SUSPENDED): _("Suspend"),
    }
    return labels.get((former, to), _("End the agreement"))


def move_consequence(to: Status) -> str:
    """What the reader should know before confirming."""
    return {
        Status.SENT: _(
            "From then on its parties, terms and items stay as they are, unless it is brought back."
        ),
        Status.DRAFT: _("It can be changed again and has to be sent anew."),
        Status.IN_FORCE: _("From its first day on, the data are to be given."),
        Status.SUSPENDED: _("No data are due until it is taken up again. Nobody is reminded of its end."),
        Status.ENDED: _("This cannot be undone: an ended agreement is kept, but never comes back."),
    }[to]


def needs_reason(agreement: Agreement, to: Status) -> bool:
    return (Status(agreement.status), to) in NEED_A_REASON


@dataclass(frozen=True)
class Abilities:
    """What the page offers whoever may keep this agreement."""

    edit: bool
    sign: bool
    renew: bool
    moves: list[Move]

    @classmethod
    def of(cls, agreement: Agreement) -> Abilities:
        return cls(
            policies.can_edit(agreement),
            policies.can_sign(agreement),
            policies.can_renew(agreement),
            moves(agreement),
        )


def timeline(agreement: Agreement) -> list[Event]:
    """What happened to it, the latest first."""
    events = [Event(agreement.created_at, "", _("Drafted"), shown(agreement.created_by))]
    events += [
        Event(
            moved.at,
            "",
            _("From “%(former)s” to “%(latter)s”")
            % {"former": moved.get_former_display(), "latter": moved.get_latter_display()},
            shown(moved.by),
            moved.reason,
        )
        for moved in agreement.transitions.all()
    ]
    events += [
        Event(
            document.uploaded_at,
            "",
            _("Signed document, version %(version)d") % {"version": document.version},
            shown(document.uploaded_by),
        )
        for document in agreement.documents.all()
    ]
    ordered = sorted([*events, *_reminders(agreement)], key=_moment, reverse=True)
    return [Event(event.at, long_date(event.at), event.what, event.by, event.reason) for event in ordered]


def _reminders(agreement: Agreement) -> list[Event]:
    told: dict[tuple[dt.date, int], list[str]] = {}
    for reminder in agreement.reminders.all():
        told.setdefault((reminder.day, reminder.step), []).append(shown(reminder.person))
    return [
        Event(
            day, "", _("Reminder of the end, %(step)d days before") % {"step": step}, ", ".join(sorted(names))
        )
        for (day, step), names in told.items()
    ]


def _moment(event: Event) -> tuple[dt.date, dt.datetime]:
    """A day without an hour stands at its beginning."""
    if isinstance(event.at, dt.datetime):
        return event.at.date(), event.at
    return event.at, dt.datetime.combine(event.at, dt.time(), dt.UTC)


def shown(person: User | None) -> str:
    return person.name if person else ""


def next_day(agreement: Agreement) -> dt.date | None:
    """The first day that a renewal would have."""
    return agreement.until + dt.timedelta(days=1) if agreement.until else None
