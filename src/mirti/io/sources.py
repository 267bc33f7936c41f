"""Where a covariate's value comes from: a column, a derived expression, a feature of the child's household."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce

import ibis

from mirti.codes import code, number
from mirti.declarations import Coding, HouseholdFeature, Persons
from mirti.errors import InputError, Problem
from mirti.expressions import condition, expression, unknown_column

OLDEST = 120  # completed years


def add_values(
    table: ibis.Table,
    codings: Sequence[Coding],
    persons: Persons,
    *,
    keep: ibis.Value,
    within: str | None = None,
    where: str = "table",
) -> ibis.Table:
    """The rows where `keep` is true, with columns v0…v{k-1}: each coding's value as its source gives it.

    Members of a household are looked for in every row of `table`, kept or not. within: a column (the area) that a
    household never straddles, so that household numbers may restart in each area. Raises InputError.
    """
    own = {
        f"v{j}": own_value(table, coding, where) for j, coding in enumerate(codings) if not coding.household
    }
    children = table.filter(keep).mutate(**own) if own else table.filter(keep)
    features = {
        f"v{j}": (coding.household, coding.na) for j, coding in enumerate(codings) if coding.household
    }
    if not features:
        return children
    return _join_features(children, _households(table, features, persons, within, where))


def own_value(table: ibis.Table, coding: Coding, where: str) -> ibis.Value:
    """The value of a coding by column or derive, with not-a-number as missing."""
    if coding.column is not None:
        return known(_column(table, coding.column, where))
    if coding.derive is not None:
        return known(expression(coding.derive, table, where, na=coding.na))
    raise ValueError("a coding says where its value comes from: column, derive or household")


def _column(table: ibis.Table, name: str, where: str) -> ibis.Value:
    if name not in table.columns:
        raise unknown_column(name, table.columns, where)
    return table[name]


def known(value: ibis.Value) -> ibis.Value:
    """Not-a-number and empty texts are missing; integers and booleans keep their type, which is the fastest."""
    kind = value.type()
    if kind.is_integer() or kind.is_boolean():
        return value
    return number(value) if kind.is_floating() or kind.is_decimal() else code(value)


def numeric(value: ibis.Value) -> ibis.Value:
    """The value as a number; integers keep their type, so that their sums are exact."""
    return value if value.type().is_integer() else number(value)


def age_value(table: ibis.Table, persons: Persons, where: str) -> ibis.Value:
    """Age in years."""
    return numeric(_column(table, persons.age, where))


def unknown_age(age: ibis.Value) -> ibis.Value:
    """Missing, or a code that no age can be (-1, 999)."""
    return age.isnull() | (age < 0) | (age > OLDEST)


def within_ages(age: ibis.Value, ages: tuple[int, int]) -> ibis.Value:
    """Completed ages from the first to the last; null where the age is missing."""
    return age.between(*ages) if age.type().is_integer() else (age >= ages[0]) & (age < ages[1] + 1)


def _households(
    table: ibis.Table,
    features: dict[str, tuple[HouseholdFeature, tuple[str, ...]]],
    persons: Persons,
    within: str | None,
    where: str,
) -> ibis.Table:
    if not persons.household:
        problem = Problem(
            "A household feature is declared, but no household column",
            where,
            "Name the household's columns in persons.household.",
        )
        raise InputError(problem)
    keys = ([within] if within and within not in persons.household else []) + list(persons.household)
    grouped = table.group_by([_column(table, key, where).name(f"household_{key}") for key in keys])
    return grouped.agg(
        **{name: _feature(table, *feature, persons, where) for name, feature in features.items()}
    )


def _join_features(children: ibis.Table, households: ibis.Table) -> ibis.Table:
    keys = [name for name in households.columns if name.startswith("household_")]
    matches = [children[key.removeprefix("household_")] == households[key] for key in keys]
    return children.left_join(households, matches).drop(*keys)


def _feature(
    table: ibis.Table, feature: HouseholdFeature, na: tuple[str, ...], persons: Persons, where: str
) -> ibis.Value:
    members = condition(feature.where, table, where) if feature.where else None
    of = known(expression(feature.of, table, where, na=na)) if feature.of else None
    if feature.summary == "count":
        return _count(table, members, of)
    if of is None:
        problem = Problem(
            f"The household feature '{feature.summary}' does not say of what", where, "Give its 'of'."
        )
        raise InputError(problem)
    if feature.summary == "head":
        head = _head(table, persons, where)
        return of.min(where=head if members is None else head & members)
    return _SUMMARIES[feature.summary](of, members)


def _head(table: ibis.Table, persons: Persons, where: str) -> ibis.Value:
    if persons.head is None:
        problem = Problem(
            "A head's value is declared, but not who the head is",
            where,
            "Give the condition in persons.head.",
        )
        raise InputError(problem)
    return condition(persons.head, table, where)


def _count(table: ibis.Table, members: ibis.Value | None, of: ibis.Value | None) -> ibis.Value:
    counted = [each for each in (members, None if of is None else _truth(of)) if each is not None]
    return table.count(where=reduce(operator.and_, counted) if counted else None)


def _truth(of: ibis.Value) -> ibis.Value:
    return of if of.type().is_boolean() else number(of) != 0


def _if_none(members: ibis.Value | None, summary: ibis.Value, otherwise: int) -> ibis.Value:
    """A household without such members has a known answer; one whose members are all unknown has none."""
    if members is None:
        return summary
    return members.any().fill_null(False).ifelse(summary, otherwise)


def _any(of: ibis.Value, members: ibis.Value | None) -> ibis.Value:
    return _if_none(members, _truth(of).any(where=members).cast("int8"), 0)


def _all(of: ibis.Value, members: ibis.Value | None) -> ibis.Value:
    return _if_none(members, _truth(of).all(where=members).cast("int8"), 1)


def _sum(of: ibis.Value, members: ibis.Value | None) -> ibis.Value:
    total = numeric(of).sum(where=members)
    return _if_none(members, total.cast("int64") if of.type().is_integer() else total, 0)


_SUMMARIES: dict[str, Callable[[ibis.Value, ibis.Value | None], ibis.Value]] = {
    "any": _any,
    "all": _all,
    "sum": _sum,
    "mean": lambda of, members: numeric(of).mean(where=members),
    "min": lambda of, members: numeric(of).min(where=members),
    "max": lambda of, members: numeric(of).max(where=members),
}
