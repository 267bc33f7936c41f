"""Pages of a list in the reader's alphabet, by key: as quick at its end as at its beginning, steady while rows come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from almenara.places.queries import alphabetical

SIZE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """before, after: keys with which the neighbouring pages are asked for, None where there is none."""

    rows: list[M]
    before: int | None
    after: int | None


def page_of(
    found: QuerySet[M],
    *,
    after: str | int | None = None,
    before: str | int | None = None,
    size: int = SIZE,
    by_key: bool = False,
) -> Page[M]:
    """The page next to the row with the given key; the first if there is none such. Keys may be as typed.

    by_key: in the order of the keys and not of the alphabet, for lists whose rows leave while they are worked through.
    """
    column = "pk" if by_key else alphabetical()
    backwards = bool(before)
    anchor = _anchor(found, column, before or after)
    rows = list(_ordered(_beyond(found, column, anchor, backwards), column, backwards)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards and anchor is not None:
        rows.reverse()
        return Page(rows, _key(rows, 0) if more else None, _key(rows, -1))
    return Page(rows, _key(rows, 0) if anchor else None, _key(rows, -1) if more else None)


def _anchor(found: QuerySet[Any], column: str, key: str | int | None) -> tuple[str | int, int] | None:
    if not (key and str(key).isascii() and str(key).isdecimal() and len(str(key)) < 19):
        return None
    if column == "pk":
        return int(key), int(key)
    return found.filter(pk=key).values_list(column, "pk").first()


def _beyond(
    found: QuerySet[M], column: str, anchor: tuple[str | int, int] | None, backwards: bool
) -> QuerySet[M]:
    if anchor is None:
        return found
    step = "lt" if backwards else "gt"
    text, key = anchor
    return found.filter(Q(**{f"{column}__{step}": text}) | Q(**{column: text, f"pk__{step}": key}))


def _ordered(found: QuerySet[M], column: str, backwards: bool) -> QuerySet[M]:
    return found.order_by(f"-{column}", "-pk") if backwards else found.order_by(column, "pk")


def _key(rows: list[M], place: int) -> int | None:
    return rows[place].pk if rows else None
