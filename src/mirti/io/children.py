"""Children of the reference year: a population projection rescales the census counts, else they stand as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa

from mirti.codes import code, number
from mirti.declarations import ProjectionDeclaration
from mirti.errors import InputError, Problem
from mirti.expressions import unknown_column
from mirti.io.areas import area_positions, encode, form_codes, raw_area
from mirti.io.readers import Opened
from mirti.tables import Floats, Index, Ints


@dataclass(frozen=True)
class Strata:
    """Age × sex: stratum (age − first age) × number of sexes + position of the sex, from 0."""

    ages: tuple[int, int]
    sexes: tuple[str | None, ...]

    @property
    def number(self) -> int:
        return (self.ages[1] - self.ages[0] + 1) * len(self.sexes)

    def groups(self, by_age: bool, by_sex: bool) -> Index:
        """(number,) the group of each stratum if only age, only sex, both or neither are told apart."""
        stratum = np.arange(self.number, dtype=np.int32)
        age, sex = stratum // len(self.sexes), stratum % len(self.sexes)
        return (age * len(self.sexes) + sex if by_sex else age) if by_age else sex * np.int32(by_sex)


@dataclass(frozen=True)
class Projection:
    """children: (A, G) by area and group of strata, nan where the file has no row."""

    children: Floats
    groups: Index
    labels: tuple[str, ...]


def read_projection(
    opened: Opened, declaration: ProjectionDeclaration, areas: Sequence[str], strata: Strata
) -> Projection:
    """The projected children of the outcome's ages. Raises InputError for columns that do not exist, counts that are
    missing or negative, two rows for one group, areas that the census does not have or that the file lacks."""
    where = opened.where
    by_age, by_sex = declaration.age is not None, declaration.sex is not None
    rows = _rows(opened, declaration, strata, where)
    raw, area = encode(rows["area"])
    codes = form_codes(raw, declaration.area, where)
    _check_same_areas(codes, areas, where)
    sex = _sexes(rows["sex"], declaration, strata, where) if by_sex else 0
    age = _ages(rows["age"], declaration, strata, where) if by_age else 0
    labels = _labels(strata, by_age, by_sex)
    at = area_positions(codes, areas)[1][area] * len(labels) + (
        age * len(strata.sexes) + sex if by_sex else age
    )
    _check_single(at, areas, labels, where)
    children = np.full(len(areas) * len(labels), np.nan)
    children[at] = _numbers(rows["n"], declaration, where)
    return Projection(children.reshape(len(areas), len(labels)), strata.groups(by_age, by_sex), labels)


def _rows(opened: Opened, declaration: ProjectionDeclaration, strata: Strata, where: str) -> pa.Table:
    table = opened.table
    for name in (declaration.count, declaration.age, declaration.sex):
        if name is not None and name not in table.columns:
            raise unknown_column(name, table.columns, where)
    rows = table.select(
        area=raw_area(table, declaration.area, where),
        age=number(table[declaration.age]) if declaration.age else ibis.null("float64"),
        sex=code(table[declaration.sex]) if declaration.sex else ibis.null("string"),
        n=number(table[declaration.count]),
    )
    if declaration.age is not None:
        rows = rows.filter(rows["age"] >= strata.ages[0], rows["age"] < strata.ages[1] + 1)
    return rows.to_pyarrow()


def _numbers(column: pa.ChunkedArray, declaration: ProjectionDeclaration, where: str) -> Floats:
    values = np.asarray(column.to_numpy(), dtype=np.float64)  # a null becomes nan
    bad = int((~(values >= 0)).sum())
    if bad:
        what = f"{bad} rows have a '{declaration.count}' that is missing, negative or no number"
        raise InputError(Problem(what, where, "Give the projected children of every row.", bad))
    return values


def _ages(column: pa.ChunkedArray, declaration: ProjectionDeclaration, strata: Strata, where: str) -> Ints:
    ages = column.to_numpy()
    parts = int((ages != np.floor(ages)).sum())
    if parts:
        what = f"{parts} rows have an age in '{declaration.age}' that is no whole number"
        raise InputError(Problem(what, where, "Give single years of age."))
    return np.asarray(ages.astype(np.int64) - strata.ages[0])


def _sexes(column: pa.ChunkedArray, declaration: ProjectionDeclaration, strata: Strata, where: str) -> Ints:
    present, position = encode(column)
    strange = tuple(sorted(str(sex) for sex in set(present) - set(strata.sexes)))
    if strange:
        known = ", ".join(str(sex) for sex in strata.sexes)
        what = f"Sexes in '{declaration.sex}' are none of the census's ({known})"
        raise InputError(Problem(what, where, "Code sex as the census does.", len(strange), strange))
    return np.array([strata.sexes.index(sex) for sex in present], dtype=np.int64)[position]


def _labels(strata: Strata, by_age: bool, by_sex: bool) -> tuple[str, ...]:
    ages = [f"age {age}" for age in range(strata.ages[0], strata.ages[1] + 1)] if by_age else [""]
    sexes = [f"sex {sex}" for sex in strata.sexes] if by_sex else [""]
    return tuple(" ".join(part for part in (age, sex) if part) for age in ages for sex in sexes)


def _check_same_areas(codes: Sequence[str], areas: Sequence[str], where: str) -> None:
    problems = []
    absent = tuple(sorted(set(areas) - set(codes)))
    if absent:
        remedy = "Add the projected children of these areas, or leave the projection out."
        problems.append(
            Problem("Areas of the census are absent from the projection", where, remedy, len(absent), absent)
        )
    strange = tuple(sorted(set(codes) - set(areas)))
    if strange:
        remedy = (
            "Add the children of an area made since the census to the area it was split from, and check that both "
            "sources form the code alike (area.modulo, area.digits)."
        )
        problems.append(
            Problem(
                "Areas of the projection are absent from the census", where, remedy, len(strange), strange
            )
        )
    if problems:
        raise InputError(problems)


def _check_single(at: Ints, areas: Sequence[str], labels: Sequence[str], where: str) -> None:
    groups, rows = np.unique(at, return_counts=True)
    twice = [f"{areas[one // len(labels)]} {labels[one % len(labels)]}".strip() for one in groups[rows > 1]]
    if twice:
        remedy = (
            "Keep one row for each: the reference year alone, both sexes together unless projection.sex is named, "
            "the outcome's ages together unless projection.age is."
        )
        raise InputError(
            Problem("The projection has several rows for one group", where, remedy, len(twice), tuple(twice))
        )


def projection_factors(
    counted: Floats, projection: Projection, areas: Sequence[str], where: str
) -> tuple[Floats, list[str]]:
    """What a child counted in each area and stratum stands for in the reference year: (A, S).

    counted: (A, S) children of the census; patterns keep their shares within the projection's groups of strata.
    Children projected for a group that the census found nobody in, in an area where it found others, go to those, in
    proportion, and a warning says how many. Raises InputError for an area with projected children and none counted, or
    with counted children in a group that the projection has no row for.
    """
    groups = np.zeros(projection.children.shape)
    for stratum, column in enumerate(projection.groups):
        groups[:, column] += counted[:, stratum]
    _check_complete(groups, projection, areas, where)
    wanted = np.nan_to_num(projection.children)
    reached = np.where(groups > 0, wanted, 0.0)
    _check_reached(reached.sum(axis=1), wanted.sum(axis=1), areas, where)
    factor = _ratio(reached, groups) * _ratio(wanted.sum(axis=1), reached.sum(axis=1))[:, None]
    return factor[:, projection.groups], _moved(wanted.sum(axis=1) - reached.sum(axis=1))


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _check_reached(reached: Floats, wanted: Floats, areas: Sequence[str], where: str) -> None:
    unreached = tuple(np.array(areas, dtype=object)[(wanted > 0) & (reached == 0)])
    if unreached:
        what = "Areas have projected children of ages and sexes that the census found nobody of"
        remedy = "Add these areas to a neighbour in both sources, or project them by area alone."
        raise InputError(Problem(what, where, remedy, len(unreached), unreached))


def _check_complete(counted: Floats, projection: Projection, areas: Sequence[str], where: str) -> None:
    lacking = np.argwhere(np.isnan(projection.children) & (counted > 0))
    if len(lacking):
        items = tuple(f"{areas[area]} {projection.labels[column]}".strip() for area, column in lacking)
        what = "The projection has no row for groups in which the census counts children"
        remedy = "Add a row for each, 0 if nobody is expected."
        raise InputError(Problem(what, where, remedy, len(items), items))


def _moved(lost: Floats) -> list[str]:
    areas = int((lost > 0).sum())
    if not areas:
        return []
    return [
        f"projection: {lost.sum():,.0f} children of ages and sexes that the census found nobody of in their area "
        f"({areas} areas) take the patterns of the area's other children."
    ]
