"""The countries of the region, with their codes, names and outlines."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from almenara.common.locks import write_alone
from almenara.places.models import Boundary, Country, Level, NameKind, Territory, TerritoryCode, TerritoryName
from almenara.places.region import OUTLINES, REGION, CountryRecord, outlines

ISO = "ISO 3166-1"
CLDR = "Unicode CLDR"


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
    created = drawn = 0
    for record in REGION:
        write_alone(record.alpha3)
        place, is_new = Territory.objects.get_or_create(
            country=record.alpha3,
            code=record.alpha3,
            defaults={"level": Level.COUNTRY, "name": record.name("es"), "source": CLDR},
        )
        created += is_new
        drawn += _draw(place, shapes[record.numeric])
        _name(place, record)
    return Laid(len(REGION), created, drawn)


def _draw(place: Territory, shape: shapely.Geometry) -> bool:
    known = Boundary.objects.filter(territory=place).values_list("source", flat=True).first()
    if known is not None and known != OUTLINES:
        return False
    Boundary.objects.update_or_create(
        territory=place, defaults={"wkb": shapely.to_wkb(shape), "source": OUTLINES}
    )
    place.west, place.south, place.east, place.north = shape.bounds
    inside = shape.point_on_surface()
    place.longitude, place.latitude = inside.x, inside.y
    place.save()
    return True


def _name(place: Territory, record: CountryRecord) -> None:
    Country.objects.update_or_create(
        territory=place,
        defaults={
            "alpha2": record.alpha2,
            "alpha3": record.alpha3,
            "numeric": record.numeric,
            **{f"name_{language}": name for language, name in record.names.items()},
            "capital": record.capital,
            "capital_longitude": record.longitude,
            "capital_latitude": record.latitude,
        },
    )
    for scheme in ("alpha2", "alpha3", "numeric"):
        TerritoryCode.objects.get_or_create(
            territory=place,
            scheme=f"iso3166-{scheme}",
            code=getattr(record, scheme),
            defaults={"source": ISO},
        )
    for language, name in [*record.names.items(), ("en", record.long_name)]:
        TerritoryName.objects.get_or_create(
            territory=place,
            name=name,
            kind=NameKind.ALTERNATE,
            language=language,
            defaults={"source": CLDR},
        )
