"""The kinds of records that can be held back from erasure. An app adds its own when it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from almenara.accounts import reach
from almenara.accounts.models import PersonalFile, User
from almenara.accounts.permissions import HOLDS_PLACE


@dataclass(frozen=True)
class Kind:
    """model: as its retention schedule names it; asked: what a person writes to name one record.

    find(by, text): the record's public id, None if there is none within their reach. names(by, keys): how records are
    called, those within their reach.
    """

    model: str
    label: Promise
    asked: Promise
    find: Callable[[User, str], UUID | None]
    names: Callable[[User, Collection[UUID]], dict[UUID, str]]


_KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    _KINDS[kind.model] = kind


def kinds() -> tuple[Kind, ...]:
    return tuple(_KINDS.values())


def kind(model: str) -> Kind:
    """Raises KeyError."""
    return _KINDS[model]


def find_personal_file(by: User, email: str) -> UUID | None:
    people = reach.people(by, HOLDS_PLACE).filter(email=email.strip().lower())
    found = PersonalFile.objects.filter(person__in=people.values("pk")).values_list("public_id", flat=True)
    return found.first()


def personal_file_names(by: User, keys: Collection[UUID]) -> dict[UUID, str]:
    people = reach.people(by, HOLDS_PLACE)
    found = PersonalFile.objects.filter(public_id__in=keys, person__in=people.values("pk"))
    return dict(found.values_list("public_id", "person__name"))


PERSONAL_FILES = Kind(
    "accounts.PersonalFile",
    _("personal file"),
    _("the person's e-mail address"),
    find_personal_file,
    personal_file_names,
)
