from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.accounts import handover, ways_in
from almenara.accounts.models import Grant, Invitation, User
from almenara.accounts.policies.people import check_can_bring_back, check_can_let_go, check_can_suspend
from almenara.accounts.rows import held
from almenara.accounts.sessions import Ended, end_sessions_of
from almenara.witness.actions import record

SHORTEST_REASON = 5


@transaction.atomic
def suspend(*, by: User, person: User, reason: str) -> None:
    """They are signed out everywhere at once and cannot come back. Raises PermissionDenied, ValidationError."""
    person = held(person)
    check_can_suspend(by, person)
    _check_reason(reason)
    person.is_active, person.suspended_at = False, timezone.now()
    person.save(update_fields=["is_active", "suspended_at"])
    Invitation.objects.open().filter(person=person).update(revoked_by=by, revoked_at=person.suspended_at)
    end_sessions_of(person, why=Ended.SUSPENDED)
    _say("suspension", person, reason)


@transaction.atomic
def bring_back(*, by: User, person: User, reason: str) -> None:
    """Their grants in force count again; they sign in anew. Raises PermissionDenied, ValidationError."""
    person = held(person)
    check_can_bring_back(by, person)
    _check_reason(reason)
    person.is_active, person.suspended_at = True, None
    person.save(update_fields=["is_active", "suspended_at"])
    _say("return", person, reason)


@transaction.atomic
def let_go(*, by: User, person: User, reason: str) -> None:
    """Note that a person leaves: their grants end, and they cannot sign in any more.

    Raises PermissionDenied; ValidationError by the rules of check_can_let_go, or if work of theirs is still theirs.
    """
    person = held(person)
    check_can_let_go(by, person)
    _check_reason(reason)
    remaining = handover.remaining(person)
    if remaining:
        raise ValidationError(
            _("%(count)s pieces of work are still in this person's hands: hand them over first."),
            "work",
            {"count": sum(len(part.items) for part in remaining)},
        )
    now = timezone.now()
    Grant.objects.filter(person=person, ended_at=None).update(
        ended_by=by, ended_at=now, end_reason=reason.strip()
    )
    Invitation.objects.open().filter(person=person).update(revoked_by=by, revoked_at=now)
    person.is_active, person.left_at = False, now
    ways_in.take_away(person)
    person.save(update_fields=["is_active", "left_at", "password"])
    end_sessions_of(person, why=Ended.SUSPENDED)
    _say("leaving", person, reason)


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Say why, in a few words."), "reason")


def _say(kind: str, person: User, reason: str) -> None:
    record(
        kind=kind,
        object_type=User._meta.db_table,
        object_id=person.pk,
        institution=person.institution_id,
        detail={"reason": reason.strip()},
    )
