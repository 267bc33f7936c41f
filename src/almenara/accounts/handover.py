"""What a person has in hand, and how it passes to others. An app adds its kinds of work when it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from almenara.accounts.models import User


@dataclass(frozen=True)
class Item:
    """key: unique within its kind; label: what a reader is shown."""

    key: str
    label: str


@dataclass(frozen=True)
class Kind:
    """items: what the person has. pass_on(by, person, successor, keys): give those to the successor, within the open
    transaction; it checks what its own rules ask of the successor and raises ValidationError."""

    code: str
    label: Promise
    items: Callable[[User], list[Item]]
    pass_on: Callable[[User, User, User, Iterable[str]], None]


@dataclass(frozen=True)
class Part:
    kind: Kind
    items: list[Item]


_KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    _KINDS[kind.code] = kind


def kind(code: str) -> Kind:
    """Raises KeyError."""
    return _KINDS[code]


def remaining(person: User) -> list[Part]:
    """What the person still has in hand, kind by kind; kinds of which they have nothing are left out."""
    parts = (Part(found, found.items(person)) for found in _KINDS.values())
    return [part for part in parts if part.items]
