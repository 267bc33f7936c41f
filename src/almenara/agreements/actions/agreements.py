from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from almenara.accounts.models import User
from almenara.agreements import policies
from almenara.agreements.models import Agreement, Item, Status, Transition


@transaction.atomic
def create(agreement: Agreement, *, by: User) -> Agreement:
    """Keep a new draft."""
    agreement.status = Status.DRAFT
    agreement.created_by = by
    agreement.save(force_insert=True)
    return agreement


@transaction.atomic
def edit(agreement: Agreement, *, by: User) -> None:
    """Keep what a form has changed in a draft. Raises NotNowError if it was sent meanwhile."""
    policies.check_can_edit(_locked(agreement))
    agreement.save()


@transaction.atomic
def put_responsible(
    agreement: Agreement, *, provider_person: User | None, receiver_person: User | None, by: User
) -> None:
    """Who answers for either side; in any state, for people change while agreements last."""
    agreement.provider_person, agreement.receiver_person = provider_person, receiver_person
    agreement.save(update_fields=["provider_person", "receiver_person"])


@transaction.atomic
def put_item(item: Item, *, by: User) -> None:
    """Add or change an item of a draft. Raises NotNowError."""
    policies.check_can_edit(_locked(item.agreement))
    item.save()


@transaction.atomic
def remove_item(item: Item, *, by: User) -> None:
    """Raises NotNowError if the agreement is no draft any more."""
    policies.check_can_edit(_locked(item.agreement))
    item.delete()


@transaction.atomic
def move(agreement: Agreement, *, to: Status, reason: str, by: User) -> Transition:
    """Change the status. Of two who change it at once, the second meets what the first has made of it (NotNowError)."""
    now = _locked(agreement)
    policies.check_can_move(now, to, reason)
    former, agreement.status = now.status, to
    agreement.save(update_fields=["status"])
    return Transition.objects.create(
        agreement=agreement, former=former, latter=to, reason=reason.strip(), by=by
    )


@dataclass(frozen=True)
class Terms:
    """since, until: first and last day of the renewal; until None where no end is agreed."""

    since: dt.date
    until: dt.date | None


@transaction.atomic
def renew(agreement: Agreement, *, terms: Terms, by: User) -> Agreement:
    """A new draft with the same parties and items, linked to the former. Raises NotNowError."""
    policies.check_can_renew(_locked(agreement))
    same = (
        "provider_id",
        "receiver_id",
        "name",
        "legal_basis",
        "frequency",
        "provider_person_id",
        "receiver_person_id",
        "simulated",
    )
    renewal = Agreement(
        **{field: getattr(agreement, field) for field in same},
        since=terms.since,
        until=terms.until,
        renews=agreement,
    )
    create(renewal, by=by)
    for item in agreement.items.all():
        item.pk, item._state.adding, item.agreement = None, True, renewal
        item.save(force_insert=True)
    return renewal


def _locked(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_for_update().get(pk=agreement.pk)
