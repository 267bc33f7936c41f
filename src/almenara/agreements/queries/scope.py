"""Which agreements and systems a person's grants reach: the same rule that the database repeats (migration 0002)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from almenara.accounts import reach
from almenara.accounts.models import User
from almenara.accounts.permissions import AGREEMENTS_MANAGE, AGREEMENTS_VIEW, DOCUMENTS_VIEW
from almenara.agreements.models import Agreement, Document, System


def agreements(person: User, permission: str = AGREEMENTS_VIEW) -> QuerySet[Agreement]:
    """Those of which either institution is within reach of the permission."""
    reached = reach.institutions(person, permission).values("pk")
    return Agreement.objects.filter(Q(provider__in=reached) | Q(receiver__in=reached))


def managed(person: User) -> QuerySet[Agreement]:
    return agreements(person, AGREEMENTS_MANAGE)


def documents(person: User) -> QuerySet[Document]:
    """Those that the person may open, not only know of."""
    return Document.objects.filter(
        Q(agreement__in=agreements(person).values("pk"))
        & Q(agreement__in=agreements(person, DOCUMENTS_VIEW).values("pk"))
    )


def systems(person: User, permission: str = AGREEMENTS_VIEW) -> QuerySet[System]:
    """Those whose owner is within reach of the permission."""
    return System.objects.filter(owner__in=reach.institutions(person, permission).values("pk"))


def managed_systems(person: User) -> QuerySet[System]:
    return systems(person, AGREEMENTS_MANAGE)


def keeps(person: User) -> bool:
    """Whether the person may keep any agreement or system: then pages offer to add one."""
    return reach.may(person, AGREEMENTS_MANAGE)
