"""The fit and the direct estimates are R survey's on NHANES: nested PSU codes, a missing outcome, domains."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from mirti.errors import InputError
from mirti.tables import Covariate
from tests.support.survey_reference import (
    Survey,
    answers,
    assert_estimates_are,
    assert_fit_is,
    assert_pair_is,
    factor,
    table,
)

R = answers("survey_nhanes")
DESIGN = {"strata": "SDMVSTRA", "psu": "SDMVPSU", "nest": True}
AGES = ("(0,19]", "(19,39]", "(39,59]", "(59,Inf]")


@pytest.fixture(scope="module")
def persons() -> pd.DataFrame:
    return table("nhanes.csv.gz")


@pytest.fixture(params=["whole", "certainty", "adjust"])
def case(request: pytest.FixtureRequest, persons: pd.DataFrame) -> tuple[Survey, dict[str, Any]]:
    if request.param == "whole":
        return Survey.of(persons, "WTMEC2YR", **DESIGN), R["whole"]
    return Survey.of(thinned(persons), "WTMEC2YR", request.param, **DESIGN), R[request.param]


def thinned(persons: pd.DataFrame) -> pd.DataFrame:
    return persons[~(persons.SDMVSTRA.isin([76, 80]) & (persons.SDMVPSU > 1))]


def known(survey: Survey) -> Survey:
    return survey.within(survey.persons.HI_CHOL.notna())


def women(survey: Survey) -> Survey:
    return known(survey).within((survey.persons.sex == 2) & (survey.persons.agecat != "(0,19]"))


def covariates(persons: pd.DataFrame) -> tuple[Covariate, ...]:
    return factor(persons, "race"), Covariate("agecat", AGES), factor(persons, "sex")


def test_fit(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    assert_fit_is(known(survey).fit("HI_CHOL", covariates(survey.persons)), expected["fit"])


def test_fit_with_an_interaction_of_factors(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    terms = ("race", "agecat", "sex", "agecat:sex")
    assert_fit_is(known(survey).fit("HI_CHOL", covariates(survey.persons), terms), expected["interaction"])


def test_fit_on_a_domain(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    adults = factor(survey.persons, "race"), Covariate("agecat", AGES[1:])
    assert_fit_is(women(survey).fit("HI_CHOL", adults), expected["women"])


def test_direct_estimates(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, expected = case
    assert_estimates_are(known(survey).means("HI_CHOL"), expected["rate"])
    assert_pair_is(known(survey).total("HI_CHOL"), expected["total"])
    assert_pair_is(known(survey).shares("agecat"), expected["levels"])
    assert_estimates_are(known(survey).means("HI_CHOL", by="race"), expected["by_race"])
    assert_estimates_are(women(survey).means("HI_CHOL", by="agecat"), expected["by_age_women"])


def test_psu_codes_that_restart_are_refused_unless_nested(persons: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"stand in more than one stratum: 2\. \(1, 2\)"):
        Survey.of(persons, "WTMEC2YR", **DESIGN | {"nest": False})


def test_two_strata_left_with_one_psu_are_named(persons: pd.DataFrame) -> None:
    survey = Survey.of(thinned(persons), "WTMEC2YR", **DESIGN)
    with pytest.raises(InputError, match=r"2 strata have one sampled PSU.*\(76, 80\)"):
        known(survey).means("HI_CHOL")
