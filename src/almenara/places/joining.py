"""Polygons and tables joined into one list of territories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from almenara.common.errors import Fault, RefusedError
from almenara.places.ladder import PLAIN, Ladder
from almenara.places.models import FURTHER, Level
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
    ladder: Ladder = PLAIN,
) -> list[TerritoryRecord]:
    """Polygons and table joined by code: what the table says goes before what the polygons' file says.

    Departments that only a parent_name tells of are included. A territory without parent hangs from the one whose code
    is its first parent_digits characters, or stays where it is known to hang, or hangs from the country. Known
    departments and the country are included, to be drawn anew, where everything below them is drawn. Twins are kept,
    for the checks to refuse.
    """
    polygons, table = _levelled(polygons, ladder), _levelled(table, ladder)
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
        _record(_completed(row, before.get(row.code), parent_digits), country, parent_digits, source, ladder)
        for row in rows
    ] + [_record(row, country, 0, source, ladder) for row in _table_twins(table, drawn)]


def _levelled(rows: Sequence[Row], ladder: Ladder) -> list[Row]:
    """The rows with their levels under the names of the classes, and of the tiers that are in none."""
    return [replace(row, level=_class(row, ladder)) if row.level else row for row in rows]


def _class(row: Row, ladder: Ladder) -> str:
    found = ladder.find(row.level)
    if found is None:
        remedy = f"Use one of {', '.join(ladder.words)}."
        raise RefusedError(Fault(f"'{row.level}' is not a level.", f"territory {row.code}", remedy))
    level, tier = found
    return tier if level == FURTHER else level


def _wholly_drawn(rows: Sequence[Row], known: Sequence[Row]) -> list[Row]:
    """Known territories that no row names and below which every municipality that still exists has a polygon."""
    listed, drawn = {row.code for row in rows}, {row.code for row in rows if row.geometry is not None}
    parents = {row.code: row.parent for row in known}
    below: dict[str, set[str]] = {}
    for row in known:
        if row.level == Level.MUNICIPALITY and row.valid_to is None:
            above = row.parent
            while above:
                below.setdefault(above, set()).add(row.code)
                above = parents.get(above, "")
    return [row for row in known if row.code not in listed and below.get(row.code, {""}) <= drawn]


def _completed(row: Row, before: Row | None, parent_digits: int) -> Row:
    """The row with the name, level, parent and days that are known, where the files are silent."""
    if before is None:
        return row
    level = row.level or before.level
    from_code = parent_digits and level == Level.MUNICIPALITY
    return replace(
        row,
        name=row.name or before.name,
        level=level,
        parent=row.parent or ("" if from_code else before.parent),
        valid_from=row.valid_from or before.valid_from,
        valid_to=row.valid_to or before.valid_to,
    )


def _table_twins(table: Sequence[Row], drawn: set[str]) -> list[Row]:
    """A code that stands twice in the table and once on the map: the join hid the second."""
    times = Counter(row.code for row in table if row.code in drawn)
    return [row for row in table if times[row.code] > 1]


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


def _record(row: Row, country: str, parent_digits: int, source: str, ladder: Ladder) -> TerritoryRecord:
    word = row.level or (Level.COUNTRY if row.code == country else Level.MUNICIPALITY)
    level, tier = ladder.find(word) or (word, "")
    above = row.parent or (
        row.code[:parent_digits] if parent_digits and level == Level.MUNICIPALITY else country
    )
    parent = None if level == Level.COUNTRY else above
    return TerritoryRecord(
        row.code, row.name, level, parent, row.geometry, row.valid_from, row.valid_to, source, tier
    )
