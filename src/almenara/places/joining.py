"""Polygons and tables joined into one list of territories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

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
    known: Sequence[Row] = (),
    parent_digits: int = 0,
    source: str,
) -> list[TerritoryRecord]:
    """Polygons and table joined by code: what the table says goes before what the polygons' file says.

    Departments that only a parent_name tells of are included. A territory without parent hangs from the one whose code
    is its first parent_digits characters, or stays where it is known to hang, or hangs from the country. Known
    departments and the country are included, to be drawn anew, where everything below them is drawn. Twins are kept,
    for the checks to refuse.
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
    rows += _wholly_drawn(rows, known)
    before = {row.code: row for row in known}
    return [
        _record(_completed(row, before.get(row.code), parent_digits), country, parent_digits, source)
        for row in rows
    ] + _table_twins(table, drawn, country, source)


def _wholly_drawn(rows: Sequence[Row], known: Sequence[Row]) -> list[Row]:
    """Known territories that no row names and below which every municipality that still exists has a polygon."""
    listed, drawn = {row.code for row in rows}, {row.code for row in rows if row.geometry is not None}
    parents = {row.code: row.parent for row in known}
    below: dict[str, set[str]] = {}
    for row in known:
        if row.level == Level.MUNICIPALITY and row.valid_to is None:
            for above in (row.parent, parents.get(row.parent, "")):
                below.setdefault(above, set()).add(row.code)
    return [row for row in known if row.code not in listed and below.get(row.code, {""}) <= drawn]


def _completed(row: Row, before: Row | None, parent_digits: int) -> Row:
    """The row with the name, level and parent that are known, where the files are silent."""
    if before is None:
        return row
    level = row.level or before.level
    from_code = parent_digits and level == Level.MUNICIPALITY
    return replace(
        row,
        name=row.name or before.name,
        level=level,
        parent=row.parent or ("" if from_code else before.parent),
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
