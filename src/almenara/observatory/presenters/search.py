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


def search(text: str) -> tuple[Found, ...]:
    shown = {release.country.code for release in own.current_releases()}
    found = places.search(text, limit=LIMIT) if text else []
    return tuple(_found(place) for place in found if place.country in shown and place.level != FURTHER)


def _found(place: Territory) -> Found:
    return Found(
        name=place.name,
        where=place.parent.name if place.parent else "",
        level_name=places.tier_name(place) or wording.level_name(place.level),
        address=reverse("observatory:territory", args=[place.country, place.code]),
    )
