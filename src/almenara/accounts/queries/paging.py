"""Pages of a list in the order of the reader's alphabet: each begins after a row, so that all cost the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import get_language

from almenara.places.names import folded

Row = TypeVar("Row", bound=Model)
SIZE = 50
LANGUAGES = ("es", "pt", "en", "fr")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """after: key of the row after which the next page begins, None on the last one. first: nothing comes before."""

    rows: list[Row]
    after: int | None
    first: bool


def alphabetical() -> str:
    wanted = (get_language() or "es")[:2]
    return f"sort_key_{wanted if wanted in LANGUAGES else 'es'}"


def page_of(rows: QuerySet[Row], after: str, size: int = SIZE) -> Page[Row]:
    """The page after the row with this key; from the beginning if there is none."""
    column = alphabetical()
    start: Any = rows.filter(pk=after).values_list(column, "pk").first() if after.isdecimal() else None
    if start is not None:
        rows = rows.filter(Q(**{f"{column}__gt": start[0]}) | Q(**{column: start[0], "pk__gt": start[1]}))
    found = list(rows.order_by(column, "pk")[: size + 1])
    more = len(found) > size
    return Page(found[:size], found[size - 1].pk if more else None, start is None)


def words_begin(text: str) -> Q:
    """Each typed word begins a word of the name, accents apart."""
    condition = Q()
    for word in folded(text).split():
        condition &= Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    return condition
