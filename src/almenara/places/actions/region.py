"""The countries of the region, with their codes, names and outlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import shapely
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from almenara.common.locks import write_alone
from almenara.places.models import (
    LANGUAGES,
    Boundary,
    Country,
    Level,
    NameKind,
    Territory,
    TerritoryCode,
    TerritoryName,
)
from almenara.places.region import OUTLINES, REGION, CountryRecord, outlines

ISO = "ISO 3166-1"
CLDR = "Unicode CLDR"
CODES = [record.alpha3 for record in REGION]
WRITTEN = ["alpha2", "alpha3", "numeric", *(f"name_{language}" for language in LANGUAGES), "capital",
           "capital_longitude", "capital_latitude"]  # fmt: skip


@dataclass(frozen=True)
class Laid:
    """created: countries that were not known. drawn: those that got an outline; others have a better boundary."""

    countries: int
    created: int
    drawn: int


@transaction.atomic
def lay_region(*, by: AbstractBaseUser | None) -> Laid:
    """Bring the 33 countries in, or up to date. A known country keeps its name, and any boundary of its own.

    Raises MachineError where the outlines are not installed.
    """
    shapes = outlines()
    for record in REGION:
        write_alone(record.alpha3)
    known = {place.code: place for place in Territory.objects.filter(country__in=CODES, code=F("country"))}
    better = set(
        Boundary.objects.filter(territory__in=known.values())
        .exclude(source=OUTLINES)
        .values_list("territory__code", flat=True)
    )
    places = {record.alpha3: known.get(record.alpha3) or _new(record) for record in REGION}
    drawn = {record.alpha3: shapes[record.numeric] for record in REGION if record.alpha3 not in better}
    _draw(places, drawn)
    _name(places)
    return Laid(len(REGION), len(REGION) - len(known), len(drawn))


def _new(record: CountryRecord) -> Territory:
    return Territory(
        country=record.alpha3,
        code=record.alpha3,
        level=Level.COUNTRY,
        name=record.name("es"),
        source=CLDR,
    )


def _draw(places: Mapping[str, Territory], shapes: Mapping[str, shapely.Geometry]) -> None:
    """Writes the territories too, and gives the new ones their keys: only what is known has a better boundary."""
    for code, shape in shapes.items():
        place, inside = places[code], shape.point_on_surface()
        place.west, place.south, place.east, place.north = shape.bounds
        place.longitude, place.latitude = inside.x, inside.y
    Territory.objects.bulk_create(
        [places[code] for code in shapes],
        update_conflicts=True,
        unique_fields=["country", "code"],
        update_fields=["west", "south", "east", "north", "longitude", "latitude"],
    )
    Boundary.objects.bulk_create(
        [
            Boundary(territory=places[code], wkb=shapely.to_wkb(shape), source=OUTLINES)
            for code, shape in shapes.items()
        ],
        update_conflicts=True,
        unique_fields=["territory"],
        update_fields=["wkb", "source"],
    )


def _name(places: Mapping[str, Territory]) -> None:
    countries = [_country(places[record.alpha3], record) for record in REGION]
    Country.objects.bulk_create(
        countries, update_conflicts=True, unique_fields=["territory"], update_fields=WRITTEN
    )
    codes = [code for record in REGION for code in _codes(places[record.alpha3], record)]
    TerritoryCode.objects.bulk_create(codes, ignore_conflicts=True)
    names = [name for record in REGION for name in _names(places[record.alpha3], record)]
    TerritoryName.objects.bulk_create(names, ignore_conflicts=True)


def _country(place: Territory, record: CountryRecord) -> Country:
    return Country(
        territory=place,
        alpha2=record.alpha2,
        alpha3=record.alpha3,
        numeric=record.numeric,
        **{f"name_{language}": name for language, name in record.names.items()},
        capital=record.capital,
        capital_longitude=record.longitude,
        capital_latitude=record.latitude,
    )


def _codes(place: Territory, record: CountryRecord) -> Iterator[TerritoryCode]:
    for scheme in ("alpha2", "alpha3", "numeric"):
        yield TerritoryCode(
            territory=place, scheme=f"iso3166-{scheme}", code=getattr(record, scheme), source=ISO
        )


def _names(place: Territory, record: CountryRecord) -> Iterator[TerritoryName]:
    for language, name in [*record.names.items(), ("en", record.long_name)]:
        yield TerritoryName(
            territory=place, name=name, kind=NameKind.ALTERNATE, language=language, source=CLDR
        )
