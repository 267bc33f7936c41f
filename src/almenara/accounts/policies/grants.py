"""The rules of grants. The database repeats each: migrations 0003 and 0005 of this app."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.accounts import administrators, permissions, reach
from almenara.accounts.models import Grant, Institution, Office, Reach, Role, User
from almenara.accounts.policies import answering
from almenara.places.models import Level, Territory


@dataclass(frozen=True)
class Draft:
    """A grant that somebody would give."""

    person: User
    role: Role
    institution: Institution
    office: Office | None
    territory: Territory | None
    since: dt.date
    until: dt.date | None


def check_can_give_to(by: User, person: User) -> None:
    """Whether the person is anybody to whom `by` may give something."""
    if not reach.people(by, permissions.GRANTS_GIVE).filter(pk=person.pk).exists():
        raise PermissionDenied("person")
    if person == by:
        raise ValidationError(_("Nobody gives themselves a grant: ask another administrator."), "own")
    if person.left_at is not None:
        raise ValidationError(_("This person has left: invite them again first."), "left")


def check_can_give(by: User, draft: Draft) -> None:
    check_can_give_to(by, draft.person)
    _check_shape(draft)
    _check_reach(by, draft)
    if draft.until is not None and draft.until < draft.since:
        raise ValidationError(_("The last day comes before the first: correct one of them."), "days")
    if administrators.excluded(draft.person, draft.role.pk, draft.since, draft.until):
        raise ValidationError(
            _(
                "Who watches does not administer: this person holds or awaits a role that excludes this one. "
                "End that grant first."
            ),
            "excluded",
        )


def _check_shape(draft: Draft) -> None:
    """What the role's reach needs to be said; otherwise the grant would reach nothing."""
    if draft.role.reach == Reach.OFFICE and draft.office is None:
        raise ValidationError(_("This role works from an office: choose it."), "office")
    if draft.role.reach == Reach.TERRITORY and draft.territory is None:
        raise ValidationError(_("This role reaches a territory: say which."), "territory")
    if draft.office is not None and draft.office.institution_id != draft.institution.pk:
        raise ValidationError(
            _("The office belongs to another institution: choose one of its own."), "office"
        )
    whole = draft.territory is not None and draft.territory.level == Level.COUNTRY
    if draft.role.needs_second_giver and not whole:
        raise ValidationError(
            _("An administrator administers a whole country: name the country."), "territory"
        )


def _check_reach(by: User, draft: Draft) -> None:
    give = permissions.GRANTS_GIVE
    if draft.role.reach == Reach.REGION:
        raise ValidationError(_("A role that reaches the whole region is given by the operator."), "region")
    if not reach.institutions(by, give).filter(pk=draft.institution.pk).exists():
        raise PermissionDenied("institution")
    if draft.office is not None and not reach.offices(by, give).filter(pk=draft.office.pk).exists():
        raise PermissionDenied("office")
    if draft.territory is not None and not reach.territories(by, give).filter(pk=draft.territory.pk).exists():
        raise ValidationError(
            _("Your own grant does not reach that territory: choose one within it."), "territory"
        )


def check_can_confirm(by: User, grant: Grant) -> None:
    """Refusing a grant that waits is held to the same."""
    if not reach.institutions(by, permissions.GRANTS_GIVE).filter(pk=grant.institution_id).exists():
        raise PermissionDenied("institution")
    if not waits(grant):
        raise ValidationError(_("This grant does not wait for anybody any more."), "decided")
    if by.pk in (grant.person_id, grant.given_by_id):
        raise ValidationError(
            _("A second administrator confirms: neither who receives the grant nor who gave it."), "second"
        )


def waits(grant: Grant) -> bool:
    """For a second administrator."""
    return bool(
        grant.role.needs_second_giver
        and grant.given_by_id is not None
        and grant.confirmed_by_id is None
        and grant.ended_at is None
    )


def check_can_end(by: User, grant: Grant) -> None:
    """One may give up one's own grant; the last administrator of a country may not."""
    check_may_end(by, grant)
    if over(grant):
        raise ValidationError(_("This grant has ended already."), "ended")
    check_not_the_last(grant.person, grant)


def check_may_end(by: User, grant: Grant) -> None:
    """Whether it is theirs to end at all, before it is asked whether it can be."""
    if grant.person_id != by.pk and not _administers(by, grant):
        raise PermissionDenied("institution")


def _administers(by: User, grant: Grant) -> bool:
    give = permissions.GRANTS_GIVE
    return (
        reach.institutions(by, give).filter(pk=grant.institution_id).exists()
        or reach.people(by, give).filter(pk=grant.person_id).exists()
    )


def over(grant: Grant) -> bool:
    today = timezone.now().date()
    return grant.ended_at is not None or (grant.until is not None and grant.until < today)


def check_not_the_last(person: User, grant: Grant | None = None) -> None:
    """Without the grant, or without the person altogether, another administrator of each country is left.

    Waits until nobody else is about to take one away. To be called within a transaction.
    """
    for country in administrators.administered(person, grant):
        administrators.decide_alone(country)
        if not administrators.others(country, but_person=None if grant else person, but_grant=grant):
            raise ValidationError(
                _(
                    "This is the last administrator in force of the country %(country)s: "
                    "give the role to another person, and have it confirmed, first."
                ),
                "last",
                {"country": country},
            )


can_give_to = answering(check_can_give_to)
can_give = answering(check_can_give)
can_confirm = answering(check_can_confirm)
can_end = answering(check_can_end)
