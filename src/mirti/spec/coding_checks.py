"""A covariate's codings against its levels, and what household features need."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from mirti.codes import is_number
from mirti.declarations import Coding, CovariateDeclaration
from mirti.errors import InputError
from mirti.expressions import uses
from mirti.spec.lines import Loc
from mirti.spec.messages import Fault, nearest

SIDES = ("survey", "census")


def covariate_faults(covariate: CovariateDeclaration, loc: Loc) -> Iterator[Fault]:
    """Faults of one covariate by itself."""
    levels = known_levels(covariate)
    for side in SIDES:
        coding = coding_of(covariate, side)
        yield from _coding(coding, (*loc, side))
        yield from _targets(covariate, coding, levels, (*loc, side))
    yield from (
        _numeric(covariate, loc) if covariate.kind == "numeric" else _categorical(covariate, levels, loc)
    )


def coding_of(covariate: CovariateDeclaration, side: str) -> Coding:
    return covariate.survey if side == "survey" else covariate.census


def known_levels(covariate: CovariateDeclaration) -> tuple[str, ...]:
    """The levels that can be told from the spec alone; empty where they are the survey's own values."""
    named = covariate.levels or tuple((covariate.survey.recode or {}).values())
    missing = (covariate.missing,) if covariate.missing is not None and named else ()
    return tuple(dict.fromkeys((*named, *missing)))


def _coding(coding: Coding, loc: Loc) -> Iterator[Fault]:
    ways = [key for key in ("column", "derive", "household") if getattr(coding, key) is not None]
    if len(ways) != 1:
        what = f"a coding needs exactly one of column, derive, household; there is {' and '.join(ways) or 'none'}"
        yield Fault(loc, what, "Keep the one that says where the value comes from.")
    if coding.recode is not None and coding.cuts is not None:
        yield Fault((*loc, "cuts"), "a coding has recode or cuts, not both", "Remove one of them.")
    if coding.cuts is not None and not _increasing(coding.cuts):
        yield Fault(
            (*loc, "cuts"), f"the cuts do not increase: {list(coding.cuts)}", "Put them in increasing order."
        )
    if coding.recode is not None:
        for value in coding.na:
            if value in coding.recode:
                yield Fault(
                    (*loc, "recode", value), f'value "{value}" is both in recode and in na', "Keep one."
                )
    yield from _expressions(coding, loc)


def _increasing(cuts: tuple[float, ...]) -> bool:
    return len(cuts) > 0 and all(low < high for low, high in itertools.pairwise(cuts))


def _expressions(coding: Coding, loc: Loc) -> Iterator[Fault]:
    feature = coding.household
    texts = {(*loc, "derive"): coding.derive}
    if feature is not None:
        texts |= {(*loc, "household", "of"): feature.of, (*loc, "household", "where"): feature.where}
    for place, text in texts.items():
        if text is not None:
            yield from expression_faults(text, place)


def expression_faults(text: str, loc: Loc) -> Iterator[Fault]:
    """The fault of an expression that cannot be read."""
    try:
        uses(text, "expression")
    except InputError as error:
        for problem in error.problems:
            yield Fault(loc, f"{problem.where}: {problem.what}", problem.remedy)


def _targets(
    covariate: CovariateDeclaration, coding: Coding, levels: tuple[str, ...], loc: Loc
) -> Iterator[Fault]:
    if coding.recode is not None and levels:
        for value, level in coding.recode.items():
            if level not in levels:
                what = f'value "{value}" is recoded to "{level}", which is no level of {covariate.name}'
                yield Fault((*loc, "recode", value), what, _levels(level, levels))
    if coding.cuts is not None and covariate.kind == "categorical":
        yield from _cut_count(covariate, coding.cuts, loc)


def _cut_count(covariate: CovariateDeclaration, cuts: tuple[float, ...], loc: Loc) -> Iterator[Fault]:
    other = len(covariate.survey.cuts or cuts)
    if other != len(cuts):
        what = f"the survey has {other} cuts, the census {len(cuts)}"
        yield Fault((*loc, "cuts"), what, "Cut both into the same levels.")
    levels = [level for level in covariate.levels if level != covariate.missing]
    if covariate.levels and len(cuts) + 1 not in (len(levels), len(covariate.levels)):
        what = f"{len(cuts)} cuts make {len(cuts) + 1} levels, {len(levels)} are declared"
        yield Fault((*loc, "cuts"), what, "Change cuts or levels.")


def _numeric(covariate: CovariateDeclaration, loc: Loc) -> Iterator[Fault]:
    for key in ("reference", "missing"):
        if getattr(covariate, key) is not None:
            yield Fault(
                (*loc, key), f"a numeric covariate has no {key} level", "Remove it, or make it categorical."
            )
    for side in SIDES:
        coding = coding_of(covariate, side)
        if coding.cuts is not None:
            what = f"{covariate.name} is numeric, cuts make levels"
            yield Fault((*loc, side, "cuts"), what, 'Remove the cuts, or write kind = "categorical".')
        for value, level in (coding.recode or {}).items():
            if not is_number(level):
                what = f'{covariate.name} is numeric, value "{value}" is recoded to "{level}", which is no number'
                yield Fault((*loc, side, "recode", value), what, "Recode to numbers, or make it categorical.")


def _categorical(covariate: CovariateDeclaration, levels: tuple[str, ...], loc: Loc) -> Iterator[Fault]:
    level = covariate.reference
    if level is not None and levels and level not in levels:
        what = f'reference "{level}" is no level of {covariate.name}'
        yield Fault((*loc, "reference"), what, _levels(level, levels))
    for level in covariate.level_labels:
        if levels and level not in levels:
            what = f'"{level}" is labelled, but it is no level of {covariate.name}'
            yield Fault((*loc, "level_labels", level), what, _levels(level, levels))
    if len(set(covariate.levels)) < len(covariate.levels):
        yield Fault(
            (*loc, "levels"), f"a level of {covariate.name} stands there twice", "Name each level once."
        )
    if len(levels) == 1:
        what = f"{covariate.name} has one level: it cannot tell children apart"
        yield Fault((*loc, "levels"), what, "Declare two levels or more, or remove the covariate.")


def _levels(word: str, levels: tuple[str, ...]) -> str:
    return f"{nearest(word, levels)}The levels are {', '.join(levels)}."


def household_faults(covariate: CovariateDeclaration, loc: Loc, data: dict[str, Any]) -> Iterator[Fault]:
    """Household features need the columns of the household, and who its head is."""
    for side in SIDES:
        feature = coding_of(covariate, side).household
        if feature is None:
            continue
        place = (*loc, side, "household")
        persons = _persons(data, side)
        if not persons.get("household"):
            remedy = f'Add household = ["…"] to {side}.persons: the columns that identify the household.'
            yield Fault(
                place, f"{covariate.name} is a feature of the household, the {side} names none", remedy
            )
        if feature.summary == "head" and not persons.get("head"):
            remedy = f'Add head = "relationship == 1" to {side}.persons, with the {side}\'s own column.'
            yield Fault(
                place, f"{covariate.name} is a value of the head, the {side} does not say who that is", remedy
            )
        if feature.summary != "count" and feature.of is None:
            yield Fault(place, f'the summary "{feature.summary}" does not say of what', 'Add of = "…".')
        if side == "census" and _table(data, "census").get("kind") == "counts":
            what = f"{covariate.name} is a feature of the household, the census is one of counts"
            yield Fault(place, what, "Use a column of the counts, or a census of persons.")


def _persons(data: dict[str, Any], side: str) -> dict[str, Any]:
    return _table(_table(data, side), "persons")


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}
