"""What a leaver answers for passes to somebody of the same institution: sides of agreements, and systems."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from almenara.accounts import handover
from almenara.accounts.models import Institution, User
from almenara.agreements.models import Agreement, Status, System
from almenara.agreements.queries import scope


def agreements(person: User) -> list[handover.Item]:
    """Those that have not ended, for which the person answers on either side."""
    found = Agreement.objects.filter(_answered_by(person)).exclude(status=Status.ENDED)
    return [handover.Item(str(agreement.pk), agreement.name) for agreement in found.order_by("pk")]


def pass_agreements_on(by: User, person: User, successor: User, keys: Iterable[str]) -> None:
    found = scope.managed(by).filter(_answered_by(person), pk__in=keys)
    for agreement in found.select_related("provider", "receiver").select_for_update(of=("self",)):
        for side in ("provider", "receiver"):
            if getattr(agreement, f"{side}_person_id") == person.pk:
                _check_works_at(successor, getattr(agreement, side))
                setattr(agreement, f"{side}_person", successor)
        agreement.save(update_fields=["provider_person", "receiver_person"])


def systems(person: User) -> list[handover.Item]:
    """Those that are not closed, for which the person answers."""
    found = System.objects.filter(responsible=person, closed_on=None)
    return [handover.Item(str(system.pk), system.name) for system in found.order_by("pk")]


def pass_systems_on(by: User, person: User, successor: User, keys: Iterable[str]) -> None:
    found = scope.managed_systems(by).filter(responsible=person, pk__in=keys)
    for system in found.select_related("owner").select_for_update(of=("self",)):
        _check_works_at(successor, system.owner)
        system.responsible = successor
        system.save(update_fields=["responsible"])


def _answered_by(person: User) -> Q:
    return Q(provider_person=person) | Q(receiver_person=person)


def _check_works_at(successor: User, institution: Institution) -> None:
    """The same as the forms ask of who is named by their address."""
    if successor.institution_id != institution.pk:
        raise ValidationError(
            _("%(name)s does not work at %(institution)s: choose somebody who does."),
            "elsewhere",
            {"name": successor.name, "institution": institution.name},
        )


def register() -> None:
    handover.add(
        handover.Kind("agreements", gettext_lazy("Agreements answered for"), agreements, pass_agreements_on)
    )
    handover.add(handover.Kind("systems", gettext_lazy("Systems answered for"), systems, pass_systems_on))
