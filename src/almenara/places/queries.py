"""What the site reads of places. Names come in the alphabetical order of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from django.db.models import Q
from django.utils.translation import get_language

from almenara.places.models import Boundary, Territory
from almenara.places.names import folded

LANGUAGES = ("es", "pt", "en", "fr")


def alphabetical(language: str | None = None) -> str:
    """The column to order territories by."""
    wanted = (language or get_language() or "es")[:2]
    return f"sort_key_{wanted if wanted in LANGUAGES else 'es'}"


def search(
    text: str, language: str | None = None, *, country: str | None = None, limit: int = 20
) -> list[Territory]:
    """Territories each of whose typed words begins a word of the name, accents apart; names that begin so come first.

    A code finds its territory too.
    """
    words = folded(text).split()
    if not words:
        return []
    matches = Territory.objects.select_related("parent").filter(words_begin(text) | Q(code=text.strip()))
    if country is not None:
        matches = matches.filter(country=country)
    found = list(matches.order_by(alphabetical(language), "country", "code"))
    found.sort(key=lambda place: not place.search_name.startswith(words[0]))
    return found[:limit]


def words_begin(text: str) -> Q:
    """Each typed word begins a word of `search_name`, accents apart; of whatever model has one."""
    condition = Q()
    for word in folded(text).split():
        condition &= Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    return condition


def boundaries(places: Iterable[int]) -> dict[int, shapely.Geometry]:
    """Geometries (WGS 84) by territory key; those without one are left out."""
    rows = list(Boundary.objects.filter(territory__in=list(places)).values_list("territory_id", "wkb"))
    geometries = shapely.from_wkb([bytes(wkb) for _, wkb in rows])
    return {key: geometry for (key, _), geometry in zip(rows, geometries, strict=True)}
