"""Grants as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from almenara.accounts import permissions, reach
from almenara.accounts.models import Grant, Reach, User
from almenara.accounts.permissions import PERMISSIONS
from almenara.accounts.policies.grants import over, waits
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


@dataclass(frozen=True)
class Giver:
    """What a reader may do with the grants of a list, asked once for all. The last word is the action's."""

    key: int
    institutions: frozenset[int]
    people: frozenset[int]

    @classmethod
    def of(cls, reader: User, grants: Iterable[Grant]) -> Giver:
        give = permissions.GRANTS_GIVE
        people = reach.people(reader, give).filter(pk__in={grant.person_id for grant in grants})
        return cls(
            reader.pk,
            frozenset(reach.institutions(reader, give).values_list("pk", flat=True)),
            frozenset(people.values_list("pk", flat=True)),
        )

    def can_end(self, grant: Grant) -> bool:
        theirs = grant.institution_id in self.institutions or grant.person_id in self.people
        return not over(grant) and (theirs or grant.person_id == self.key)

    def can_confirm(self, grant: Grant) -> bool:
        second = self.key not in (grant.person_id, grant.given_by_id)
        return waits(grant) and second and grant.institution_id in self.institutions


def lines(grants: Iterable[Grant], reader: User | None = None) -> list[Line]:
    """For a reader who looks only, without one. As many queries for many as for one."""
    shown = list(grants)
    giver = Giver.of(reader, shown) if reader is not None else None
    return [line(grant, giver) for grant in shown]


def line(grant: Grant, giver: Giver | None = None) -> Line:
    state, counts = standing(grant)
    return Line(
        grant=grant,
        role=ROLE_NAMES[grant.role_id],
        where=where(grant),
        term=term(grant),
        state=state,
        counts=counts,
        can_end=giver is not None and giver.can_end(grant),
        can_confirm=giver is not None and giver.can_confirm(grant),
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
