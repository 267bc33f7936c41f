"""The children of a census, coded: what the collapse counts, before anything is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import numpy as np

from mirti.codes import number
from mirti.declarations import CensusDeclaration, Spec
from mirti.errors import InputError, Problem
from mirti.expressions import unknown_column
from mirti.io.areas import area_positions, encode, form_codes, raw_area
from mirti.io.children import Strata
from mirti.io.coding import code_values, text_of
from mirti.io.readers import Opened
from mirti.io.sources import add_values, age_value, known, unknown_age, within_ages
from mirti.tables import Covariate, Floats, Index, Ints

UNKNOWN_AGE_WARNS = 0.001


@dataclass(frozen=True)
class Children:
    """What the collapse counts.

    rows: the source, with person_area, person_age, person_sex; code: those of the outcome's ages, with v0…, x0…
    paths: the Parquet files; area_column: the column of theirs that person_area is, if it holds whole numbers.
    sexes, raw_areas: the values of person_sex and person_area, in the order of strata.sexes and of positions, which
    gives the area (in areas) of each. counted: (A, S) children by area and stratum. persons: what a group sums.
    """

    rows: ibis.Table
    code: Callable[[ibis.Table], ibis.Table]
    paths: tuple[Path, ...]
    area_column: str | None
    strata: Strata
    sexes: tuple[Any, ...]
    areas: tuple[str, ...]
    raw_areas: tuple[Any, ...]
    positions: Index
    counted: Floats
    persons: str | None
    warnings: list[str]

    @cached_property
    def table(self) -> ibis.Table:
        """Every child, coded."""
        return self.code(self.rows)

    def stratum(self, table: ibis.Table) -> ibis.Value:
        """Age × sex of each row of a coded table: its position in strata."""
        age = _years(table["person_age"]) - self.strata.ages[0]
        known = [(table["person_sex"] == sex, at) for at, sex in enumerate(self.sexes) if sex is not None]
        other = self.sexes.index(None) if None in self.sexes else 0
        return age * len(self.sexes) + (ibis.cases(*known, else_=other) if known else other)

    def area_positions(self, raw: Sequence[Any]) -> Index:
        """Position in areas of raw area values."""
        position = dict(zip(self.raw_areas, self.positions.tolist(), strict=True))
        return np.array([position[one] for one in raw], dtype=np.int32)


def read_children(opened: Opened, spec: Spec, covariates: Sequence[Covariate]) -> Children:
    """The children of the outcome's ages, coded lazily. Raises InputError for missing columns, nobody of those ages
    and children without an area; `checks` has looked at the counts."""
    census, ages, where = spec.declaration.census, spec.declaration.outcome.ages, opened.where
    table = _named(opened, census, where)
    declarations = spec.declaration.covariates

    def coded(rows: ibis.Table) -> ibis.Table:
        children = add_values(
            rows,
            [declaration.census for declaration in declarations],
            census.persons,
            keep=within_ages(rows["person_age"], ages),
            within=census.area.column,
            where=where,
        )
        return code_values(children, declarations, "census", covariates, where)

    coded(table)  # its errors come before anything is counted
    return _children(table, coded, opened, _count_strata(table, ages, census, where), spec)


def _years(age: ibis.Value) -> ibis.Value:
    return (age if age.type().is_integer() else age.floor()).cast("int64")


def sum_persons(table: ibis.Table, count: str | None) -> ibis.Value:
    """The number of persons of a group: integers, whose sums do not depend on the order of the rows."""
    return table.count() if count is None else table["persons"].cast("int64").sum().cast("int64")


@dataclass(frozen=True)
class _Counted:
    """Persons of the outcome's ages, or of unknown age (nan), by raw area, sex and age: (r,) each."""

    raw: list[Any]
    area: Index
    sexes: list[Any]
    sex: Index
    age: Floats
    n: Ints


def _count_strata(
    table: ibis.Table, ages: tuple[int, int], census: CensusDeclaration, where: str
) -> _Counted:
    """One scan of three narrow columns. Raises InputError if there is no child, or one without an area."""
    age = table["person_age"]
    rows = table.filter(within_ages(age, ages) | unknown_age(age))
    grouped = rows.group_by(area=rows["person_area"], sex=rows["person_sex"], age=_years(rows["person_age"]))
    read = grouped.agg(n=sum_persons(rows, census.count)).to_pyarrow()
    n = read["n"].to_numpy().astype(np.int64)
    years = np.asarray(read["age"].to_numpy(), dtype=np.float64)  # a null becomes nan
    child = (years >= ages[0]) & (years <= ages[1])
    found = _Counted(*encode(read["area"]), *encode(read["sex"]), np.where(child, years, np.nan), n)
    if not n[child].any():
        what = f"The census has nobody aged {ages[0]} to {ages[1]}"
        raise InputError(Problem(what, where, "Check outcome.ages and the census's age column."))
    lost = found.raw.index(None) if None in found.raw else -1
    astray = int(n[child & (found.area == lost)].sum())
    if astray:
        what = f"{astray} children of the census have no area"
        raise InputError(Problem(what, where, "Give every row an area code.", astray))
    return found


def _children(
    table: ibis.Table,
    code: Callable[[ibis.Table], ibis.Table],
    opened: Opened,
    found: _Counted,
    spec: Spec,
) -> Children:
    census, ages, where = spec.declaration.census, spec.declaration.outcome.ages, opened.where
    child = ~np.isnan(found.age) & (found.n > 0)
    raw = tuple(found.raw[i] for i in np.unique(found.area[child]))
    sexes = tuple(sorted((found.sexes[i] for i in np.unique(found.sex[child])), key=_in_order))
    areas, positions = area_positions(form_codes(raw, census.area, where))
    strata = Strata(ages, tuple(None if sex is None else text_of(sex) for sex in sexes))
    at = dict(zip(raw, positions.tolist(), strict=True))
    area = np.array([at.get(value, -1) for value in found.raw])[found.area[child]]
    sex = np.array([sexes.index(value) if value in sexes else -1 for value in found.sexes])[found.sex[child]]
    stratum = (found.age[child].astype(np.int64) - ages[0]) * len(sexes) + sex
    counted = np.bincount(area * strata.number + stratum, found.n[child], len(areas) * strata.number)
    warnings = _unknown_age(int(found.n[np.isnan(found.age)].sum()), counted.sum())
    matrix = counted.astype(np.float64).reshape(len(areas), strata.number)
    whole = census.area.column if table["person_area"].type().is_integer() else None
    return Children(
        rows=table,
        code=code,
        paths=opened.data,
        area_column=whole,
        strata=strata,
        sexes=sexes,
        areas=areas,
        raw_areas=raw,
        positions=positions,
        counted=matrix,
        persons=census.count,
        warnings=warnings,
    )


def _in_order(sex: Any) -> tuple[bool, Any]:
    return sex is None, 0 if sex is None else sex


def _unknown_age(ageless: int, children: float) -> list[str]:
    if ageless < UNKNOWN_AGE_WARNS * children:
        return []
    return [
        f"census: the age of {ageless:,} persons is unknown; the {children:,.0f} children counted hold none of them."
    ]


def _named(opened: Opened, census: CensusDeclaration, where: str) -> ibis.Table:
    """The source with person_area, person_age, person_sex and persons beside its own columns."""
    table = opened.table
    for name in (census.persons.sex, census.count):
        if name is not None and name not in table.columns:
            raise unknown_column(name, table.columns, where)
    sex = census.persons.sex
    return table.mutate(
        person_area=raw_area(table, census.area, where),
        person_age=age_value(table, census.persons, where),
        person_sex=known(table[sex]) if sex else ibis.null("string"),
        **({"persons": number(table[census.count])} if census.count else {}),
    )
