"""Polygons and tables joined into one list of territories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from almenara.common.errors import Fault, RefusedError
from almenara.places.models import Level
from almenara.places.reading import Row
from almenara.places.records import TerritoryRecord


def records_from(
    country: str,
    country_name: str,
    polygons: Sequence[Row],
    table: Sequence[Row],
    *,
    parent_digits: int = 0,
    source: str,
) -> list[TerritoryRecord]:
    """Polygons and table joined by code: what the table says goes before what the polygons' file says.

    Departments that only a parent_name tells of are included; a territory without parent hangs from the country, or
    from the territory whose code is its first parent_digits characters. Twins are kept, for the checks to refuse.
    """
    said = {row.code: row for row in table}
    drawn = {row.code for row in polygons}
    rows = [_merged(row, said.get(row.code)) for row in polygons] + [
        row for row in table if row.code not in drawn
    ]
    listed = {row.code for row in rows}
    implied = {
        row.parent: row.parent_name
        for row in rows
        if row.parent_name and row.parent not in listed | {country}
    }
    rows += [Row(code, name, country, level=Level.DEPARTMENT) for code, name in implied.items()]
    if country_name and country not in listed:
        rows.append(Row(country, country_name, level=Level.COUNTRY))
    return [_record(row, country, parent_digits, source) for row in rows] + _table_twins(
        table, drawn, country, source
    )


def _table_twins(table: Sequence[Row], drawn: set[str], country: str, source: str) -> list[TerritoryRecord]:
    """A code that stands twice in the table and once on the map: the join hid the second."""
    times = Counter(row.code for row in table if row.code in drawn)
    return [_record(row, country, 0, source) for row in table if times[row.code] > 1]


def _merged(drawn: Row, said: Row | None) -> Row:
    if said is None:
        return drawn
    texts = {
        name: getattr(said, name) or getattr(drawn, name)
        for name in ("name", "parent", "parent_name", "level")
    }
    return Row(
        drawn.code, **texts, valid_from=said.valid_from, valid_to=said.valid_to, geometry=drawn.geometry
    )


def _record(row: Row, country: str, parent_digits: int, source: str) -> TerritoryRecord:
    level = row.level or (Level.COUNTRY if row.code == country else Level.MUNICIPALITY)
    if level not in Level.values:
        remedy = f"Use one of {', '.join(Level.values)}."
        raise RefusedError(Fault(f"'{row.level}' is not a level.", f"territory {row.code}", remedy))
    above = row.parent or (
        row.code[:parent_digits] if parent_digits and level == Level.MUNICIPALITY else country
    )
    parent = None if level == Level.COUNTRY else above
    return TerritoryRecord(
        row.code, row.name, level, parent, row.geometry, row.valid_from, row.valid_to, source
    )
