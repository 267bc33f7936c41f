"""Territories by name, in every country that the site knows."""

from __future__ import annotations

from dataclasses import dataclass

from almenara.observatory import queries as own
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.addresses import place_address, sheet_address
from almenara.places import queries as places
from almenara.places.countries import called
from almenara.places.models import Territory
from almenara.places.names import folded

LIMIT = 60


@dataclass(frozen=True)
class Found:
    name: str
    where: str
    level_name: str
    address: str
    other_name: str  # by which it was found; empty if by its own


@dataclass(frozen=True)
class Results:
    """is_cut: whether there are more than are told of."""

    hits: tuple[Found, ...]
    is_cut: bool


def search(text: str) -> Results:
    """What has an estimate leads to its fact sheet, anything else to the page of the territory.

    By the names that are shown, in the reader's alphabet; those that begin with the first word come first.
    """
    found = places.search(text, limit=LIMIT + 1) if text else []
    told = found[:LIMIT]
    estimated = own.with_estimate(told)
    others = {key: name.name for key, name in places.found_as(text, told).items()}
    hits = [_found(place, others.get(place.pk, ""), place.pk in estimated) for place in told]
    first = folded(text).partition(" ")[0]
    hits.sort(key=lambda hit: (not folded(hit.name).startswith(first), places.in_alphabet(hit.name)))
    return Results(tuple(hits), is_cut=len(found) > LIMIT)


def _found(place: Territory, other_name: str, has_estimate: bool) -> Found:
    name = called(place)
    return Found(
        name=name,
        where=called(place.parent) if place.parent else "",
        level_name=wording.level_of(place),
        address=sheet_address(place) if has_estimate else place_address(place),
        other_name=other_name if other_name != name else "",
    )
