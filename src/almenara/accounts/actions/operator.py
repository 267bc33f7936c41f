"""What only the operator does at the machine, as the database's owner: the first administrators, the secretariat."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from almenara.accounts import administrators
from almenara.accounts.actions.invitations import LASTS, link, written
from almenara.accounts.models import Grant, Institution, Invitation, Kind, Reach, Role, User
from almenara.accounts.role_names import ADMINISTRATOR
from almenara.common.errors import Fault, RefusedError
from almenara.places.models import Level, Territory

WHERE = "almenara people"
ENOUGH = 2  # administrators of a country: one gives the role, another confirms


@dataclass(frozen=True)
class First:
    """country: code of what the person administers; institution: by name, made as a ministry if it is not known."""

    email: str
    name: str
    country: str
    institution: str
    language: str = "es"


@dataclass(frozen=True)
class Regional:
    """Somebody with a role that reaches the whole region. institution: by name, a regional body; made if not known."""

    email: str
    name: str
    institution: str
    role: str
    language: str = "es"


@transaction.atomic
def first_administrator(*, by: None, first: First, origin: str, although: str = "") -> str:
    """The link by which the person sets a password, for seven days. Nobody confirms what the operator gives. Asked for
    again before the person has used the link, it is a new one.

    although: why the operator gives the role where two administrators could. Raises RefusedError for a country that is
    not known, one with two administrators (without a reason), or a person who administers it already.
    """
    country = _country(first.country)
    _check_needed(first, country, although)
    person = _person(first, _institution(first.institution, country))
    given = Grant.objects.filter(person=person, role=ADMINISTRATOR, territory=country, ended_at=None).exists()
    if given and person.is_active:
        raise RefusedError(
            Fault(f"{person.email} administers {country.name} already.", WHERE, "Nothing has to be done.")
        )
    if not given:
        institution = person.institution or _institution(first.institution, country)
        _give(person, Role.objects.get(code=ADMINISTRATOR), institution, country, although)
    return _link(person, origin)


@transaction.atomic
def regional_role(*, by: None, wanted: Regional, origin: str) -> str:
    """The link as above; empty for a person who can sign in. Only the operator gives what reaches every country.

    Raises RefusedError for another role, one that the person holds, or one that theirs exclude.
    """
    role = _regional(wanted.role)
    institution = _institution(wanted.institution, None)
    person = _person(wanted, institution)
    given = Grant.objects.filter(person=person, role=role, ended_at=None).exists()
    if given and person.is_active:
        raise RefusedError(
            Fault(f"{person.email} holds the role {role.code} already.", WHERE, "Nothing has to be done.")
        )
    if not given:
        _give(person, role, institution, None, "")
    return "" if person.is_active else _link(person, origin)


def _regional(code: str) -> Role:
    known = {role.code: role for role in Role.objects.filter(reach=Reach.REGION)}
    if code not in known:
        raise RefusedError(
            Fault(
                f"{code} is no role that reaches the whole region.",
                WHERE,
                "Take one of these; any other is given on the site, by an administrator.",
                tuple(sorted(known)),
            )
        )
    return known[code]


def _check_needed(first: First, country: Territory, although: str) -> None:
    person = User.objects.filter(email=first.email.strip().lower()).first()
    count = administrators.others(country.country, but_person=person)
    if count >= ENOUGH and not although.strip():
        raise RefusedError(
            Fault(
                f"{country.name} has {count} other administrators.",
                WHERE,
                "Have one of them give the role and another confirm it. If none can, say why with --although.",
            )
        )


def _link(person: User, origin: str) -> str:
    Invitation.objects.open().filter(person=person).update(revoked_at=timezone.now())
    _invitation, token = written(None, person)
    return link(origin, token, person.language)


def _give(
    person: User, role: Role, institution: Institution, territory: Territory | None, although: str
) -> None:
    today = timezone.now().date()
    if administrators.excluded(person, role.pk, today, None):
        raise RefusedError(
            Fault(
                f"{person.email} holds or awaits a role that excludes {role.code}.",
                WHERE,
                "End that grant first, or choose another person: who watches does not administer.",
            )
        )
    Grant.objects.create(
        person=person,
        role=role,
        institution=institution,
        territory=territory,
        since=today,
        reason=f"given by the operator{': ' if although else ''}{although.strip()}",
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


def _institution(name: str, seat: Territory | None) -> Institution:
    kind = Kind.MINISTRY if seat else Kind.INTERNATIONAL
    made, _new = Institution.objects.get_or_create(seat=seat, name=name.strip(), defaults={"kind": kind})
    return made


def _person(first: First | Regional, institution: Institution) -> User:
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
