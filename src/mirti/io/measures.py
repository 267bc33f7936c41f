"""A direct measure by area, known from elsewhere: a register, another survey, a full count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import numpy as np
from ibis.backends.duckdb import Backend
from numpy.typing import NDArray

from mirti.codes import not_a_number, number
from mirti.declarations import AreaCode, ValidationDeclaration
from mirti.documents import InputRecord
from mirti.errors import InputError, Problem
from mirti.expressions import unknown_column
from mirti.io.areas import form_codes, raw_area
from mirti.io.readers import Opened, open_source
from mirti.io.territories import check_once, record
from mirti.tables import Floats

ROLE = "direct measure"


@dataclass(frozen=True)
class MeasureColumns:
    """Where a table of a direct measure holds what: rate a proportion; se its standard error; children its weight."""

    area: AreaCode
    rate: str
    se: str | None = None
    children: str | None = None


@dataclass(frozen=True)
class Measure:
    """One row an area that has a rate, arrays (n,): rates are proportions, se nan where not known.

    unmeasured: codes of the table's rows without a rate.
    """

    codes: tuple[str, ...]
    rate: Floats
    se: Floats | None
    children: Floats | None
    unmeasured: tuple[str, ...]


def declared_measure(
    con: Backend, declaration: ValidationDeclaration, base: Path
) -> tuple[Measure, InputRecord] | None:
    """The measure that a spec in the folder base names, and the record of its file; None if it names none."""
    if declaration.source is None or declaration.area is None or declaration.rate is None:
        return None
    opened = open_source(con, declaration.source, base, ROLE)
    return read_measure(opened, MeasureColumns(declaration.area, declaration.rate)), record(opened)


def read_measure(opened: Opened, columns: MeasureColumns) -> Measure:
    """The measure of every area that has one.

    Raises InputError for a column that does not exist, a value that is no number, an area listed twice, a rate outside
    0–1, a negative standard error, a number of children that is missing or negative.
    """
    table, where = opened.table, opened.where
    named = {"rate": columns.rate, "se": columns.se, "children": columns.children}
    wanted = {name: column for name, column in named.items() if column is not None}
    for column in wanted.values():
        _check_numbers(opened, column)
    values = {name: number(table[column]) for name, column in wanted.items()}
    rows = table.select(area=raw_area(table, columns.area, where), **values).order_by("area").to_pyarrow()
    codes = form_codes(rows["area"].to_pylist(), columns.area, where)
    check_once(codes, where)
    arrays = {name: np.array(rows[name].to_pylist(), dtype=np.float64) for name in wanted}
    _check_ranges(codes, arrays, wanted, where)
    known = np.isfinite(arrays["rate"])
    told = np.array(codes, dtype=object)
    return Measure(
        codes=tuple(told[known]),
        rate=arrays["rate"][known],
        se=arrays["se"][known] if "se" in arrays else None,
        children=arrays["children"][known] if "children" in arrays else None,
        unmeasured=tuple(told[~known]),
    )


def _check_numbers(opened: Opened, column: str) -> None:
    if column not in opened.table.columns:
        raise unknown_column(column, opened.table.columns, opened.where)
    wrong = opened.table.filter(not_a_number(opened.table[column])).select(column).distinct()
    found = tuple(f"'{value}'" for value in wrong.order_by(ibis.asc(column)).to_pyarrow()[column].to_pylist())
    if found:
        what, remedy = (
            f"Values of '{column}' are no numbers.",
            "Correct them, or leave them empty if not known.",
        )
        raise InputError(Problem(what, opened.where, remedy, len(found), found))


def _check_ranges(
    codes: Sequence[str], arrays: dict[str, Floats], columns: dict[str, str], where: str
) -> None:
    rules: dict[str, tuple[Callable[[Floats], NDArray[np.bool_]], str, str]] = {
        "rate": (
            lambda rate: (rate < 0) | (rate > 1),
            "Rates lie outside 0–1.",
            "Give them as proportions: divide percentages by 100.",
        ),
        "se": (lambda se: se < 0, "Standard errors are negative.", "Correct them, or leave them empty."),
        "children": (
            lambda children: ~(children >= 0),
            "Numbers of children are missing or negative.",
            "Give every area its number, or leave --children out to take the release's.",
        ),
    }
    for name, values in arrays.items():
        wrong, what, remedy = rules[name]
        items = tuple(
            f"{code}: {value:g}" for code, value, bad in zip(codes, values, wrong(values), strict=True) if bad
        )
        if items:
            raise InputError(Problem(what, f"{where}, column '{columns[name]}'", remedy, len(items), items))
