"""Territories by name, in every country that shows a release."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from almenara.observatory import queries as own
from almenara.observatory.presenters import wording
from almenara.places import queries as places
from almenara.places.models import FURTHER, Territory

LIMIT = 60


@dataclass(frozen=True)
class Found:
    name: str
    where: str
    level_name: str
    address: str
    other_name: str  # by which it was found; empty if by its own


def search(text: str) -> tuple[Found, ...]:
    shown = {release.country.code for release in own.current_releases()}
    found = places.search(text, limit=LIMIT) if text else []
    listed = [place for place in found if place.country in shown and place.level != FURTHER]
    others = {key: name.name for key, name in places.found_as(text, listed).items()}
    return tuple(_found(place, others.get(place.pk, "")) for place in listed)


def _found(place: Territory, other_name: str) -> Found:
    return Found(
        name=place.name,
        where=place.parent.name if place.parent else "",
        level_name=places.tier_name(place) or wording.level_name(place.level),
        address=reverse("observatory:territory", args=[place.country, place.code]),
        other_name=other_name,
    )
