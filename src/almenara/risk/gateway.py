"""The only door to the engine: a release folder comes in checked, and only what may be public goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from almenara.common.errors import Fault, RefusedError
from mirti.disclosure import public_columns
from mirti.errors import InputError, Problem
from mirti.io.release_reader import read_release, verify_release
from mirti.io.release_tables import Release
from mirti.io.release_writer import MANIFEST, sha256
from mirti.release import (
    AREAS,
    COEFFICIENTS,
    DOMAINS,
    DRIVERS,
    HOTSPOTS,
    PROFILE,
    SCENARIOS,
    TYPES,
    WEIGHTS,
    Table,
)
from mirti.report import told
from mirti.report.catalogue import Language

Row = dict[str, Any]

CLASS_PROBABILITY = "p_"
# The survey's own rates stay in the folder: the nation's and the departments' too. Why a department takes the country's
# shift would say of some that none of its sampled children works, or that all of them do.
PRIVATE_DIAGNOSTICS: dict[str, Any] = {
    "national": True,
    "validation": True,
    "model": {"measures": {"direct_rate", "mean_prediction"}},
    "benchmark": {"__all__": {"reason"}},
}


@dataclass(frozen=True)
class AreaShape:
    """A polygon of the release's map; some have no estimate (created since the census)."""

    code: str
    name: str
    parent: str | None
    geometry: shapely.Geometry


@dataclass(frozen=True)
class ReleaseFolder:
    """A verified release, as plain records without any column that is not public.

    areas, domains, drivers, coefficients, profile, weights, scenarios, hot_spots, types: one record a row, as
    mirti.release declares them, none where the release has no such table; in areas the columns p_1, p_2, … are gathered
    in "class_probabilities" (None without draws).
    """

    release_id: str
    content_hash: str
    schema_version: str
    created: datetime
    country: str
    country_names: dict[str, str]
    titles: dict[str, str]
    outcome_kind: str
    outcome_labels: dict[str, str]
    ages: tuple[int, int]
    measure: str
    survey_year: int | None
    census_year: int | None
    interval_kind: str
    manifest: Row
    classes: Row
    diagnostics: Row
    areas: tuple[Row, ...]
    domains: tuple[Row, ...]
    drivers: tuple[Row, ...]
    coefficients: tuple[Row, ...]
    profile: tuple[Row, ...]
    weights: tuple[Row, ...]
    scenarios: tuple[Row, ...]
    hot_spots: tuple[Row, ...]
    types: tuple[Row, ...]
    shapes: tuple[AreaShape, ...]


def open_release(folder: Path) -> ReleaseFolder:
    """Verify the folder and read it. Raises RefusedError with everything that verification found."""
    try:
        problems = verify_release(folder)
        if problems:
            raise RefusedError(_faults(problems))
        return _public(read_release(folder), sha256(folder / MANIFEST))
    except InputError as error:
        raise RefusedError(_faults(error.problems)) from None


def _faults(problems: Sequence[Problem]) -> list[Fault]:
    return [Fault(p.what, p.where, p.remedy, tuple(p.items), p.count) for p in problems]


def _public(release: Release, content_hash: str) -> ReleaseFolder:
    manifest = release.manifest
    return ReleaseFolder(
        release_id=manifest.release_id,
        content_hash=content_hash,
        schema_version=manifest.schema_version,
        created=manifest.created,
        country=manifest.country,
        country_names=manifest.country_name.model_dump(),
        titles=manifest.title.model_dump(),
        outcome_kind=str(manifest.outcome.rule.get("kind", "")),
        outcome_labels=manifest.outcome.label.model_dump(),
        ages=manifest.ages,
        measure=manifest.measure,
        survey_year=manifest.survey_year,
        census_year=manifest.census_year,
        interval_kind=manifest.interval_kind,
        manifest=manifest.model_dump(mode="json"),
        classes=release.classes.model_dump(mode="json", by_alias=True),
        diagnostics=release.diagnostics.model_dump(mode="json", exclude=PRIVATE_DIAGNOSTICS),
        areas=tuple(_gathered(row) for row in _rows(release, AREAS)),
        domains=tuple(_rows(release, DOMAINS)),
        drivers=tuple(_rows(release, DRIVERS)),
        coefficients=tuple(_rows(release, COEFFICIENTS)),
        profile=tuple(_rows(release, PROFILE)),
        weights=tuple(_rows(release, WEIGHTS)),
        scenarios=tuple(_rows(release, SCENARIOS)),
        hot_spots=tuple(_rows(release, HOTSPOTS)),
        types=tuple(_rows(release, TYPES)),
        shapes=tuple(_shapes(release.geojson)),
    )


def _rows(release: Release, declared: Table) -> list[Row]:
    table = release.tables.get(declared.name)
    if table is None:
        return []
    rows: list[Row] = table.select(public_columns(declared.name, table.column_names)).to_pylist()
    return rows


def _gathered(row: Row) -> Row:
    """The columns p_1, p_2, … as one list, in order of class."""
    numbered = {
        int(name[len(CLASS_PROBABILITY) :]): value
        for name, value in row.items()
        if name.startswith(CLASS_PROBABILITY) and name[len(CLASS_PROBABILITY) :].isdigit()
    }
    rest = {
        name: value
        for name, value in row.items()
        if name not in {f"{CLASS_PROBABILITY}{n}" for n in numbered}
    }
    probabilities = [numbered[number] for number in sorted(numbered)]
    known = bool(probabilities) and None not in probabilities
    return {**rest, "class_probabilities": probabilities if known else None}


def _shapes(geojson: dict[str, Any] | None) -> Iterable[AreaShape]:
    features = [] if geojson is None else geojson["features"]
    for feature in features:
        about = feature["properties"]
        yield AreaShape(
            code=about["code"],
            name=about["name"],
            parent=about.get("parent"),
            geometry=shapely.geometry.shape(feature["geometry"]),
        )


def warnings_in(warnings: Sequence[str], language: str) -> list[tuple[str, bool]]:
    """A release's warnings as its own report tells them, and of each whether it is in the language (es, pt, en, fr)."""
    said = told.warnings_in(warnings, Language(language, told.PAGE))
    return [(warning.text, warning.translated) for warning in said]
