"""An outcome's ages, values and sources."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from mirti.declarations import ColumnOutcome, HoursRule, OutcomeDeclaration, RuleOutcome
from mirti.outcome import MINIMUM_AGE
from mirti.spec.coding_checks import expression_faults
from mirti.spec.lines import Loc
from mirti.spec.messages import Fault

_LEGAL = 'Add source = "…": the law or list it comes from.'


def outcome_faults(outcome: OutcomeDeclaration) -> Iterator[Fault]:
    """Faults between the keys of [outcome]."""
    if outcome.ages[0] > outcome.ages[1]:
        yield _backwards(outcome.ages, ("outcome", "ages"))
    yield from (_column(outcome) if isinstance(outcome, ColumnOutcome) else _rule(outcome))


def _column(outcome: ColumnOutcome) -> Iterator[Fault]:
    both = sorted(set(outcome.positive) & set(outcome.negative))
    if both:
        what = f"{', '.join(both)} counts both as 1 (positive) and as 0 (negative)"
        yield Fault(("outcome", "negative"), what, "Keep each value in one of them.")
    for key in ("positive", "negative"):
        if not getattr(outcome, key):
            yield Fault(("outcome", key), f"outcome.{key} names no value", "Name at least one value.")


def _rule(outcome: RuleOutcome) -> Iterator[Fault]:
    yield from expression_faults(outcome.works, ("outcome", "works"))
    for key in ("economic", "chores"):
        yield from _hours(getattr(outcome, key), outcome, key)
    if outcome.chores and outcome.chores_hours is None:
        what = "hours of household services are ruled, but no column holds them"
        yield Fault(("outcome", "chores"), what, 'Add chores_hours = "…".')
    if outcome.minimum_age not in (None, MINIMUM_AGE) and not outcome.source:
        yield Fault(
            ("outcome", "minimum_age"), f"a minimum age of {outcome.minimum_age} has no legal source", _LEGAL
        )
    if outcome.minimum_age is not None and outcome.economic:
        what = "minimum_age moves the hours by age, and economic declares them"
        yield Fault(("outcome", "minimum_age"), what, "Keep one of them.")
    yield from _lists(outcome)


def _hours(rules: tuple[HoursRule, ...], outcome: RuleOutcome, key: str) -> Iterator[Fault]:
    for position, rule in enumerate(rules):
        loc: Loc = ("outcome", key, position)
        if rule.ages[0] > rule.ages[1]:
            yield _backwards(rule.ages, (*loc, "ages"))
        if not (rule.source or outcome.source):
            yield Fault(loc, f"the hours of {key} are overridden without a legal source", _LEGAL)
    ordered = sorted(rule.ages for rule in rules)
    for first, second in itertools.pairwise(ordered):
        if second[0] <= first[1]:
            what = f"the ages {list(first)} and {list(second)} of {key} overlap"
            yield Fault(("outcome", key), what, "Let each age fall under one rule.")


def _lists(outcome: RuleOutcome) -> Iterator[Fault]:
    for listed, column in (("hazardous_branches", "branch"), ("hazardous_occupations", "occupation")):
        codes, name = getattr(outcome, listed), getattr(outcome, column)
        if codes and name is None:
            yield Fault(
                ("outcome", listed),
                f"{listed} are listed, but no column holds the {column}",
                f"Add {column}.",
            )
        if name is not None and not codes:
            yield Fault(
                ("outcome", column), f"the {column} is named, but no {listed} are listed", f"Add {listed}."
            )
        if codes and not outcome.source:
            yield Fault(("outcome", listed), f"{listed} have no legal source", _LEGAL)


def _backwards(ages: tuple[int, int], loc: Loc) -> Fault:
    return Fault(loc, f"the ages run backwards: {list(ages)}", f"Write [{ages[1]}, {ages[0]}].")
