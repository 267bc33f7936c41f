"""Pages of a list in the reader's alphabet, by key: as quick at its end as at its beginning, steady while rows come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from almenara.places.queries import alphabetical

SIZE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """before, after: keys with which the neighbouring pages are asked for, None where there is none.

    sort: as an address asks for the order of the rows.
    """

    rows: list[M]
    before: int | None
    after: int | None
    sort: str = ""


@dataclass(frozen=True)
class Order:
    """What a list is ordered by, what counts most first; the key decides at last. No column may hold a null."""

    columns: Sequence[str]
    falling: bool = False
    sort: str = ""


BY_KEY = Order([])  # for lists whose rows leave while they are worked through


def order_of(sort: str, offered: Mapping[str, Sequence[str]]) -> Order:
    """As an address asks for it: a name, with - before it where it falls. The first that is offered for anything else.

    offered: columns by the names that addresses have for them.
    """
    name = sort.removeprefix("-")
    if name in offered:
        return Order(offered[name], sort.startswith("-"), sort)
    first, *_ = offered
    return Order(offered[first], sort=first)


def page_of(
    found: QuerySet[M],
    *,
    after: str | int | None = None,
    before: str | int | None = None,
    size: int = SIZE,
    order: Order | None = None,
) -> Page[M]:
    """The page next to the row with the given key; the first if there is none such. Keys may be as typed.

    order: the reader's alphabet where none is given.
    """
    wanted = order or Order([alphabetical()])
    columns = [*wanted.columns, "pk"]
    anchor = _anchor(found, columns, before or after)
    backwards = bool(before) and anchor is not None
    falling = backwards != wanted.falling
    there = found.filter(_beyond(columns, anchor, "lt" if falling else "gt")) if anchor else found
    rows = list(there.order_by(*(f"-{column}" if falling else column for column in columns))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
        return Page(rows, _key(rows, 0) if more else None, _key(rows, -1), wanted.sort)
    return Page(rows, _key(rows, 0) if anchor else None, _key(rows, -1) if more else None, wanted.sort)


def _anchor(found: QuerySet[Any], columns: Sequence[str], key: str | int | None) -> Sequence[Any] | None:
    """Where the row with the key stands; of an order by the key alone it need not be there any more."""
    if not (key and str(key).isascii() and str(key).isdecimal() and len(str(key)) < 19):
        return None
    if len(columns) == 1:
        return [int(key)]
    return found.filter(pk=key).values_list(*columns).first()


def _beyond(columns: Sequence[str], anchor: Sequence[Any], step: str) -> Q:
    (column, *columns), (value, *anchor) = columns, anchor
    further = Q(**{f"{column}__{step}": value})
    return further | (Q(**{column: value}) & _beyond(columns, anchor, step)) if columns else further


def _key(rows: list[M], place: int) -> int | None:
    return rows[place].pk if rows else None
