"""Holding a record back from erasure, and letting it go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.accounts.models import User
from almenara.audit.holdable import Kind
from almenara.audit.policies import check_can_lift
from almenara.common.identity import acting_as, identified
from almenara.privacy.models import LegalHold
from almenara.witness.actions import record


@transaction.atomic
def place(*, by: User, kind: Kind, which: str, reason: str) -> LegalHold:
    """which: as kind.asked says. Raises ValidationError if there is no such record in reach or it is held already.

    If the job that erases is at work, this waits for it; then a record that it has taken is not there.
    """
    key = kind.find(by, which)
    if key is None:
        raise _not_there()
    with _saying(reason):
        try:
            with transaction.atomic():
                hold = LegalHold.objects.create(
                    record_type=kind.model, record_key=key, reason=reason, placed_by=by
                )
        except IntegrityError:
            raise ValidationError({"which": _("This record is held already.")}, "held") from None
        _log("hold_placed", hold)
    if kind.find(by, which) != key:
        raise _not_there()
    return hold


@transaction.atomic
def lift(*, by: User, hold: LegalHold, reason: str) -> None:
    """Raises ValidationError if somebody has lifted it meanwhile."""
    locked = LegalHold.objects.select_for_update().get(pk=hold.pk)
    check_can_lift(locked)
    with _saying(reason):
        locked.lifted_by, locked.lifted_at, locked.lift_reason = by, timezone.now(), reason
        locked.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
        _log("hold_lifted", locked)


@contextmanager
def _saying(reason: str) -> Iterator[None]:
    """What the log says meanwhile bears the reason."""
    with acting_as(replace(identified(), reason=reason)):
        yield


def _log(kind: str, hold: LegalHold) -> None:
    record(
        kind=kind,
        object_type=LegalHold._meta.db_table,
        object_id=hold.pk,
        detail={"record_type": hold.record_type, "record_key": str(hold.record_key)},
    )


def _not_there() -> ValidationError:
    return ValidationError({"which": _("No such record is within your reach: correct it.")}, "which")
