"""The territories a release speaks of, as records for places: its country, departments, areas and map."""

from __future__ import annotations

from collections.abc import Iterator

from almenara.places.models import Level
from almenara.places.records import TerritoryRecord
from almenara.risk.gateway import ReleaseFolder


def records_of(data: ReleaseFolder) -> list[TerritoryRecord]:
    """Areas that the release's map shows without an estimate (created since the census) are included."""
    return [*_domains(data), *_areas(data), *_without_estimate(data)]


def _domains(data: ReleaseFolder) -> Iterator[TerritoryRecord]:
    for row in data.domains:
        if row["level"] == Level.COUNTRY:
            yield TerritoryRecord(
                row["code"], data.country_names["es"], Level.COUNTRY, source=data.release_id
            )
        else:
            yield TerritoryRecord(
                row["code"], row["name"], Level.DEPARTMENT, data.country, source=data.release_id
            )


def _areas(data: ReleaseFolder) -> Iterator[TerritoryRecord]:
    shapes = {shape.code: shape.geometry for shape in data.shapes}
    for row in data.areas:
        yield TerritoryRecord(
            row["code"],
            row["name"],
            Level.MUNICIPALITY,
            row["parent"] or data.country,
            shapes.get(row["code"]),
            source=data.release_id,
        )


def _without_estimate(data: ReleaseFolder) -> Iterator[TerritoryRecord]:
    """A parent that the release does not know either is left out: the country stands in for it."""
    departments = {row["code"] for row in data.domains}
    estimated = {row["code"] for row in data.areas}
    for shape in data.shapes:
        if shape.code not in estimated:
            parent = shape.parent if shape.parent in departments else data.country
            yield TerritoryRecord(
                shape.code, shape.name, Level.MUNICIPALITY, parent, shape.geometry, source=data.release_id
            )
