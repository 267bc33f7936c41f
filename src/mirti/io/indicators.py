"""The tables of an index: the number of children and the indicators of every area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ibis.backends.duckdb import Backend

from mirti.codes import number
from mirti.declarations.index import IndexDeclaration, IndexSpec, TableDeclaration
from mirti.documents import InputRecord
from mirti.errors import InputError, Problem
from mirti.io.areas import form_codes, join_codes, raw_area
from mirti.io.readers import Opened, open_source
from mirti.io.registers import check_numbers
from mirti.io.territories import check_once, record
from mirti.tables import Floats

FEWEST_AREAS = 3


@dataclass(frozen=True)
class IndicatorTable:
    """The areas of the index, in the order of their codes.

    children: (A,); values: (A, k) in the indicators' units and the spec's order, nan where missing; empty: codes of
    areas left out because they hold no child.
    """

    codes: tuple[str, ...]
    children: Floats
    values: Floats
    empty: tuple[str, ...]
    records: tuple[InputRecord, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """A table's columns by area code, nan where missing."""

    where: str
    columns: dict[str, dict[str, float]]
    record: InputRecord


def read_indicators(con: Backend, spec: IndexSpec) -> IndicatorTable:
    """Read every table that the spec names. The areas are those of the children's table.

    Raises InputError for a missing column, a value that is no number, an area listed twice, children that are missing
    or negative, a table none of whose codes is an area's, or too few areas.
    """
    declared = spec.declaration
    tables = {table.name: _read(con, spec, table) for table in declared.tables}
    codes, children = _children(declared, tables[declared.children.table])
    kept = children > 0
    empty = tuple(code for code, keep in zip(codes, kept, strict=True) if not keep)
    codes = tuple(code for code, keep in zip(codes, kept, strict=True) if keep)
    _check_areas(codes, tables[declared.children.table].where)
    return IndicatorTable(
        codes=codes,
        children=children[kept],
        values=_values(declared, tables, codes),
        empty=empty,
        records=tuple(table.record for table in tables.values()),
        warnings=tuple(_unjoined(tables, codes, empty)),
    )


def _read(con: Backend, spec: IndexSpec, table: TableDeclaration) -> _Read:
    opened = open_source(con, table.source, spec.path.parent, f"register:{table.name}")
    names = _columns(spec.declaration, table.name)
    for name in names:
        check_numbers(opened, name)
    rows = _rows(opened, table, names)
    codes = form_codes(rows["area"], table.area, opened.where)
    check_once(codes, opened.where)
    columns = {name: dict(zip(codes, _floats(rows[f"v{i}"]), strict=True)) for i, name in enumerate(names)}
    return _Read(opened.where, columns, record(opened))


def _columns(declared: IndexDeclaration, table: str) -> list[str]:
    """The columns of a table that the spec names, once each."""
    names = [indicator.column for indicator in declared.indicators if indicator.table == table]
    children = list(declared.children.columns) if declared.children.table == table else []
    return list(dict.fromkeys([*children, *names]))


def _rows(opened: Opened, table: TableDeclaration, names: Sequence[str]) -> dict[str, list[object]]:
    values = {f"v{i}": number(opened.table[name]) for i, name in enumerate(names)}
    area = raw_area(opened.table, table.area, opened.where)
    rows: dict[str, list[object]] = opened.table.select(area=area, **values).to_pyarrow().to_pydict()
    return rows


def _floats(values: list[object]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]  # type: ignore[arg-type]


def _children(declared: IndexDeclaration, table: _Read) -> tuple[tuple[str, ...], Floats]:
    columns = [table.columns[name] for name in declared.children.columns]
    codes = tuple(sorted(columns[0]))
    counts = np.array([[column[code] for column in columns] for code in codes])
    wrong = tuple(
        code for code, row in zip(codes, counts, strict=True) if np.isnan(row).any() or row.min() < 0
    )
    if wrong:
        what = (
            f"The number of children ({', '.join(declared.children.columns)}) is missing or negative in areas"
        )
        remedy = (
            "Complete it: no class is shown without how many children it holds. Write 0 where there are none."
        )
        raise InputError(Problem(what, table.where, remedy, len(wrong), wrong))
    return codes, np.asarray(counts.sum(axis=1))


def _check_areas(codes: Sequence[str], where: str) -> None:
    if len(codes) < FEWEST_AREAS:
        what = f"An index needs at least {FEWEST_AREAS} areas with children, there are {len(codes)}"
        raise InputError(Problem(what, where, "Give a table with one row an area.", len(codes), tuple(codes)))


def _values(declared: IndexDeclaration, tables: dict[str, _Read], codes: Sequence[str]) -> Floats:
    columns = [tables[indicator.table].columns[indicator.column] for indicator in declared.indicators]
    return np.array([[column.get(code, np.nan) for column in columns] for code in codes])


def _unjoined(tables: dict[str, _Read], codes: Sequence[str], empty: Sequence[str]) -> list[str]:
    found = []
    for name, table in tables.items():
        its = set(next(iter(table.columns.values()))) - set(empty)
        found += join_codes(its, codes, f"table {name}")
    if empty:
        found.append(
            f"Areas without a child of the ages are left out: {', '.join(empty[:10])} ({len(empty)})."
        )
    return found
