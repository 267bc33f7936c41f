"""Territories, their boundaries and their people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from almenara.common.locks import write_alone
from almenara.places.checks import check_population, check_records
from almenara.places.dissolve import with_dissolved
from almenara.places.ladder import Ladder, ladder_of
from almenara.places.mending import Repair, checked_records, mended_records
from almenara.places.models import Boundary, Population, Territory
from almenara.places.records import PopulationRecord, TerritoryRecord

BATCH = 1000
WRITTEN = ("level", "tier", "parent", "name", "west", "south", "east", "north", "longitude", "latitude", "valid_from",
           "valid_to", "source", "sort_key_es", "sort_key_pt", "sort_key_en", "sort_key_fr", "search_name")  # fmt: skip


@dataclass(frozen=True)
class Saved:
    created: int
    updated: int
    boundaries: int


@dataclass(frozen=True)
class Imported:
    """repair: what was wrong with the polygons, and how mending changed areas; empty without repair."""

    saved: Saved
    repair: Repair


def import_territories(
    *,
    country: str,
    records: Sequence[TerritoryRecord],
    by: AbstractBaseUser | None,
    repair: bool = False,
    tolerance: float = 0.01,
    accepted: Collection[str] = (),
) -> Imported:
    """Save territories whose polygons are valid and do not overlap; with repair, once they have been mended.

    tolerance: the largest share of its area that a territory may gain or lose by mending; those accepted, by
    their codes, may by more.
    Raises RefusedError, with nothing changed and everything that is wrong listed.
    """
    check_records(country, records, known_territories(country), ladder_of(country))
    mended, done = (
        mended_records(records, tolerance, accepted) if repair else (checked_records(records), Repair())
    )
    saved = save_territories(country=country, records=mended, by=by)
    return Imported(saved, done)


def known_territories(country: str) -> dict[str, Territory]:
    return {place.code: place for place in Territory.objects.filter(country=country).select_related("tier")}


@transaction.atomic
def save_territories(
    *, country: str, records: Sequence[TerritoryRecord], by: AbstractBaseUser | None, keep_known: bool = False
) -> Saved:
    """Create the territories, and bring known ones up to the records (keep_known: leave those as they are).

    Boundaries that the records of departments and country lack are dissolved from the records below them.
    Raises RefusedError: duplicate codes, parents that do not exist or are not above, a level that changed.
    """
    write_alone(country)
    known, ladder = known_territories(country), ladder_of(country)
    check_records(country, records, known, ladder)
    wanted = [
        record for record in with_dissolved(records, ladder) if not (keep_known and record.code in known)
    ]
    created, updated = _write(country, wanted, known, ladder)
    return Saved(created, updated, _write_boundaries(wanted, known))


def _write(
    country: str, records: Sequence[TerritoryRecord], known: dict[str, Territory], ladder: Ladder
) -> tuple[int, int]:
    """From the top of the tree down, so that every parent has its key; known gains the new ones.

    A level is written at once, what is known by the same statement as what is new: its columns for search and order are
    computed on the way, and the triggers of rows fire.
    """
    codes = {record.code for record in records}
    updated = len(codes & known.keys())
    for depth in sorted({ladder.depth(record) for record in records}):
        places = [
            _filled(known.get(record.code) or Territory(), country, record, known, ladder)
            for record in records
            if ladder.depth(record) == depth
        ]
        Territory.objects.bulk_create(
            places, BATCH, update_conflicts=True, unique_fields=["country", "code"], update_fields=WRITTEN
        )
        known.update({place.code: place for place in places})
    return len(codes) - updated, updated


def _filled(
    place: Territory, country: str, record: TerritoryRecord, known: dict[str, Territory], ladder: Ladder
) -> Territory:
    place.code, place.country, place.level, place.name = record.code, country, record.level, record.name
    place.parent = None if record.parent is None else known[record.parent]
    place.tier = ladder.tier(record.tier or (ladder.find(record.level) or ("", ""))[1])
    place.valid_from, place.valid_to, place.source = record.valid_from, record.valid_to, record.source
    if record.geometry is not None and not record.geometry.is_empty:
        place.west, place.south, place.east, place.north = record.geometry.bounds
        inside = record.geometry.point_on_surface()
        place.longitude, place.latitude = inside.x, inside.y
    return place


def _write_boundaries(records: Sequence[TerritoryRecord], known: dict[str, Territory]) -> int:
    rows = [
        Boundary(territory=known[record.code], wkb=shapely.to_wkb(record.geometry), source=record.source)
        for record in records
        if record.geometry is not None and not record.geometry.is_empty
    ]
    Boundary.objects.bulk_create(
        rows, BATCH, update_conflicts=True, unique_fields=["territory"], update_fields=["wkb", "source"]
    )
    return len(rows)


@transaction.atomic
def save_population(*, country: str, records: Sequence[PopulationRecord], by: AbstractBaseUser | None) -> int:
    """Write the counts, those of the same group and source replaced. Raises RefusedError with every fault."""
    keys = dict(Territory.objects.filter(country=country).values_list("code", "pk"))
    check_population(records, keys)
    rows = [
        Population(territory_id=keys[record.code], **_group(record), count=record.count) for record in records
    ]
    group = ["territory", "year", "age_from", "age_to", "sex", "source"]
    Population.objects.bulk_create(
        rows, BATCH, update_conflicts=True, unique_fields=group, update_fields=["count"]
    )
    return len(rows)


def _group(record: PopulationRecord) -> dict[str, Any]:
    names = ("year", "age_from", "age_to", "sex", "source")
    return {name: getattr(record, name) for name in names}
