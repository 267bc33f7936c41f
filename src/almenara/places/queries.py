"""What the site reads of places. Names come in the alphabetical order of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import shapely
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import get_language

from almenara.places.carrying import Link
from almenara.places.models import (
    LANGUAGES,
    Boundary,
    ChangeLink,
    Country,
    Territory,
    TerritoryCode,
    TerritoryName,
    Tier,
)
from almenara.places.names import folded, sort_key


def alphabetical(language: str | None = None) -> str:
    """The column to order territories by."""
    return f"sort_key_{_of_the_site(language)}"


def in_alphabet(name: str, language: str | None = None) -> str:
    """The key to order by what has no such column."""
    return sort_key(name, _of_the_site(language))


def _of_the_site(language: str | None) -> str:
    wanted = (language or get_language() or "es")[:2]
    return wanted if wanted in LANGUAGES else "es"


def search(
    text: str, language: str | None = None, *, country: str | None = None, limit: int = 20
) -> list[Territory]:
    """Territories each of whose typed words begins a word of the name, accents apart; names that begin so come first.

    So do the words of another name: a former one, one in another language, an abbreviation. A code finds its territory
    too, whatever its scheme and whether it is in force or not.
    """
    words = folded(text).split()
    if not words:
        return []
    named, coded = words_begin(text), Q(code=text.strip())
    others = Q(pk__in=TerritoryName.objects.filter(named).values("territory"))
    others |= Q(pk__in=TerritoryCode.objects.filter(coded).values("territory"))
    shown = Territory.objects.select_related("tier", "iso", "parent__iso")
    matches = shown.filter(named | coded | others)
    if country is not None:
        matches = matches.filter(country=country)
    begins_so = Case(When(search_name__startswith=words[0], then=0), default=1)
    return list(matches.order_by(begins_so, alphabetical(language), "country", "code")[:limit])


def words_begin(text: str) -> Q:
    """Each typed word begins a word of `search_name`, accents apart; of whatever model has one."""
    condition = Q()
    for word in folded(text).split():
        condition &= Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    return condition


def found_as(text: str, places: Iterable[Territory]) -> dict[int, TerritoryName]:
    """The other name by which `search` found a territory, by its key; those found by their own name are left out."""
    words = folded(text).split()
    keys = [place.pk for place in places if not _begin(words, place.search_name)]
    names = TerritoryName.objects.filter(words_begin(text), territory__in=keys).order_by("-name", "-pk")
    return {name.territory_id: name for name in names}


def _begin(words: list[str], name: str) -> bool:
    return all(f" {word}" in f" {name}" for word in words)


def existing(on: date | None = None) -> Q:
    """Territories that exist on the day; without one, those of which no end is known."""
    if on is None:
        return Q(valid_to=None)
    return (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gt=on))


def tiers(country: str) -> list[Tier]:
    """The country's levels from the top; none if it keeps to country, department, municipality."""
    return list(Tier.objects.filter(country=country).order_by("rank"))


def tier_name(place: Territory, language: str | None = None) -> str:
    """What the country calls a territory of this level; empty where it has declared none."""
    return place.tier.name(language) if place.tier else ""


def named(country: str, code: str) -> Territory | None:
    """The territory of a code, with the way up from it (a deeper one is read as it is walked)."""
    found = Territory.objects.select_related("tier", "iso", "parent__parent__parent__parent")
    return found.filter(country=country, code=code).first()


def below(place: Territory) -> QuerySet[Territory]:
    """What hangs from it, with what no longer exists."""
    return Territory.objects.filter(parent=place).select_related("tier")


def ancestors(place: Territory) -> list[Territory]:
    """From the country down to what the territory hangs from."""
    above: list[Territory] = []
    while place.parent_id is not None and place.parent is not None:
        place = place.parent
        above.insert(0, place)
    return above


def by_code(country: str, scheme: str, code: str, on: date | None = None) -> Territory | None:
    """The territory that has the code on the day (without one: has it now) in the scheme."""
    held = TerritoryCode.objects.filter(existing(on), territory__country=country, scheme=scheme, code=code)
    found = held.select_related("territory").first()
    return found.territory if found else None


def changes(country: str, after: date | None = None, until: date | None = None) -> list[list[Link]]:
    """What to carry a series over (`places.carrying`), in order: changes after one day and not after another."""
    links = ChangeLink.objects.filter(change__country=country)
    if after is not None:
        links = links.filter(change__day__gt=after)
    if until is not None:
        links = links.filter(change__day__lte=until)
    found: dict[int, list[Link]] = {}
    rows = links.values_list("change", "predecessor__code", "successor__code", "weight")
    for change, predecessor, successor, weight in rows.order_by("change__day", "change__label", "pk"):
        found.setdefault(change, []).append(Link(predecessor, successor, weight))
    return list(found.values())


def history(place: Territory) -> list[list[ChangeLink]]:
    """The changes that the territory was in, in order, each with all of its links."""
    own = ChangeLink.objects.filter(Q(predecessor=place) | Q(successor=place)).values("change")
    links = ChangeLink.objects.filter(change__in=own).order_by(
        "change__day", "change__label", "predecessor__code", "-weight", "successor__code"
    )
    found: dict[int, list[ChangeLink]] = {}
    for link in links.select_related("change", "predecessor", "successor", "former_parent"):
        found.setdefault(link.change_id, []).append(link)
    return list(found.values())


def other_names(place: Territory) -> list[TerritoryName]:
    names = TerritoryName.objects.filter(territory=place).order_by("valid_from", "pk")
    return sorted(names, key=lambda other: (other.kind, other.language, in_alphabet(other.name)))


def other_codes(place: Territory) -> list[TerritoryCode]:
    return list(TerritoryCode.objects.filter(territory=place).order_by("scheme", "valid_from", "code"))


def region() -> list[Country]:
    """The countries that have been laid, with their territories."""
    return list(Country.objects.select_related("territory"))


def boundaries(places: Iterable[int]) -> dict[int, shapely.Geometry]:
    """Geometries (WGS 84) by territory key; those without one are left out."""
    rows = list(Boundary.objects.filter(territory__in=list(places)).values_list("territory_id", "wkb"))
    geometries = shapely.from_wkb([bytes(wkb) for _, wkb in rows])
    return {key: geometry for (key, _), geometry in zip(rows, geometries, strict=True)}
