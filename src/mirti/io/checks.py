"""Hold the columns of survey, census and projection against the spec before anything is computed.

Missing columns of all sources are told together; then texts among numbers, unusable weights and counts, repeated keys.
Each message gives how many rows and the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ibis
import ibis.expr.types as ir

from mirti.codes import code, not_a_number, number
from mirti.declarations import OutcomeDeclaration, RuleOutcome, SpecDeclaration
from mirti.errors import SHOWN, InputError, Problem
from mirti.expressions import nearest_columns
from mirti.io.backends import ROW
from mirti.io.files import reading
from mirti.io.needs import Need, census_needs, projection_needs, survey_needs
from mirti.io.readers import Opened
from mirti.outcome import WEEK

FINAL_WEIGHT = "Name the column of the final weight, or remove persons that do not belong to the sample."
PSU_WEIGHT = (
    "Name the column with the inverse of the PSU's inclusion probability, or leave survey.psu_weight out."
)


def check_sources(
    declaration: SpecDeclaration, survey: Opened, census: Opened, projection: Opened | None = None
) -> None:
    """Raises InputError with every problem of the sources' columns."""
    used = [(survey, survey_needs(declaration)), (census, census_needs(declaration))]
    if projection is not None and declaration.projection is not None:
        used.append((projection, projection_needs(declaration.projection)))
    _raise(problem for opened, needs in used for problem in missing_columns(opened, needs))
    _raise(problem for opened, needs in used for problem in no_numbers(opened, needs))
    _raise(
        [
            *unusable_weights(survey, declaration.survey.weight),
            *_psu_weights(survey, declaration.survey.psu_weight),
            *impossible_hours(survey, declaration.outcome),
            *_counts(declaration, census, projection),
        ]
    )


def _raise(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise InputError(found)


def _counts(declaration: SpecDeclaration, census: Opened, projection: Opened | None) -> list[Problem]:
    problems = []
    if declaration.census.count is not None:
        problems += [
            *unusable_counts(census, declaration.census.count, whole=True),
            *repeated_keys(census, declaration.census.count),
        ]
    if projection is not None and declaration.projection is not None:
        problems += unusable_counts(projection, declaration.projection.count)
    return problems


def missing_columns(opened: Opened, needs: Iterable[Need]) -> list[Problem]:
    """A problem for each column that the spec names and the source has not, with the keys that name it."""
    columns = opened.table.columns
    keys: dict[str, list[str]] = {}
    for need in needs:
        if need.column not in columns:
            keys.setdefault(need.column, []).append(need.key)
    return [
        Problem(
            f'there is no column "{column}" (named by {", ".join(dict.fromkeys(by))})',
            opened.where,
            nearest_columns(column, columns),
        )
        for column, by in keys.items()
    ]


def no_numbers(opened: Opened, needs: Iterable[Need]) -> list[Problem]:
    """A problem for each column of texts that is computed with and holds something else than numbers."""
    distinct: dict[tuple[str, tuple[str, ...]], Need] = {}
    for need in needs:
        if need.numeric and opened.table[need.column].type().is_string():
            distinct.setdefault((need.column, need.na), need)
    if not distinct:
        return []
    wrong = {f"n{i}": _wrong(opened.table, need).sum() for i, need in enumerate(distinct.values())}
    with reading(opened.where):
        counts = _one_row(opened.table.aggregate(**wrong))
    found: dict[str, Problem] = {}
    for i, need in enumerate(distinct.values()):
        if counts[f"n{i}"] and need.column not in found:
            found[need.column] = _no_number(opened, need, int(counts[f"n{i}"]))
    return list(found.values())


def _wrong(table: ir.Table, need: Need) -> ir.BooleanValue:
    column = table[need.column]
    return not_a_number(column) & ~column.isin(need.na) if need.na else not_a_number(column)


def _no_number(opened: Opened, need: Need, count: int) -> Problem:
    items = _first(opened, lambda table: _wrong(table, need), need.column)
    what = f'column "{need.column}" ({need.key}) should hold numbers; in {_rows(count)} it does not'
    remedy = "Correct them, or list the texts that mean missing in na; decimals are written with a point."
    return Problem(what, opened.where, remedy, count, items)


def unusable_weights(opened: Opened, weight: str, remedy: str = FINAL_WEIGHT) -> list[Problem]:
    """The problem of weights that are missing, zero or negative, if there are any."""

    def bad(table: ir.Table) -> ir.BooleanValue:
        value = number(table[weight])
        return value.isnull() | (value <= 0)

    what = f'the weight "{weight}" is missing, zero or negative in'
    return _bad_rows(opened, bad, weight, what, remedy)


def _psu_weights(opened: Opened, weight: str | None) -> list[Problem]:
    return [] if weight is None else unusable_weights(opened, weight, PSU_WEIGHT)


def impossible_hours(opened: Opened, outcome: OutcomeDeclaration) -> list[Problem]:
    """A problem for each column of weekly hours with values that no week has: codes taken for hours make workers."""
    if not isinstance(outcome, RuleOutcome):
        return []
    columns = {"hours": outcome.hours, "chores_hours": outcome.chores_hours}
    return [
        problem
        for key, column in columns.items()
        if column is not None
        for problem in _hours_problems(opened, column, f"outcome.{key}", outcome.na)
    ]


def _hours_problems(opened: Opened, column: str, key: str, na: tuple[str, ...]) -> list[Problem]:
    def bad(table: ir.Table) -> ir.BooleanValue:
        value = number(table[column])
        outside = (value < 0) | (value > WEEK)
        return outside & ~code(table[column]).isin(na) if na else outside

    what = f'column "{column}" ({key}) holds weekly hours below 0 or above {WEEK} in'
    remedy = "List the codes that mean missing in outcome.na, e.g. na = [999], or correct the hours."
    return _bad_rows(opened, bad, column, what, remedy)


def unusable_counts(opened: Opened, count: str, *, whole: bool = False) -> list[Problem]:
    """The problem of counts that are missing or negative, or, of persons counted, no whole number, if there are any."""

    def bad(table: ir.Table) -> ir.BooleanValue:
        value = number(table[count])
        wrong = value.isnull() | (value < 0)
        return wrong | (value != value.floor()) if whole else wrong

    faults = "missing, negative or no whole number" if whole else "missing or negative"
    remedy = "Write the number of persons of the row, 0 for none."
    return _bad_rows(opened, bad, count, f'the count "{count}" is {faults} in', remedy)


def _bad_rows(
    opened: Opened, bad: Callable[[ir.Table], ir.BooleanValue], column: str, what: str, remedy: str
) -> list[Problem]:
    with reading(opened.where):
        found = int(bad(opened.table).sum().to_pyarrow().as_py() or 0)
    if not found:
        return []
    return [Problem(f"{what} {_rows(found)}", opened.where, remedy, found, _first(opened, bad, column))]


def _one_row(aggregate: ir.Table) -> dict[str, int]:
    [row] = aggregate.to_pyarrow().to_pylist()
    return dict(row)


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count > 1)}"


def _first(opened: Opened, bad: Callable[[ir.Table], ir.BooleanValue], column: str) -> tuple[str, ...]:
    """The first bad rows as "row 3: 'doce'", rows counted from 1 without the header."""
    numbered = opened.numbered()
    shown = numbered.filter(bad(numbered)).select(row=numbered[ROW] + 1, value=code(numbered[column]))
    rows = shown.order_by("row").limit(SHOWN).to_pyarrow().to_pylist()
    return tuple(f"row {row['row']}: {_shown(row['value'])}" for row in rows)


def _shown(value: str | None) -> str:
    return "missing" if value is None else f"'{value}'"


def repeated_keys(opened: Opened, count: str) -> list[Problem]:
    """The problem of rows of a table of counts that are alike in every column but the count, if there are any."""
    keys = [column for column in opened.table.columns if column != count]
    groups = opened.table.group_by(keys).aggregate(times=ibis._.count())
    repeated = groups.filter(groups["times"] > 1)
    with reading(opened.where):
        found = _one_row(repeated.aggregate(keys=repeated.count(), rows=repeated["times"].sum()))
    if not found["keys"]:
        return []
    first = repeated.order_by(keys).limit(SHOWN).to_pyarrow().to_pylist()
    items = tuple(f"{', '.join(str(row[key]) for key in keys)} × {row['times']}" for row in first)
    what = f"{found['rows']} rows share {found['keys']} key{'s' * (found['keys'] > 1)} of {', '.join(keys)}"
    remedy = "Each group of persons stands on one row: remove the copies, add their counts, or restore a lost column."
    return [Problem(what, opened.where, remedy, found["keys"], items)]
