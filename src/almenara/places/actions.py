"""What is written of places. Each action is one transaction: everything, or nothing and the list of what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import transaction

from almenara.accounts.models import User
from almenara.common.errors import Fault, RefusedError
from almenara.common.locks import write_alone
from almenara.places.dissolve import with_dissolved
from almenara.places.mending import checked_records, mended_records
from almenara.places.models import Boundary, Level, Population, Territory
from almenara.places.polygons import AreaChange
from almenara.places.records import PopulationRecord, TerritoryRecord

_DEPTH = {Level.COUNTRY: 0, Level.DEPARTMENT: 1, Level.MUNICIPALITY: 2}
BATCH = 1000


@dataclass(frozen=True)
class Saved:
    created: int
    updated: int
    boundaries: int


@dataclass(frozen=True)
class Imported:
    """changes: how mending changed areas; empty without repair."""

    saved: Saved
    changes: tuple[AreaChange, ...]


def import_territories(
    *,
    country: str,
    records: Sequence[TerritoryRecord],
    by: User | None,
    repair: bool = False,
    tolerance: float = 0.01,
) -> Imported:
    """Save territories whose polygons are valid and do not overlap; with repair, once they have been mended.

    tolerance: the largest share of its area that a territory may gain or lose by mending.
    Raises RefusedError, with nothing changed and everything that is wrong listed.
    """
    check_records(country, records, known_territories(country))
    mended, changes = mended_records(records, tolerance) if repair else (checked_records(records), [])
    saved = save_territories(country=country, records=mended, by=by)
    return Imported(saved, tuple(changes))


def known_territories(country: str) -> dict[str, Territory]:
    return {place.code: place for place in Territory.objects.filter(country=country)}


@transaction.atomic
def save_territories(
    *, country: str, records: Sequence[TerritoryRecord], by: User | None, keep_known: bool = False
) -> Saved:
    """Create the territories, and bring known ones up to the records (keep_known: leave those as they are).

    Boundaries that the records of departments and country lack are dissolved from the records below them.
    Raises RefusedError: duplicate codes, parents that do not exist or are not above, a level that changed.
    """
    write_alone(country)
    known = known_territories(country)
    check_records(country, records, known)
    wanted = [record for record in with_dissolved(records) if not (keep_known and record.code in known)]
    created, updated = _write(country, wanted, known)
    return Saved(created, updated, _write_boundaries(wanted, known))


def check_records(country: str, records: Sequence[TerritoryRecord], known: dict[str, Territory]) -> None:
    """Raises RefusedError with every fault of the codes, names and parents."""
    levels = {code: str(place.level) for code, place in known.items()} | {
        r.code: str(r.level) for r in records
    }
    faults = [
        *_fault_if("Codes appear more than once.", "Give each territory its own code.", _twins(records)),
        *_fault_if("Territories have no name.", "Name every territory.", _nameless(records)),
        *_fault_if(
            "Territories name a parent that does not exist.",
            "Add the parents to the table (columns code, name, level), or correct the parent's code.",
            [f"{r.code} → {r.parent}" for r in records if r.parent is not None and r.parent not in levels],
        ),
        *_fault_if(
            "Territories hang from one that is not above them.",
            "A municipality belongs to a department or to the country, a department to the country.",
            [f"{r.code} → {r.parent}" for r in records if r.parent in levels and not _is_above(r, levels)],
        ),
        *_fault_if(
            "Territories have no parent and are not the country.",
            f"Give them a parent; the country's own code is {country}.",
            [
                r.code
                for r in records
                if r.parent is None and not (r.level == Level.COUNTRY and r.code == country)
            ],
        ),
        *_fault_if(
            "Territories are known at another level.",
            "Give the new territory a code of its own.",
            [r.code for r in records if r.code in known and known[r.code].level != r.level],
        ),
    ]
    if faults:
        raise RefusedError(faults)


def _fault_if(what: str, remedy: str, items: Iterable[str]) -> list[Fault]:
    listed = tuple(items)
    return [Fault(what, "territories", remedy, listed, len(listed))] if listed else []


def _twins(records: Sequence[TerritoryRecord]) -> list[str]:
    return sorted(code for code, times in Counter(record.code for record in records).items() if times > 1)


def _nameless(records: Sequence[TerritoryRecord]) -> list[str]:
    return [record.code for record in records if not record.name.strip()]


def _is_above(record: TerritoryRecord, levels: dict[str, str]) -> bool:
    return _DEPTH[Level(levels[str(record.parent)])] < _DEPTH[Level(record.level)]


def _write(country: str, records: Sequence[TerritoryRecord], known: dict[str, Territory]) -> tuple[int, int]:
    """From the top of the tree down, so that every parent has its key; known gains the new ones."""
    created = updated = 0
    for level in _DEPTH:
        new: list[Territory] = []
        old: list[Territory] = []
        for record in (record for record in records if record.level == level):
            place = known.get(record.code)
            (old if place else new).append(_filled(place or Territory(), country, record, known))
        Territory.objects.bulk_create(new, BATCH)
        for place in old:
            place.save()
        known.update({place.code: place for place in new})
        created, updated = created + len(new), updated + len(old)
    return created, updated


def _filled(
    place: Territory, country: str, record: TerritoryRecord, known: dict[str, Territory]
) -> Territory:
    place.code, place.country, place.level, place.name = record.code, country, record.level, record.name
    place.parent = None if record.parent is None else known[record.parent]
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
def save_population(*, country: str, records: Sequence[PopulationRecord], by: User | None) -> int:
    """Write the counts, those of the same group and source replaced. Raises RefusedError: unknown territories."""
    keys = dict(Territory.objects.filter(country=country).values_list("code", "pk"))
    unknown = sorted({record.code for record in records} - set(keys))
    faults = _fault_if("Territories are unknown.", "Import them first, or correct their codes.", unknown)
    if faults:
        raise RefusedError(faults)
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
