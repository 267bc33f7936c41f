from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from almenara.accounts.letters import send_on_commit
from almenara.accounts.models import Grant, User
from almenara.accounts.policies.grants import Draft, check_can_confirm, check_can_end, check_can_give, waits
from almenara.accounts.role_names import ROLE_NAMES
from almenara.accounts.rows import held
from almenara.witness.actions import record

SHORTEST_REASON = 5


@transaction.atomic
def give(*, by: User, draft: Draft, reason: str = "") -> Grant:
    """Raises PermissionDenied, ValidationError (see check_can_give)."""
    User.objects.select_for_update().get(
        pk=draft.person.pk
    )  # what excludes what is decided one after the other
    check_can_give(by, draft)
    grant: Grant = Grant.objects.create(**vars(draft), given_by=by, reason=reason.strip())
    say(grant, "grant_given")
    tell(grant, "granted")
    return grant


@transaction.atomic
def confirm(*, by: User, grant: Grant) -> None:
    """The second administrator's word. Raises PermissionDenied, ValidationError (see check_can_confirm)."""
    grant = held(grant, "person", "role", "institution")
    check_can_confirm(by, grant)
    grant.confirmed_by, grant.confirmed_at = by, timezone.now()
    grant.save(update_fields=["confirmed_by", "confirmed_at"])
    say(grant, "grant_confirmed")
    tell(grant, "granted")


@transaction.atomic
def refuse(*, by: User, grant: Grant, reason: str) -> None:
    """Raises as confirm does, and ValidationError without a reason."""
    grant = held(grant, "person", "role", "institution")
    check_can_confirm(by, grant)
    _close(by, grant, reason)
    say(grant, "grant_refused")


@transaction.atomic
def end(*, by: User, grant: Grant, reason: str) -> None:
    """Raises PermissionDenied, ValidationError (see check_can_end), and ValidationError without a reason."""
    grant = held(grant, "person", "role", "institution")
    check_can_end(by, grant)
    _close(by, grant, reason)
    say(grant, "grant_ended")
    tell(grant, "ended")


def _close(by: User, grant: Grant, reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Say why, in a few words."), "reason")
    grant.ended_by, grant.ended_at, grant.end_reason = by, timezone.now(), reason.strip()
    grant.save(update_fields=["ended_by", "ended_at", "end_reason"])


def say(grant: Grant, kind: str) -> None:
    record(
        kind=kind,
        object_type=Grant._meta.db_table,
        object_id=grant.pk,
        institution=grant.institution_id,
        detail={"person": grant.person_id, "role": grant.role_id},
    )


def tell(grant: Grant, letter: str) -> None:
    """Whom it concerns, once they can sign in; their own doing is no news to them."""
    if grant.person.is_active and grant.ended_by_id != grant.person_id:
        with translation.override(grant.person.language):
            role = str(ROLE_NAMES[grant.role_id])
        send_on_commit(grant.person, letter, grant=grant, role=role, waits=waits(grant))
