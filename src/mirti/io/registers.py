"""Municipal registers for the profile: one row an area, one column a variable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ibis.backends.duckdb import Backend

from mirti.characterise.profile import RegisterColumn
from mirti.codes import not_a_number, number
from mirti.declarations import RegisterDeclaration, Spec
from mirti.documents import InputRecord
from mirti.errors import InputError, Problem
from mirti.expressions import unknown_column
from mirti.io.areas import form_codes, join_codes, raw_area
from mirti.io.readers import Opened, open_source
from mirti.io.territories import check_once, record


def read_registers(con: Backend, spec: Spec) -> tuple[list[RegisterColumn], tuple[InputRecord, ...]]:
    """Every declared variable of every register, and the records of the files.

    Raises InputError for a missing column, a value that is no number, an area listed twice.
    """
    columns: list[RegisterColumn] = []
    records: list[InputRecord] = []
    for declaration in spec.declaration.registers:
        opened = open_source(con, declaration.source, spec.path.parent, f"register:{declaration.name}")
        columns += _columns(opened, declaration)
        records.append(record(opened))
    return _named_apart(columns), tuple(records)


def join_registers(columns: Sequence[RegisterColumn], areas: Sequence[str]) -> list[str]:
    """Warnings of areas without a value and of values without an area, by register; InputError if none joins."""
    codes: dict[str, set[str]] = {}
    for column in columns:
        codes.setdefault(column.register, set()).update(column.values)
    return [told for name, its in codes.items() for told in join_codes(its, areas, f"register {name}")]


def _named_apart(columns: list[RegisterColumn]) -> list[RegisterColumn]:
    """Columns of the same name in several registers carry their register's name."""
    times = Counter(column.name for column in columns)
    return [
        replace(column, name=f"{column.register}.{column.name}") if times[column.name] > 1 else column
        for column in columns
    ]


def _columns(opened: Opened, declaration: RegisterDeclaration) -> list[RegisterColumn]:
    table, where = opened.table, opened.where
    for variable in declaration.variables:
        check_numbers(opened, variable.column)
    values = {f"v{i}": number(table[v.column]) for i, v in enumerate(declaration.variables)}
    rows = table.select(area=raw_area(table, declaration.area, where), **values).to_pyarrow().to_pydict()
    codes = form_codes(rows["area"], declaration.area, where)
    check_once(codes, where)
    return [
        RegisterColumn(
            name=variable.column,
            register=declaration.name,
            label=variable.label,
            unit=variable.unit,
            people=variable.people,
            year=declaration.year,
            values={code: x for code, x in zip(codes, rows[f"v{i}"], strict=True) if x is not None},
        )
        for i, variable in enumerate(declaration.variables)
    ]


def check_numbers(opened: Opened, column: str) -> None:
    """Raises InputError for a column that does not exist, or holds a text that is no number."""
    if column not in opened.table.columns:
        raise unknown_column(column, opened.table.columns, opened.where)
    wrong = opened.table.filter(not_a_number(opened.table[column])).select(column).distinct()
    found = tuple(f"'{value}'" for value in wrong.limit(20).to_pyarrow()[column].to_pylist())
    if found:
        what, remedy = f"Values of '{column}' are no numbers.", "Correct them, or list them under source.na."
        raise InputError(Problem(what, opened.where, remedy, len(found), found))
