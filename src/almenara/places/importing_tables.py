"""`almenara places tables`: tables of one country → records → one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from almenara.common.errors import Fault, RefusedError
from almenara.places import reading_histories as histories
from almenara.places.actions import save_population, save_territories
from almenara.places.actions.histories import save_changes, save_codes, save_names
from almenara.places.actions.levels import save_tiers
from almenara.places.importing import known_rows
from almenara.places.joining import records_from
from almenara.places.ladder import ladder_of
from almenara.places.reading import read_population, read_table
from almenara.places.weighing import TOLERANCE


@dataclass(frozen=True)
class Tables:
    """Which tables were given; see the command's help. encoding: of those that are CSV and not in UTF-8."""

    country: str
    country_name: str = ""
    levels: Path | None = None
    territories: Path | None = None
    codes: Path | None = None
    names: Path | None = None
    changes: Path | None = None
    population: Path | None = None
    tolerance: float = TOLERANCE
    encoding: str = ""


@transaction.atomic
def import_tables(asked: Tables, by: AbstractBaseUser | None = None) -> dict[str, int]:
    """How many of each kind were written, in the order in which they depend on each other: all tables, or none.

    Raises RefusedError with every fault of the first table that has any.
    """
    steps = {
        "levels": _levels,
        "territories": _territories,
        "codes": _codes,
        "names": _names,
        "changes": _changes,
        "population counts": _population,
    }
    paths = (asked.levels, asked.territories, asked.codes, asked.names, asked.changes, asked.population)
    given = [
        (name, step, path)
        for (name, step), path in zip(steps.items(), paths, strict=True)
        if path is not None
    ]
    if not given:
        remedy = "Give at least one of --levels, --territories, --codes, --names, --changes, --population."
        raise RefusedError(Fault("No table was given.", asked.country, remedy))
    return {name: step(asked, path, by) for name, step, path in given}


def _levels(asked: Tables, path: Path, by: AbstractBaseUser | None) -> int:
    records = histories.read_tiers(path, asked.encoding)
    return save_tiers(country=asked.country, records=records, by=by)


def _territories(asked: Tables, path: Path, by: AbstractBaseUser | None) -> int:
    records = records_from(
        asked.country,
        asked.country_name,
        [],
        read_table(path, asked.encoding),
        known=known_rows(asked.country),
        source=path.name,
        ladder=ladder_of(asked.country),
    )
    saved = save_territories(country=asked.country, records=records, by=by)
    return saved.created + saved.updated


def _codes(asked: Tables, path: Path, by: AbstractBaseUser | None) -> int:
    return save_codes(country=asked.country, records=histories.read_codes(path, asked.encoding), by=by)


def _names(asked: Tables, path: Path, by: AbstractBaseUser | None) -> int:
    return save_names(country=asked.country, records=histories.read_names(path, asked.encoding), by=by)


def _changes(asked: Tables, path: Path, by: AbstractBaseUser | None) -> int:
    records = histories.read_changes(path, asked.encoding)
    return save_changes(country=asked.country, records=records, by=by, tolerance=asked.tolerance)


def _population(asked: Tables, path: Path, by: AbstractBaseUser | None) -> int:
    return save_population(country=asked.country, records=read_population(path, asked.encoding), by=by)
