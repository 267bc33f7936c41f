"""The fit and the direct estimates are R survey's on its samples of Californian schools."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from mirti.errors import InputError
from tests.support.survey_reference import (
    Survey,
    answers,
    assert_estimates_are,
    assert_fit_is,
    assert_pair_is,
    factor,
    number,
    table,
)

R = answers("survey_api")
STRATIFIED = {"strata": "stype"}
DESIGNS: dict[str, tuple[str, dict[str, Any]]] = {
    "stratified": ("api_stratified.csv", STRATIFIED | {"stratum_population": "fpc"}),
    "stratified_without_fpc": ("api_stratified.csv", STRATIFIED),
    "clusters": ("api_clusters.csv", {"psu": "dnum", "stratum_population": "fpc"}),
    "two_stage": (
        "api_two_stage.csv",
        {"psu": "dnum", "ssu": "snum", "stratum_population": "fpc1", "psu_population": "fpc2"},
    ),
    "two_stage_without_fpc": ("api_two_stage.csv", {"psu": "dnum", "ssu": "snum"}),
}


@pytest.fixture(params=DESIGNS)
def case(request: pytest.FixtureRequest) -> tuple[Survey, dict[str, Any]]:
    file, columns = DESIGNS[request.param]
    return Survey.of(table(file), "pw", **columns), R[request.param]


def three_numbers(persons: pd.DataFrame) -> tuple[Any, ...]:
    return number(persons, "ell"), number(persons, "meals"), number(persons, "mobility")


def test_fit(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    assert_fit_is(survey.fit("y", three_numbers(survey.persons)), expected["fit"])


def test_fit_with_an_interaction_of_a_factor_and_a_number(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    covariates = factor(survey.persons, "stype"), number(survey.persons, "meals")
    fit = survey.fit("y", covariates, ("stype", "meals", "stype:meals"))
    assert fit.names[-1] == "stype=M:meals"
    assert_fit_is(fit, expected["with_type"])


def test_fit_on_a_domain(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    persons = survey.persons
    domain = survey.within((persons.improved == 1) | (persons.meals > 40))
    assert_fit_is(domain.fit("y", three_numbers(persons)), expected["domain"])


def test_means_totals_and_shares(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    known = survey.within(survey.persons.enroll.notna())
    domain = survey.within(survey.persons.meals > 40)
    assert_estimates_are(survey.means("api00"), expected["mean"])
    assert_estimates_are(survey.means("y"), expected["rate"])
    assert_pair_is(known.total("enroll"), expected["total"])
    assert_pair_is(survey.shares("stype"), expected["levels"])
    assert_estimates_are(domain.means("y"), expected["domain_rate"])


def test_means_of_many_domains_at_once(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    assert_estimates_are(survey.means("y", by="stype"), expected["by_type"])
    poor = survey.within(survey.persons.meals > 40)
    assert_estimates_are(poor.means("api00", by="stype"), expected["by_type_domain"])


def lonely(rule: Any, **columns: Any) -> Survey:
    return Survey.of(table("api_lonely.csv"), "pw", rule, strata="stype", **columns)


@pytest.mark.parametrize("rule", ["certainty", "adjust"])
def test_single_psu_stratum(rule: str) -> None:
    expected, survey = R[f"lonely_{rule}"], lonely(rule)
    assert_fit_is(survey.fit("y", three_numbers(survey.persons)), expected["fit"])
    assert_estimates_are(survey.means("y"), expected["rate"])
    assert_pair_is(survey.total("enroll"), expected["total"])
    assert_estimates_are(survey.within(survey.persons.meals > 40).means("y"), expected["domain_rate"])
    with_fpc = lonely(rule, stratum_population="fpc")
    assert_fit_is(with_fpc.fit("y", three_numbers(survey.persons)), expected["with_fpc"])


def test_single_psu_stratum_fails_by_default_and_is_named() -> None:
    assert R["lonely_fail"]["message"] == "Stratum (H) has only one PSU at stage 1"
    survey = lonely("fail")
    for estimate in (lambda: survey.means("y"), lambda: survey.fit("y", three_numbers(survey.persons))):
        with pytest.raises(InputError, match=r"1 stratum has one sampled PSU.*\(H\)") as caught:
            estimate()
        assert 'survey.single_psu to "adjust"' in str(caught.value)
        assert "survey.merge_strata" in str(caught.value)
