"""Countries by the names that they have in the reader's language, in its alphabetical order."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language

from almenara.places.models import Country, Level, Territory
from almenara.places.names import sort_key


@dataclass(frozen=True)
class Named:
    """A country as a list offers it."""

    pk: int
    code: str
    name: str


def country_name(place: Territory, language: str | None = None) -> str:
    """Its own name where it is none of the region. Read with `select_related("iso")`, it asks nothing more."""
    known: Country | None = getattr(place, "iso", None)
    return known.name(language) if known else place.name


def named(places: QuerySet[Territory], language: str | None = None) -> list[Named]:
    """The countries among these territories."""
    wanted = (language or get_language() or "es")[:2]
    countries = places.filter(level=Level.COUNTRY).select_related("iso")
    found = [Named(place.pk, place.code, country_name(place, wanted)) for place in countries]
    return sorted(found, key=lambda country: (sort_key(country.name, wanted), country.code))
