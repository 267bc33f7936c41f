"""How far a person's grants reach: the same rule that the database repeats below (migration 0003 of this app)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from almenara.accounts.models import Grant, Institution, Office, Reach, User
from almenara.places.models import Level, Territory

EVERY, NONE = Q(pk__isnull=False), Q(pk__in=[])


def grants(person: User, permission: str) -> QuerySet[Grant]:
    """The person's grants in force that hold the permission."""
    found: QuerySet[Grant] = Grant.objects.in_force().filter(
        person=person, role__permissions__contains=[permission]
    )
    return found


def may(person: User, permission: str) -> bool:
    """Whether any of the person's grants in force holds the permission, for whatever object."""
    return grants(person, permission).exists()


def institutions(person: User, permission: str) -> QuerySet[Institution]:
    """Institutions that the permission reaches as a whole."""
    reached = NONE
    for grant in grants(person, permission).select_related("role", "territory"):
        reached |= _institutions(grant)
    return Institution.objects.filter(reached)


def offices(person: User, permission: str) -> QuerySet[Office]:
    """Offices that the permission reaches."""
    reached = NONE
    for grant in grants(person, permission).select_related("role", "territory"):
        reached |= _offices(grant)
    return Office.objects.filter(reached)


def people(person: User, permission: str) -> QuerySet[User]:
    """People of the offices that the permission reaches, and of its institutions if they have no office."""
    return User.objects.filter(
        Q(office__in=offices(person, permission))
        | Q(office=None, institution__in=institutions(person, permission))
    )


def _institutions(grant: Grant) -> Q:
    whole = grant.office_id is None
    match grant.role.reach:
        case Reach.REGION:
            return EVERY
        case Reach.TERRITORY if grant.territory is not None:
            return Q(seat__in=within(grant.territory))
        case Reach.INSTITUTION if whole and grant.territory is None:
            return Q(pk=grant.institution_id)
        case Reach.INSTITUTION if whole and grant.territory is not None:
            return Q(pk=grant.institution_id, seat__in=within(grant.territory))
    return NONE


def _offices(grant: Grant) -> Q:
    match grant.role.reach:
        case Reach.REGION:
            return EVERY
        case Reach.TERRITORY if grant.territory is not None:
            return Q(territory__in=within(grant.territory))
        case Reach.OFFICE | Reach.INSTITUTION if grant.office_id is not None:
            return Q(pk=grant.office_id)
        case Reach.INSTITUTION if grant.territory is None:
            return Q(institution=grant.institution_id)
        case Reach.INSTITUTION if grant.territory is not None:
            return Q(institution=grant.institution_id, territory__in=within(grant.territory))
    return NONE


def within(root: Territory) -> QuerySet[Territory] | list[int]:
    """The territory and all below it."""
    if root.level == Level.COUNTRY:
        return Territory.objects.filter(country=root.code)
    return list(_descend([root.pk]))


def _descend(keys: Iterable[int]) -> Iterable[int]:
    level = list(keys)
    while level:
        yield from level
        level = list(Territory.objects.filter(parent__in=level).values_list("pk", flat=True))


def territories(person: User, permission: str) -> QuerySet[Territory]:
    """Territories that the permission reaches whole: what a grant of the person's giving may name."""
    reached = NONE
    for grant in grants(person, permission).select_related("role", "territory"):
        if grant.role.reach == Reach.REGION:
            reached |= EVERY
        elif grant.role.reach == Reach.TERRITORY and grant.territory is not None:
            reached |= Q(pk__in=within(grant.territory))
    return Territory.objects.filter(reached)


def countries(person: User, permission: str) -> set[str]:
    """Codes of the countries in which the person holds the permission, wherever in them."""
    found = set()
    for grant in grants(person, permission).select_related("territory", "institution__seat"):
        place = grant.territory or grant.institution.seat
        if place is not None:
            found.add(place.country)
    return found


def country_of(person: User) -> str | None:
    """Code of the country where the person works; None for who works at a regional body."""
    place = person.office.territory if person.office else person.institution and person.institution.seat
    return place.country if place else None
