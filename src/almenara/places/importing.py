"""`almenara places import`: files → records → one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from almenara.places.actions import Imported, import_territories, save_population
from almenara.places.joining import records_from
from almenara.places.ladder import ladder_of
from almenara.places.models import FURTHER, Territory
from almenara.places.reading import Columns, Row, read_polygons, read_population, read_table
from almenara.places.repair_report import write_report


@dataclass(frozen=True)
class Request:
    """What was asked for; see the command's help. encoding: of tables that are CSV and not in UTF-8."""

    polygons: Path
    country: str
    country_name: str = ""
    table: Path | None = None
    population: Path | None = None
    columns: Columns = field(default_factory=Columns)
    parent_digits: int = 0
    repair: bool = False
    tolerance: float = 0.01
    accepted: tuple[str, ...] = ()
    report: Path | None = None
    source: str = ""
    encoding: str = ""


@dataclass(frozen=True)
class Done:
    imported: Imported
    counts: int


@transaction.atomic
def import_files(asked: Request, by: AbstractBaseUser | None = None) -> Done:
    records = records_from(
        asked.country,
        asked.country_name,
        read_polygons(asked.polygons, asked.columns),
        read_table(asked.table, asked.encoding) if asked.table else [],
        known=known_rows(asked.country),
        parent_digits=asked.parent_digits,
        source=asked.source or asked.polygons.name,
        ladder=ladder_of(asked.country),
    )
    population = read_population(asked.population, asked.encoding) if asked.population else []
    imported = import_territories(
        country=asked.country, records=records, by=by, repair=asked.repair,
        tolerance=asked.tolerance, accepted=asked.accepted,
    )  # fmt: skip
    if asked.report:
        write_report(asked.report, imported.repair)
    return Done(imported, save_population(country=asked.country, records=population, by=by))


def known_rows(country: str) -> list[Row]:
    """The country's territories as a table would give them."""
    places = Territory.objects.filter(country=country).select_related("parent", "tier")
    return [
        Row(
            code=place.code,
            name=place.name,
            parent=place.parent.code if place.parent else "",
            level=place.tier.code if place.tier and place.level == FURTHER else str(place.level),
            valid_from=place.valid_from,
            valid_to=place.valid_to,
        )
        for place in places
    ]
