"""People and institutions for a demonstration: made up, marked as simulated, one person a role and some more.

Each has an authenticator whose secret nobody is shown: the demonstration signs them in by a click, and in no other way.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
from dataclasses import dataclass, field

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from almenara.accounts.models import Grant, Institution, Kind, Office, Role, User
from almenara.accounts.role_names import (
    ADMINISTRATOR,
    AUDITOR,
    CASE_WORKER,
    COORDINATOR,
    EDITOR,
    LINK,
    SECRETARIAT,
    STATISTICIAN,
    SUPERVISOR,
)
from almenara.places.models import Level, Territory

GIVEN = (
    "Alba",
    "Bruno",
    "Celia",
    "Darío",
    "Elisa",
    "Fabio",
    "Gema",
    "Hugo",
    "Inés",
    "Joel",
    "Karina",
    "Luis",
    "Mara",
)
SURNAMES = (
    "Arce",
    "Barros",
    "Caldas",
    "Durán",
    "Esteves",
    "Flores",
    "Galván",
    "Herrera",
    "Ibarra",
    "Lemos",
    "Matos",
)
SINCE = dt.date(2025, 1, 1)
DOMAIN = "demo.example"
SEED = 4


@dataclass
class Cast:
    country: Territory
    people: list[User] = field(default_factory=list)


@transaction.atomic
def lay(country_code: str) -> Cast:
    """Institutions, offices and people of a country that has its territories; as the database's owner.

    Asked for again, it lays nothing. Raises Territory.DoesNotExist for a country without territories.
    """
    country = Territory.objects.get(country=country_code, level=Level.COUNTRY)
    cast = Cast(country)
    if User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        return cast
    chance = random.Random(SEED)  # noqa: S311 (names, not secrets)
    ministry, police, agency = (_institution(name, kind, seat) for name, kind, seat in _bodies(country))
    first, second = Territory.objects.filter(parent=country).order_by("code")[:2]
    north, south = (_office(ministry, place) for place in (first, second))
    patrol = _office(police, Territory.objects.filter(parent=first).order_by("code")[0])
    for role, institution, office, place in (
        (ADMINISTRATOR, ministry, None, country),
        (ADMINISTRATOR, ministry, None, country),
        (COORDINATOR, ministry, None, country),
        (SUPERVISOR, ministry, None, country),
        (CASE_WORKER, ministry, north, first),
        (CASE_WORKER, ministry, south, second),
        (CASE_WORKER, police, patrol, first),
        (LINK, police, None, None),
        (STATISTICIAN, ministry, None, country),
        (AUDITOR, agency, None, country),
        (SECRETARIAT, agency, None, None),
        (EDITOR, ministry, None, country),
    ):
        cast.people.append(_person(chance, len(cast.people), role, institution, office, place))
    return cast


def _bodies(country: Territory) -> tuple[tuple[str, Kind, Territory | None], ...]:
    return (
        ("Ministerio de Trabajo (simulado)", Kind.MINISTRY, country),
        ("Policía Nacional (simulada)", Kind.POLICE, country),
        ("Organismo regional (simulado)", Kind.INTERNATIONAL, None),
    )


def _institution(name: str, kind: Kind, seat: Territory | None) -> Institution:
    made, _ = Institution.objects.get_or_create(name=name, seat=seat, defaults={"kind": kind})
    return made


def _office(institution: Institution, place: Territory) -> Office:
    return Office.objects.create(
        institution=institution, name=f"{institution.name} · {place.name}", territory=place
    )


def _person(
    chance: random.Random,
    number: int,
    role: str,
    institution: Institution,
    office: Office | None,
    place: Territory | None,
) -> User:
    name = f"{chance.choice(GIVEN)} {chance.choice(SURNAMES)} {chance.choice(SURNAMES)} (simulado)"
    person = User.objects.create_user(
        f"{role}-{number}@{DOMAIN}", name=name, institution=institution, office=office, simulated=True
    )
    Grant.objects.create(
        person=person,
        role=Role.objects.get(code=role),
        institution=institution,
        office=office,
        territory=place,
        since=SINCE,
    )
    with_second_factor(person)
    return person


def of_demonstration(person: User) -> bool:
    """Nobody's: no mailbox ends so (RFC 2606), and who is called so was laid here."""
    return person.simulated and person.email.endswith(f"@{DOMAIN}")


def with_second_factor(person: User) -> None:
    """An authenticator whose secret nobody is shown."""
    secret = get_adapter().encrypt(secrets.token_hex(20))
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret})
