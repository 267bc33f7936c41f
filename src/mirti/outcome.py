"""Definitions of child labour and hazardous work, from a questionnaire's columns or a ready one.

Sources of the constants:
- SDG indicator 8.7.1, metadata of the United Nations Statistics Division (production-boundary and general-boundary
  series): children of 5–11 with at least 1 hour, of 12–14 with at least 14, of 15–17 with at least 43 weekly hours of
  economic activity; children of 5–14 with at least 21 weekly hours of unpaid household services.
- Resolution II of the 18th International Conference of Labour Statisticians (2008), as amended by Resolution IV of the
  20th (2018): light work, long hours, designated hazardous industries and occupations at 5–17.
- ILO Conventions 138 (minimum age) and 182, article 3(d) (hazardous work, listed by each country).

Everything here builds Ibis expressions and reads nothing. Missing answers follow three-valued logic: a child is in the
outcome if one known answer suffices, out of it if all known answers say so, missing otherwise.
"""

from __future__ import annotations

from functools import reduce

import ibis
import ibis.expr.types as ir

from mirti.codes import code, number
from mirti.declarations import ColumnOutcome, HoursRule, OutcomeDeclaration, RuleOutcome
from mirti.errors import InputError, Problem
from mirti.expressions import condition, unknown_column

LOWEST_AGE, HIGHEST_AGE = 5, 17
LIGHT_WORK_AGE = 12  # C138 art. 7(1), (4)
MINIMUM_AGE = 15  # C138 art. 2(3)
ANY_WORK_HOURS = 1.0
LIGHT_WORK_HOURS = 14.0
LONG_HOURS = 43.0
WEEK = 168
CHORES_HOURS = 21.0
CHORES_LAST_AGE = 14

WARN_MISSING, STOP_MISSING = 0.02, 0.10


def economic_rules(minimum_age: int | None = None) -> tuple[HoursRule, ...]:
    """Weekly hours of economic work that are child labour, by age. A country's minimum age moves the upper border."""
    border = MINIMUM_AGE if minimum_age is None else minimum_age
    bands = (
        (LOWEST_AGE, LIGHT_WORK_AGE - 1, ANY_WORK_HOURS),
        (LIGHT_WORK_AGE, border - 1, LIGHT_WORK_HOURS),
        (border, HIGHEST_AGE, LONG_HOURS),
    )
    return tuple(HoursRule(ages=(low, high), hours=hours) for low, high, hours in bands if low <= high)


def chores_rules() -> tuple[HoursRule, ...]:
    """Weekly hours of unpaid household services that are child labour, by age."""
    return (HoursRule(ages=(LOWEST_AGE, CHORES_LAST_AGE), hours=CHORES_HOURS),)


def outcome_column(
    declaration: OutcomeDeclaration, table: ir.Table, *, age: str | None = None, where: str = "survey"
) -> ir.IntegerValue:
    """The outcome of every row as int8: 1, 0 or null. The caller applies the window of ages.

    age: the column of the age, which the rules by age need. Raises InputError for a column that the table has not.
    """
    if isinstance(declaration, ColumnOutcome):
        return _ready(declaration, table, where)
    if age is None:
        raise ValueError("an outcome by rule needs the column of the age")
    years = number(_column(table, age, where)).floor()
    works = condition(declaration.works, table, f"{where}, outcome.works")
    hours = number(_known(declaration, table, declaration.hours, where))
    hazardous = _listed(declaration, table, where)
    if declaration.kind == "hazardous_work":
        at_risk = works & ((hours >= LONG_HOURS) | hazardous)
    else:
        rules = declaration.economic or economic_rules(declaration.minimum_age)
        at_risk = works & (_reaches(rules, years, hours) | hazardous) | _chores(
            declaration, table, years, where
        )
    return at_risk.cast("int8")


def _ready(declaration: ColumnOutcome, table: ir.Table, where: str) -> ir.IntegerValue:
    value = code(_column(table, declaration.column, where))
    one, zero = value.isin(declaration.positive), value.isin(declaration.negative)
    return ibis.cases((one, 1), (zero, 0), else_=ibis.null("int8")).cast("int8")


def _reaches(rules: tuple[HoursRule, ...], years: ir.NumericValue, hours: ir.NumericValue) -> ir.BooleanValue:
    bands = [years.between(*rule.ages) & (hours >= rule.hours) for rule in rules]
    return reduce(lambda a, b: a | b, bands)


def _chores(declaration: RuleOutcome, table: ir.Table, years: ir.NumericValue, where: str) -> ir.BooleanValue:
    if declaration.chores_hours is None:
        return ibis.literal(False)
    hours = number(_known(declaration, table, declaration.chores_hours, where))
    return _reaches(declaration.chores or chores_rules(), years, hours)


def _listed(declaration: RuleOutcome, table: ir.Table, where: str) -> ir.BooleanValue:
    """Whether the branch or the occupation stands on the national list of hazardous work."""
    lists = (
        (declaration.branch, declaration.branch_digits, declaration.hazardous_branches),
        (declaration.occupation, declaration.occupation_digits, declaration.hazardous_occupations),
    )
    listed = [
        _stands_on(_known(declaration, table, column, where), digits, codes)
        for column, digits, codes in lists
        if column
    ]
    return reduce(lambda a, b: a | b, listed, ibis.literal(False))


def _stands_on(value: ir.StringValue, digits: int | None, codes: tuple[str, ...]) -> ir.BooleanValue:
    """With digits, a listed code covers all codes that begin with it: division 05 covers classes 0510 and 0520."""
    if digits is None:
        return value.isin(codes)
    padded = (value.length() < digits).ifelse(value.lpad(digits, "0"), value)
    return reduce(lambda a, b: a | b, [padded.startswith(listed) for listed in codes], ibis.literal(False))


def _known(declaration: RuleOutcome, table: ir.Table, column: str, where: str) -> ir.StringValue:
    """The column's values as codes; those that the declaration lists as missing are null."""
    value = code(_column(table, column, where))
    return value.isin(declaration.na).ifelse(ibis.null("string"), value) if declaration.na else value


def _column(table: ir.Table, name: str, where: str) -> ir.Value:
    if name not in table.columns:
        raise unknown_column(name, table.columns, f"{where}, outcome")
    return table[name]


def judge_missing(share: float, accepted: str | None, where: str) -> str | None:
    """What a weighted share of missing outcomes means: None (under 2 %), a warning, or InputError (10 % or more).

    accepted: the spec's written reason to go on; the warning repeats it.
    """
    if share < WARN_MISSING:
        return None
    what = f"the outcome is missing for {share:.1%} of the children (weighted)"
    if accepted:
        return f"{where}: {what}; accepted: {accepted}"
    if share >= STOP_MISSING:
        go_on = 'write accept_missing_outcome = "the reason" under [run] to go on'
        remedy = f"Check the outcome's values and ages, or {go_on}."
        raise InputError(Problem(f"{what}; a run stops at {STOP_MISSING:.0%}", where, remedy))
    return f"{where}: {what}; those children are left out of the model"
