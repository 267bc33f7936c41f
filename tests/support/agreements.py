"""Agreements and systems between the cast's institutions, laid as the database's owner."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from django.core.files.base import ContentFile

from almenara.accounts.models import User
from almenara.agreements.actions import documents as documents_actions
from almenara.agreements.models import (
    Agreement,
    Document,
    Form,
    Format,
    Frequency,
    Item,
    Status,
    System,
    Transition,
)
from almenara.agreements.standing import TRANSITIONS
from almenara.common.identity import Identity, acting_as
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.uploads import pdf, sent

TODAY = dt.date(2026, 3, 16)  # of the frozen clock
PATHS = {
    Status.DRAFT: (),
    Status.SENT: (Status.SENT,),
    Status.IN_FORCE: (Status.SENT, Status.IN_FORCE),
    Status.SUSPENDED: (Status.SENT, Status.IN_FORCE, Status.SUSPENDED),
    Status.ENDED: (Status.ENDED,),
}


@dataclass
class World:
    """One agreement for every ordered pair of institutions, and a system for every institution."""

    people: Cast
    agreements: dict[tuple[str, str], Agreement] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)


def world() -> World:
    made = World(cast())
    names = list(made.people.institutions)
    for provider, receiver in permutations(names, 2):
        made.agreements[provider, receiver] = agreement(made.people, provider, receiver)
    with owner_rights():
        for name in names:
            made.systems[name] = System.objects.create(
                owner=made.people.institutions[name], name=f"Register of {name}"
            )
    return made


def agreement(
    people: Cast, provider: str, receiver: str, *, status: Status = Status.DRAFT, **more: Any
) -> Agreement:
    """With one item, and with a signed document where its status needs one."""
    with owner_rights():
        made = Agreement.objects.create(
            **{
                "provider": people.institutions[provider],
                "receiver": people.institutions[receiver],
                "name": f"From {provider} to {receiver}",
                "legal_basis": "Decree 1",
                "frequency": Frequency.MONTHLY,
                "since": dt.date(2025, 1, 1),
                **more,
            }
        )
        Item.objects.create(agreement=made, name="Inspections", form=Form.FIGURES, format=Format.CSV)
        put_into(made, status)
    return made


def put_into(agreement: Agreement, status: Status) -> None:
    for step in PATHS[status]:
        if step == Status.IN_FORCE and not agreement.documents.exists():
            documents_actions.add_document(agreement, file=signed(), by=None)
        assert step in TRANSITIONS[Status(agreement.status)]
        Transition.objects.create(agreement=agreement, former=agreement.status, latter=step, by=None)
        agreement.status = step
        agreement.save()


def signed(name: str = "signed.pdf") -> ContentFile[bytes]:
    return sent(pdf(), name)


def document(agreement: Agreement) -> Document:
    with owner_rights():
        found = agreement.documents.order_by("-version").first()
    assert found is not None
    return found


def acting(person: User) -> Any:
    return acting_as(Identity(person=person.pk))
