"""Countries by the names that they have in the reader's language, in its alphabetical order."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from almenara.places.models import Country, Level, Territory
from almenara.places.queries import in_alphabet


@dataclass(frozen=True)
class Named:
    """A country as a list offers it."""

    pk: int
    code: str
    name: str


def called(place: Territory, language: str | None = None) -> str:
    """A country of the region as the reader's language calls it; any other territory by its own name.

    Of countries read with `select_related("iso")`, it asks nothing more.
    """
    known: Country | None = getattr(place, "iso", None) if place.level == Level.COUNTRY else None
    return known.name(language) if known else place.name


def named(places: QuerySet[Territory], language: str | None = None) -> list[Named]:
    """The countries among these territories."""
    countries = places.filter(level=Level.COUNTRY).select_related("iso")
    found = [Named(place.pk, place.code, called(place, language)) for place in countries]
    return sorted(found, key=lambda country: (in_alphabet(country.name, language), country.code))
