"""Kinds of records of which can be asked who sees them. An app adds its own when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from almenara.accounts.models import User


@dataclass(frozen=True)
class Place:
    """Where a record belongs: an office, or an institution as a whole."""

    office: int | None
    institution: int | None


@dataclass(frozen=True)
class Subject:
    """A record that the reader may ask about. permissions: name → what it lets do with the record.

    table, key: as the log and the emergency accesses name it. own: names of those whose it is.
    """

    label: str
    table: str
    key: str
    places: list[Place]
    permissions: dict[str, Promise]
    own: list[str] = field(default_factory=list)


Find = Callable[[User, str], Subject | None]
_KINDS: dict[str, Find] = {}


def add(kind: str, find: Find) -> None:
    """find(reader, key): the record, or None if there is none or it is not for the reader."""
    _KINDS[kind] = find


def subject(kind: str, reader: User, key: str) -> Subject | None:
    find = _KINDS.get(kind)
    return find(reader, key) if find else None


def kinds() -> list[str]:
    return sorted(_KINDS)
