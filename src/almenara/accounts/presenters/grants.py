"""Grants as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from almenara.accounts import reach
from almenara.accounts.models import Grant, Reach, User
from almenara.accounts.permissions import PERMISSIONS
from almenara.accounts.policies.grants import can_confirm, can_end, waits
from almenara.accounts.role_names import ROLE_NAMES


@dataclass(frozen=True)
class Line:
    """A grant for a reader: what, how far, how long, how it stands, and what the reader may do with it."""

    grant: Grant
    role: str | Promise
    where: str
    term: str
    state: str
    counts: bool
    can_end: bool = False
    can_confirm: bool = False


@dataclass(frozen=True)
class Power:
    """A permission that somebody holds: of which grants, and how many it reaches."""

    name: str | Promise
    by: list[str]
    institutions: int
    offices: int
    people: int


def lines(grants: Iterable[Grant], reader: User | None = None) -> list[Line]:
    """For a reader who looks only, without one."""
    return [line(grant, reader) for grant in grants]


def line(grant: Grant, reader: User | None = None) -> Line:
    state, counts = standing(grant)
    return Line(
        grant=grant,
        role=ROLE_NAMES[grant.role_id],
        where=where(grant),
        term=term(grant),
        state=state,
        counts=counts,
        can_end=reader is not None and can_end(reader, grant),
        can_confirm=reader is not None and can_confirm(reader, grant),
    )


def where(grant: Grant) -> str:
    """How far the grant reaches, as a sentence without its end."""
    words = {
        "institution": grant.institution.name,
        "office": grant.office.name if grant.office else "",
        "territory": grant.territory.name if grant.territory else "",
    }
    match grant.role.reach:
        case Reach.REGION:
            return _("the whole region")
        case Reach.TERRITORY if grant.territory is not None:
            return _("every institution of %(territory)s") % words
        case Reach.OFFICE | Reach.INSTITUTION if grant.office is not None:
            return _("%(office)s, an office of %(institution)s") % words
        case Reach.INSTITUTION if grant.territory is None:
            return _("all of %(institution)s") % words
        case Reach.INSTITUTION:
            return _("%(institution)s within %(territory)s") % words
    return _("nothing: the grant does not say where")


def term(grant: Grant) -> str:
    since = date_format(grant.since)
    if grant.until is None:
        return _("since %(since)s") % {"since": since}
    return _("from %(since)s to %(until)s") % {"since": since, "until": date_format(grant.until)}


def standing(grant: Grant) -> tuple[str, bool]:
    """How it stands, and whether it counts today."""
    today = timezone.now().date()
    if grant.ended_at is not None:
        return _("ended on %(day)s: %(reason)s") % {
            "day": date_format(grant.ended_at),
            "reason": grant.end_reason,
        }, False
    if waits(grant):
        return _("waits for a second administrator"), False
    if grant.until is not None and grant.until < today:
        return _("its term is over"), False
    if grant.since > today:
        return _("has not begun"), False
    if not grant.person.is_active:
        return _("does not count: the person cannot sign in"), False
    return _("in force"), True


def powers(person: User) -> list[Power]:
    """Everything that the person's grants reach, permission by permission."""
    counting = [entry for entry in lines(all_in_force(person)) if entry.counts]
    found = []
    for code, name in PERMISSIONS.items():
        by = [f"{entry.role}: {entry.where}" for entry in counting if code in entry.grant.role.permissions]
        if by:
            found.append(
                Power(
                    name=name,
                    by=by,
                    institutions=reach.institutions(person, code).count(),
                    offices=reach.offices(person, code).count(),
                    people=reach.people(person, code).count(),
                )
            )
    return found


def all_in_force(person: User) -> list[Grant]:
    return list(
        Grant.objects.in_force()
        .filter(person=person)
        .select_related("person", "role", "institution", "office", "territory")
        .order_by("role__position", "pk")
    )
