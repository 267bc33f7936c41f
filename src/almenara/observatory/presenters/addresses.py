from __future__ import annotations

from django.urls import reverse

from almenara.places.models import Territory


def place_address(place: Territory) -> str:
    """The page of a territory: its history, its people and what lies in it."""
    return reverse("observatory:place", args=[place.country, place.code])


def sheet_address(place: Territory) -> str:
    """Its fact sheet in its country's current release."""
    return reverse("observatory:territory", args=[place.country, place.code])
