"""The children of a census, coded: what the collapse counts, before anything is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from mirti.codes import number
from mirti.declarations import CensusDeclaration, Spec
from mirti.errors import InputError, Problem
from mirti.expressions import unknown_column
from mirti.io.areas import raw_area
from mirti.io.children import Strata
from mirti.io.coding import code_values, text_of
from mirti.io.readers import Opened
from mirti.io.sources import add_values, age_value, known, within_ages
from mirti.tables import Covariate

UNKNOWN_AGE_WARNS = 0.001


@dataclass(frozen=True)
class Children:
    """table: the source's rows of the outcome's ages, with person_area, person_age, person_sex, persons, v0…, x0…

    persons is 1 in a census of persons. sexes: the values of person_sex that occur, in the order of strata.sexes.
    """

    table: ibis.Table
    strata: Strata
    sexes: tuple[Any, ...]
    warnings: list[str]

    @property
    def stratum(self) -> ibis.Value:
        """Age × sex of each row: its position in strata."""
        age = self.table["person_age"].floor().cast("int64") - self.strata.ages[0]
        known = [
            (self.table["person_sex"] == sex, at) for at, sex in enumerate(self.sexes) if sex is not None
        ]
        other = self.sexes.index(None) if None in self.sexes else 0
        return age * len(self.sexes) + (ibis.cases(*known, else_=other) if known else other)


def read_children(opened: Opened, spec: Spec, covariates: Sequence[Covariate]) -> Children:
    """The children of the outcome's ages, coded lazily. Raises InputError for missing columns, nobody of those ages,
    children without an area, and counts that are missing, negative, fractional or given twice."""
    census, ages, where = spec.declaration.census, spec.declaration.outcome.ages, opened.where
    table = _named(opened, census, where)
    if census.kind == "counts":
        _check_counts(table, where)
        _check_keys(opened, census, where)
    sexes, warnings = _read_sexes(table, ages, where)
    declarations = spec.declaration.covariates
    children = add_values(
        table,
        [declaration.census for declaration in declarations],
        census.persons,
        keep=within_ages(table["person_age"], ages),
        within=census.area.column,
        where=where,
    )
    coded = code_values(children, declarations, "census", covariates, where)
    texts = tuple(None if sex is None else text_of(sex) for sex in sexes)
    return Children(coded, Strata(ages, texts), sexes, warnings)


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
        persons=number(table[census.count]) if census.count else ibis.literal(1, "int8"),
    )


def _check_counts(table: ibis.Table, where: str) -> None:
    n = table["persons"]
    bad = table.count(where=n.isnull() | (n < 0) | (n != n.floor())).to_pyarrow().as_py()
    if bad:
        what = f"{bad} rows have a count that is missing, negative or no whole number."
        raise InputError(Problem(what, where, "Give the number of persons of every row.", bad))


def _check_keys(opened: Opened, census: CensusDeclaration, where: str) -> None:
    """Two rows that differ in their count alone: one group counted twice, or a column lost on the way."""
    keys = [name for name in opened.table.columns if name != census.count]
    counted = opened.table.group_by(keys).agg(rows=lambda table: table.count())
    twice = counted.filter(counted["rows"] > 1).order_by(keys)
    number_of = twice.count().to_pyarrow().as_py()
    if number_of:
        first = twice.limit(10).select(keys).to_pyarrow().to_pylist()
        items = tuple(" ".join(f"{key}={value}" for key, value in row.items()) for row in first)
        remedy = "Keep one row for each combination of the other columns: add the counts, or restore the lost column."
        raise InputError(Problem("The census of counts repeats keys.", where, remedy, number_of, items))


def _read_sexes(table: ibis.Table, ages: tuple[int, int], where: str) -> tuple[tuple[Any, ...], list[str]]:
    """Sexes of the children, and a warning for persons of unknown age; one scan of three narrow columns."""
    child = within_ages(table["person_age"], ages)
    persons = table["persons"].cast("int64")
    found = (
        table.group_by(sex=table["person_sex"])
        .agg(
            children=persons.sum(where=child),
            ageless=persons.sum(where=table["person_age"].isnull()),
            all=persons.sum(),
            astray=persons.sum(where=child & table["person_area"].isnull()),
        )
        .to_pyarrow()
        .to_pylist()
    )
    total = {
        key: sum(int(row[key] or 0) for row in found) for key in ("children", "ageless", "all", "astray")
    }
    if not total["children"]:
        what = f"The census has nobody aged {ages[0]} to {ages[1]}."
        raise InputError(Problem(what, where, "Check outcome.ages and the census's age column."))
    if total["astray"]:
        what = f"{total['astray']} children of the census have no area."
        raise InputError(Problem(what, where, "Give every row an area code.", total["astray"]))
    sexes = [row["sex"] for row in found if row["children"]]
    ordered = sorted(sexes, key=lambda sex: (sex is None, sex if sex is not None else 0))
    return tuple(ordered), _unknown_age(total["ageless"], total["all"])


def _unknown_age(ageless: int, everyone: int) -> list[str]:
    share = ageless / everyone if everyone else 0.0
    if share < UNKNOWN_AGE_WARNS:
        return []
    return [f"census: the age of {ageless:,} persons ({share:.2%}) is unknown; none is counted as a child."]
