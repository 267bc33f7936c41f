"""Addresses of a list's other views: sorted, narrowed or turned over, everything else in the address kept."""

from __future__ import annotations

from django.http import QueryDict

PLACES = ("before", "after", "page")  # where in the list; of no meaning once the list is another


def changed(query: QueryDict, **values: str | int | None) -> str:
    """The query with these values instead; None takes one away. "?" alone where nothing is left."""
    made = query.copy()
    for name, value in values.items():
        made.pop(name, None)
        if value is not None:
            made[name] = str(value)
    return f"?{made.urlencode()}"


def from_the_start(query: QueryDict, **values: str | int | None) -> str:
    return changed(query, **dict.fromkeys(PLACES), **values)


def without(query: QueryDict, name: str, value: str = "") -> str:
    """Without a parameter, or without one of its values."""
    made = query.copy()
    kept = [other for other in made.getlist(name) if value and other != value]
    made.setlist(name, kept)
    return from_the_start(made)


def sorted_by(query: QueryDict, key: str, current: str, *, largest_first: bool = False) -> str:
    """Sorted by a column; the other way round where it already is."""
    first, second = (f"-{key}", key) if largest_first else (key, f"-{key}")
    return from_the_start(query, sort=second if current == first else first)
