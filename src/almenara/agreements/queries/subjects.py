"""The records of this app of which can be asked who sees them: an agreement, and a system of the inventory."""

from __future__ import annotations

from almenara.accounts import records
from almenara.accounts.models import User
from almenara.accounts.permissions import AGREEMENTS_MANAGE, AGREEMENTS_VIEW, DOCUMENTS_VIEW, PERMISSIONS
from almenara.agreements.models import Agreement, System
from almenara.agreements.queries import scope
from almenara.agreements.queries.agreements import key_of


def agreement(reader: User, key: str) -> records.Subject | None:
    """Whoever reaches either institution sees it."""
    found = scope.agreements(reader).filter(pk=key_of(key) or 0).first()
    if found is None:
        return None
    sides = (found.provider_id, found.receiver_id)
    return _subject(Agreement, key, found.name, sides, (AGREEMENTS_VIEW, AGREEMENTS_MANAGE, DOCUMENTS_VIEW))


def system(reader: User, key: str) -> records.Subject | None:
    found = scope.systems(reader).filter(pk=key_of(key) or 0).first()
    if found is None:
        return None
    return _subject(System, key, found.name, (found.owner_id,), (AGREEMENTS_VIEW, AGREEMENTS_MANAGE))


def _subject(
    model: type[Agreement | System],
    key: str,
    label: str,
    institutions: tuple[int, ...],
    asked: tuple[str, ...],
) -> records.Subject:
    return records.Subject(
        label=label,
        table=model._meta.db_table,
        key=key,
        places=[records.Place(None, institution) for institution in institutions],
        permissions={name: PERMISSIONS[name] for name in asked},
    )


def register() -> None:
    records.add("agreement", agreement)
    records.add("system", system)
