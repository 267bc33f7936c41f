"""Numbers known for every area, from tables: one row an area, one column a covariate of areas."""

from __future__ import annotations

from dataclasses import dataclass

from ibis.backends.duckdb import Backend

from mirti.codes import number
from mirti.declarations import AreaCovariateDeclaration, Spec
from mirti.documents import InputRecord
from mirti.errors import SHOWN, InputError, Problem
from mirti.io.areas import form_codes, raw_area
from mirti.io.readers import open_source
from mirti.io.registers import check_numbers
from mirti.io.territories import check_once, record


@dataclass(frozen=True)
class AreaColumn:
    """A covariate of areas as its table gives it. values: by area code."""

    name: str
    values: dict[str, float]


def read_area_covariates(con: Backend, spec: Spec) -> tuple[list[AreaColumn], tuple[InputRecord, ...]]:
    """Every covariate of areas that a table holds, and the records of the tables.

    Raises InputError for a missing column, a value that is no number, an area listed twice.
    """
    columns: list[AreaColumn] = []
    records: list[InputRecord] = []
    for declaration in spec.declaration.model.area_covariates:
        if declaration.source is not None:
            column, its = _read(con, spec, declaration)
            columns.append(column)
            records.append(its)
    return columns, tuple(records)


def values_of(column: AreaColumn, areas: tuple[str, ...]) -> list[float]:
    """The column's value for each area. Raises InputError listing the areas without one."""
    lacking = tuple(code for code in areas if code not in column.values)
    if lacking:
        raise InputError(
            Problem(
                what=f"Areas of the census without a value: {len(lacking)}. The model predicts every area, so each "
                "needs one.",
                where=f"covariate of areas {column.name}",
                remedy="Complete the table, or take the covariate out of model.area_covariates.",
                count=len(lacking),
                items=lacking[:SHOWN],
            )
        )
    return [column.values[code] for code in areas]


def _read(con: Backend, spec: Spec, declaration: AreaCovariateDeclaration) -> tuple[AreaColumn, InputRecord]:
    if declaration.source is None or declaration.area is None or declaration.column is None:
        raise ValueError(f"{declaration.name} names no table")
    opened = open_source(con, declaration.source, spec.path.parent, f"covariate of areas {declaration.name}")
    check_numbers(opened, declaration.column)
    table, where = opened.table, opened.where
    chosen = table.select(
        area=raw_area(table, declaration.area, where), value=number(table[declaration.column])
    )
    rows = chosen.to_pyarrow().to_pydict()
    codes = form_codes(rows["area"], declaration.area, where)
    check_once(codes, where)
    known = {code: float(x) for code, x in zip(codes, rows["value"], strict=True) if x is not None}
    return AreaColumn(declaration.name, known), record(opened)
