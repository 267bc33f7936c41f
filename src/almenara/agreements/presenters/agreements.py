from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from almenara.accounts.models import User
from almenara.agreements import policies
from almenara.agreements.models import Agreement, Status
from almenara.agreements.standing import (
    NEED_A_REASON,
    STANDING_NAMES,
    TRANSITIONS,
    Standing,
    days_left,
    standing,
)
from almenara.common.numbers import count, long_date
from almenara.design.pieces import Happening


@dataclass(frozen=True)
class Tag:
    """A standing: its name, and whether it asks for something."""

    name: str | Promise
    kind: str


@dataclass(frozen=True)
class Row:
    agreement: Agreement
    address: str
    tag: Tag
    term: str
    left: str


@dataclass(frozen=True)
class Move:
    address: str
    label: str
    ends: bool


KINDS = {
    Standing.IN_FORCE: "good",
    Standing.EXPIRING: "caution",
    Standing.SUSPENDED: "caution",
    Standing.EXPIRED: "wrong",
}


def tag(agreement: Agreement, day: dt.date) -> Tag:
    stands = standing(agreement, day)
    return Tag(STANDING_NAMES[stands], KINDS.get(stands, ""))


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


def timeline(agreement: Agreement) -> list[Happening]:
    """What happened to it, the latest first."""
    events = [Happening(agreement.created_at, _("Drafted"), shown(agreement.created_by))]
    events += [
        Happening(
            moved.at,
            _("From “%(former)s” to “%(latter)s”")
            % {"former": moved.get_former_display(), "latter": moved.get_latter_display()},
            shown(moved.by),
            moved.reason,
        )
        for moved in agreement.transitions.all()
    ]
    events += [
        Happening(
            document.uploaded_at,
            _("Signed document, version %(version)d") % {"version": document.version},
            shown(document.uploaded_by),
        )
        for document in agreement.documents.all()
    ]
    return sorted([*events, *_reminders(agreement)], key=_moment, reverse=True)


def _reminders(agreement: Agreement) -> list[Happening]:
    told: dict[tuple[dt.date, int], list[str]] = {}
    for reminder in agreement.reminders.all():
        told.setdefault((reminder.day, reminder.step), []).append(shown(reminder.person))
    return [
        Happening(
            day, _("Reminder of the end, %(step)d days before") % {"step": step}, ", ".join(sorted(names))
        )
        for (day, step), names in told.items()
    ]


def _moment(event: Happening) -> tuple[dt.date, dt.datetime]:
    """A day without an hour stands at its beginning."""
    if isinstance(event.when, dt.datetime):
        return event.when.date(), event.when
    return event.when, dt.datetime.combine(event.when, dt.time(), dt.UTC)


def shown(person: User | None) -> str:
    return person.name if person else ""


def next_day(agreement: Agreement) -> dt.date | None:
    """The first day that a renewal would have."""
    return agreement.until + dt.timedelta(days=1) if agreement.until else None
