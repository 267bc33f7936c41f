from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from almenara.accounts import permissions, reach
from almenara.accounts.models import Grant, Institution, Invitation, Letter, Office, User
from almenara.places.paging import Page, order_of, page_of
from almenara.places.queries import alphabetical, words_begin

SEALED = ("recipient", "subject", "body")
STANDINGS = {
    "active": Q(is_active=True),
    "invited": Q(is_active=False, suspended_at=None, left_at=None),
    "suspended": Q(suspended_at__isnull=False, left_at=None),
    "left": Q(left_at__isnull=False),
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means any. institution: a key; standing: one of STANDINGS; role: its code.

    sort: name or institution, with - before it where the list falls.
    """

    text: str = ""
    institution: str = ""
    role: str = ""
    standing: str = ""
    sort: str = ""
    before: str = ""
    after: str = ""


def visible(by: User) -> QuerySet[User]:
    """People whom the reader may see, and the reader."""
    return (reach.people(by, permissions.PEOPLE_VIEW) | User.objects.filter(pk=by.pk)).distinct()


def listed(by: User, wanted: Wanted) -> Page[User]:
    """A page of the people whom the reader may see, with institution, office and grants in force (`held`)."""
    found = visible(by).filter(STANDINGS.get(wanted.standing, Q()))
    if wanted.text:
        found = found.filter(words_begin(wanted.text) | Q(email__istartswith=wanted.text.strip()))
    if wanted.institution.isdecimal():
        found = found.filter(institution=int(wanted.institution))
    if wanted.role:
        found = found.filter(pk__in=Grant.objects.in_force().filter(role=wanted.role).values("person"))
    held = Prefetch("grants", Grant.objects.in_force().order_by("role__position", "pk"), to_attr="held")
    found = found.select_related("institution", "office").prefetch_related(held)
    works_at = Coalesce(f"institution__{alphabetical()}", Value(""), output_field=TextField())
    found = found.annotate(works_at=works_at)
    order = order_of(wanted.sort, {"name": [alphabetical()], "institution": ["works_at", alphabetical()]})
    return page_of(found, before=wanted.before, after=wanted.after, order=order)


def standing(person: User) -> str:
    """One of STANDINGS."""
    if person.left_at is not None:
        return "left"
    if person.suspended_at is not None:
        return "suspended"
    return "active" if person.is_active else "invited"


def grants_of(person: User) -> list[Grant]:
    """All that the reader may see of them, the ones that count or will count first."""
    found = Grant.objects.filter(person=person).select_related(
        "person", "role", "institution", "office", "territory", "given_by", "confirmed_by", "ended_by"
    )
    return sorted(found, key=lambda grant: (grant.ended_at is not None, grant.role.position, grant.pk))


def waiting_grants(by: User) -> QuerySet[Grant]:
    """Grants within reach that a second administrator has not confirmed."""
    found: QuerySet[Grant] = (
        Grant.objects.filter(
            role__needs_second_giver=True,
            confirmed_by=None,
            ended_at=None,
            given_by__isnull=False,
            institution__in=reach.institutions(by, permissions.GRANTS_GIVE),
        )
        .select_related("person", "role", "institution", "office", "territory", "given_by")
        .order_by("given_at")
    )
    return found


def open_invitation(person: User) -> Invitation | None:
    found: Invitation | None = (
        Invitation.objects.open().filter(person=person).select_related("person").first()
    )
    return found


def letter_of(invitation: Invitation) -> Letter | None:
    """The newest that was written for it; None where the operator has handed the link over."""
    return Letter.objects.filter(invitation=invitation).defer(*SEALED).order_by("-written_at").first()


def unsent(by: User) -> QuerySet[User]:
    """People whose invitation is open and whose newest letter was given up, within reach; the latest first."""
    newer = Letter.objects.filter(invitation=OuterRef("invitation"), written_at__gt=OuterRef("written_at"))
    given_up = Letter.objects.filter(~Exists(newer), given_up=True, invitation__in=Invitation.objects.open())
    return (
        reach.people(by, permissions.PEOPLE_MANAGE)
        .filter(invitations__in=given_up.values("invitation"))
        .order_by("-invitations__sent_at", "pk")
    )


def institutions_managed(by: User, permission: str) -> QuerySet[Institution]:
    """Open institutions that the permission reaches, and those of offices that it reaches."""
    whole = reach.institutions(by, permission)
    parts = reach.offices(by, permission).values("institution")
    return Institution.objects.filter(Q(pk__in=whole) | Q(pk__in=parts), closed_on=None)


def offices_managed(by: User, permission: str) -> QuerySet[Office]:
    """Open offices that the permission reaches."""
    return reach.offices(by, permission).filter(closed_on=None).select_related("institution")


def colleagues(by: User, permission: str) -> QuerySet[User]:
    """People who can sign in and whom the permission reaches."""
    return reach.people(by, permission).filter(is_active=True)
