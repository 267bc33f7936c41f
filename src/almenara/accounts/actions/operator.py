"""What only the operator does at the machine, as the database's owner: the first administrators, the secretariat."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from almenara.accounts.actions.invitations import LASTS, link, written
from almenara.accounts.models import Grant, Institution, Invitation, Kind, Role, User
from almenara.accounts.role_names import ADMINISTRATOR
from almenara.common.errors import Fault, RefusedError
from almenara.places.models import Level, Territory

WHERE = "almenara people first-administrator"


@dataclass(frozen=True)
class First:
    """country: code of what the person administers; institution: by name, made as a ministry if it is not known."""

    email: str
    name: str
    country: str
    institution: str
    language: str = "es"


@transaction.atomic
def first_administrator(*, by: None, first: First, origin: str) -> str:
    """The link by which the person sets a password, for seven days. Nobody confirms what the operator gives. Asked for
    again before the person has used the link, it is a new one.

    Raises RefusedError for a country that is not known, or a person who administers it already.
    """
    country = _country(first.country)
    person = _person(first, _institution(first, country))
    given = Grant.objects.filter(person=person, role=ADMINISTRATOR, territory=country, ended_at=None).exists()
    if given and person.is_active:
        raise RefusedError(
            Fault(f"{person.email} administers {country.name} already.", WHERE, "Nothing has to be done.")
        )
    if not given:
        _give(person, person.institution or _institution(first, country), country)
    Invitation.objects.open().filter(person=person).update(revoked_at=timezone.now())
    _invitation, token = written(None, person)
    return link(origin, token, person.language)


def _give(person: User, institution: Institution, country: Territory) -> None:
    Grant.objects.create(
        person=person,
        role=Role.objects.get(code=ADMINISTRATOR),
        institution=institution,
        territory=country,
        since=timezone.now().date(),
        reason="first administrator",
    )


def days() -> int:
    return LASTS.days


def _country(code: str) -> Territory:
    found = Territory.objects.filter(country=code, level=Level.COUNTRY).first()
    if found is None:
        known = Territory.objects.filter(level=Level.COUNTRY).values_list("code", flat=True).order_by("code")
        raise RefusedError(
            Fault(
                f"No country has the code {code}.",
                WHERE,
                "Import its territories first (almenara places import), or correct the code.",
                tuple(known),
            )
        )
    return found


def _institution(first: First, country: Territory) -> Institution:
    made, _new = Institution.objects.get_or_create(
        seat=country, name=first.institution.strip(), defaults={"kind": Kind.MINISTRY}
    )
    return made


def _person(first: First, institution: Institution) -> User:
    address = first.email.strip().lower()
    person = User.objects.filter(email=address).first()
    if person is None:
        person = User(email=address, name=first.name.strip(), language=first.language, is_active=False)
        person.set_unusable_password()
    elif person.suspended_at is not None:
        raise RefusedError(
            Fault(
                f"{address} is suspended.",
                WHERE,
                "Have an administrator bring the person back, or choose another.",
            )
        )
    if person.institution_id is None or person.left_at is not None:
        person.institution, person.office, person.left_at = institution, None, None
    person.save()
    return person
