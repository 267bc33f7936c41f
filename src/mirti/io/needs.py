"""Which columns of each source a spec uses, for what, and which of them must hold numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mirti.declarations import (
    CensusDeclaration,
    Coding,
    CovariateDeclaration,
    HouseholdFeature,
    OutcomeDeclaration,
    Persons,
    ProjectionDeclaration,
    RuleOutcome,
    SpecDeclaration,
    SurveyDeclaration,
)
from mirti.expressions import uses


@dataclass(frozen=True)
class Need:
    """A column that the spec's key names; numeric: its values are computed with, but for the codes in na."""

    column: str
    key: str
    numeric: bool = False
    na: tuple[str, ...] = ()


def survey_needs(spec: SpecDeclaration) -> list[Need]:
    """Columns of the survey that the spec uses."""
    return [
        *_design(spec.survey),
        *_persons(spec.survey.persons, "survey", headed=_has_head(spec, "survey")),
        *_outcome(spec.outcome),
        *_covariates(spec, "survey"),
    ]


def census_needs(spec: SpecDeclaration) -> list[Need]:
    """Columns of the census that the spec uses."""
    census: CensusDeclaration = spec.census
    count = [Need(census.count, "census.count", numeric=True)] if census.count else []
    return [
        Need(census.area.column, "census.area.column", numeric=census.area.modulo is not None),
        *count,
        *_persons(census.persons, "census", headed=_has_head(spec, "census")),
        *_covariates(spec, "census"),
    ]


def projection_needs(projection: ProjectionDeclaration) -> list[Need]:
    """Columns of the projection that the spec uses."""
    age = [Need(projection.age, "projection.age", numeric=True)] if projection.age else []
    sex = [Need(projection.sex, "projection.sex")] if projection.sex else []
    return [
        Need(projection.area.column, "projection.area.column", numeric=projection.area.modulo is not None),
        Need(projection.count, "projection.count", numeric=True),
        *age,
        *sex,
    ]


def _design(survey: SurveyDeclaration) -> Iterator[Need]:
    yield Need(survey.weight, "survey.weight", numeric=True)
    yield Need(survey.area.column, "survey.area.column", numeric=survey.area.modulo is not None)
    for key in ("strata", "psu", "ssu", "stratum_population", "psu_population", "psu_weight"):
        column = getattr(survey, key)
        if column is not None:
            yield Need(column, f"survey.{key}", numeric=key.endswith(("_population", "_weight")))
    for stage in survey.stages:
        yield Need(stage.unit, "survey.stages")
        yield Need(stage.population, "survey.stages", numeric=True)
    for column in survey.replicates.columns if survey.replicates else ():
        if not column.endswith("*"):
            yield Need(column, "survey.replicates.columns", numeric=True)


def _persons(persons: Persons, side: str, *, headed: bool) -> Iterator[Need]:
    yield Need(persons.age, f"{side}.persons.age", numeric=True)
    if persons.sex is not None:
        yield Need(persons.sex, f"{side}.persons.sex")
    for column in persons.household:
        yield Need(column, f"{side}.persons.household")
    if persons.head is not None and headed:
        yield from _expression(persons.head, f"{side}.persons.head")


def _has_head(spec: SpecDeclaration, side: str) -> bool:
    codings = (_coding(covariate, side) for covariate in spec.covariates)
    return any(coding.household is not None and coding.household.summary == "head" for coding in codings)


def _coding(covariate: CovariateDeclaration, side: str) -> Coding:
    return covariate.survey if side == "survey" else covariate.census


def _outcome(outcome: OutcomeDeclaration) -> Iterator[Need]:
    if not isinstance(outcome, RuleOutcome):
        yield Need(outcome.column, "outcome.column")
        return
    yield from _expression(outcome.works, "outcome.works")
    yield Need(outcome.hours, "outcome.hours", numeric=True, na=outcome.na)
    for key in ("chores_hours", "branch", "occupation"):
        column = getattr(outcome, key)
        if column is not None:
            yield Need(column, f"outcome.{key}", numeric=key == "chores_hours", na=outcome.na)


def _covariates(spec: SpecDeclaration, side: str) -> Iterator[Need]:
    for covariate in spec.covariates:
        coding, key = _coding(covariate, side), f"covariate {covariate.name}, {side}"
        if coding.column is not None:
            number = coding.cuts is not None or (covariate.kind == "numeric" and coding.recode is None)
            yield Need(coding.column, f"{key}.column", number, coding.na)
        if coding.derive is not None:
            yield from _expression(coding.derive, f"{key}.derive", na=coding.na)
        if coding.household is not None:
            yield from _household(coding.household, coding.na, f"{key}.household")


def _household(feature: HouseholdFeature, na: tuple[str, ...], key: str) -> Iterator[Need]:
    if feature.of is not None:
        alone = feature.summary in ("sum", "mean", "min", "max")
        yield from _expression(feature.of, f"{key}.of", na=na, alone=alone)
    if feature.where is not None:
        yield from _expression(feature.where, f"{key}.where")


def _expression(text: str, key: str, *, na: tuple[str, ...] = (), alone: bool = False) -> Iterator[Need]:
    """alone: whether the column must hold numbers even where the expression is nothing but its name."""
    used = uses(text, key)
    for column in used.columns:
        bare = alone and used.columns == (text.strip(),)
        yield Need(column, key, column in used.numeric or bare, na)
