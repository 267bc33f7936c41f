from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.accounts import permissions
from almenara.accounts.letters import send_on_commit
from almenara.accounts.models import BrokenGlass, PersonalFile, User
from almenara.accounts.policies.files import FILE, check_can_break_glass, check_can_open
from almenara.accounts.queries.seers import seers_of
from almenara.common.identity import identified, identify
from almenara.witness.actions import record, record_read

LASTS = dt.timedelta(hours=3)
SHORTEST_REASON = 20


@dataclass(frozen=True)
class Words:
    """What a personal file holds."""

    phone: str = ""
    document: str = ""
    emergency_contact: str = ""
    notes: str = ""


@transaction.atomic
def save_own(*, by: User, words: Words) -> PersonalFile:
    """Everybody keeps their own and nobody another's."""
    file = PersonalFile.objects.select_for_update().filter(person=by).first() or PersonalFile(person=by)
    for name, value in vars(words).items():
        setattr(file, name, value.strip())
    file.changed_at = timezone.now()
    file.save()
    return file


@transaction.atomic
def open_file(*, by: User, person: User, purpose: str) -> PersonalFile | None:
    """The file, noted as read for the purpose; None if the person has not written one. One's own needs no purpose.

    Raises PermissionDenied, and ValidationError without a purpose.
    """
    check_can_open(by, person)
    if by == person:
        return PersonalFile.objects.filter(person=person).first()
    if not purpose.strip():
        raise ValidationError(_("Say what you open it for."), "purpose")
    file = PersonalFile.objects.filter(person=person).first()
    identify(replace(identified(), reason=purpose.strip()))
    record_read(file or PersonalFile(person=person), institution=person.institution_id)
    return file


@transaction.atomic
def break_glass(*, by: User, person: User, reason: str) -> BrokenGlass:
    """Three hours of access to one file, told to who watches over it. Raises PermissionDenied, ValidationError."""
    check_can_break_glass(by, person)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(
            _("Say what the emergency is, in %(count)s characters or more."),
            "reason",
            {"count": SHORTEST_REASON},
        )
    watching = watchers(by, person)
    now = timezone.now()
    broken = BrokenGlass.objects.create(
        person=by,
        object_type=FILE,
        object_id=str(person.pk),
        reason=reason.strip(),
        at=now,
        until=now + LASTS,
        told=[watcher.pk for watcher in watching],
    )
    identify(replace(identified(), reason=reason.strip()))
    record(kind="glass_broken", object_type=FILE, object_id=person.pk, institution=person.institution_id)
    for watcher in watching:
        send_on_commit(
            watcher,
            "emergency",
            person=by,
            record=f"{person.name} ({person.pk})",
            reason=broken.reason,
            until=broken.until,
        )
    return broken


def watchers(by: User, person: User) -> list[User]:
    """Who watches over the one who breaks the glass, and over the one whose record it is; never who breaks it."""
    keys = {
        grant.person_id for watched in (by, person) for grant in seers_of(watched, permissions.GLASS_WATCH)
    }
    found = list(User.objects.filter(pk__in=keys - {by.pk}, is_active=True).order_by("pk"))
    if not found:
        raise PermissionDenied("nobody watches")
    return found
