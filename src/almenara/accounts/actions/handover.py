from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.accounts import handover
from almenara.accounts.models import FocalPoint, Invitation, User
from almenara.accounts.policies.people import check_can_manage
from almenara.witness.actions import record


@transaction.atomic
def hand_over(*, by: User, person: User, successors: Mapping[tuple[str, str], User]) -> int:
    """successors: (kind of work, key of the item) → who takes it. How many were passed on.

    Raises PermissionDenied unless `by` manages both; ValidationError for a successor who cannot take it or an item that
    is not the person's any more.
    """
    check_can_manage(by, person)
    taken: dict[tuple[str, User], list[str]] = {}
    for (code, key), successor in successors.items():
        taken.setdefault((code, successor), []).append(key)
    for (code, successor), keys in taken.items():
        _pass_on(by, person, successor, code, keys)
    return len(successors)


def _pass_on(by: User, person: User, successor: User, code: str, keys: list[str]) -> None:
    check_can_manage(by, successor)
    if successor == person or not successor.is_active:
        raise ValidationError(_("%(name)s cannot take work over."), "successor", {"name": successor.name})
    kind = handover.kind(code)
    gone = set(keys) - {item.key for item in kind.items(person)}
    if gone:
        raise ValidationError(_("Part of this work is not in this person's hands any more."), "gone")
    kind.pass_on(by, person, successor, keys)
    record(
        kind="hand_over",
        object_type=User._meta.db_table,
        object_id=person.pk,
        institution=person.institution_id,
        detail={"work": code, "items": keys, "successor": successor.pk},
    )


def focal_points(person: User) -> list[handover.Item]:
    found = FocalPoint.objects.filter(person=person, until=None).select_related("country")
    return [
        handover.Item(str(point.pk), f"{point.country.name}, {point.get_constituency_display()}")
        for point in found.order_by("pk")
    ]


def pass_focal_points_on(by: User, person: User, successor: User, keys: Iterable[str]) -> None:
    """The one that was ends today, and stays in the history."""
    today = timezone.now().date()
    for point in FocalPoint.objects.select_for_update().filter(person=person, pk__in=keys, until=None):
        point.until = max(today, point.since)
        point.save(update_fields=["until"])
        FocalPoint.objects.create(
            country_id=point.country_id, constituency=point.constituency, person=successor, since=point.until
        )


def invitations(person: User) -> list[handover.Item]:
    found = Invitation.objects.open().filter(invited_by=person).select_related("person")
    return [handover.Item(str(entry.pk), entry.person.name) for entry in found.order_by("pk")]


def pass_invitations_on(by: User, person: User, successor: User, keys: Iterable[str]) -> None:
    Invitation.objects.open().filter(invited_by=person, pk__in=keys).update(invited_by=successor)


def register() -> None:
    handover.add(
        handover.Kind("focal_points", gettext_lazy("Focal point"), focal_points, pass_focal_points_on)
    )
    handover.add(
        handover.Kind(
            "invitations",
            gettext_lazy("Invitations that wait for an answer"),
            invitations,
            pass_invitations_on,
        )
    )
