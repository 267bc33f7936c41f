"""Replicate variances of totals, rates, domains and fits are R survey's, for every kind of replicate weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirti.survey.replicate import degrees_of_freedom, describe
from mirti.survey.replicate_making import make_replicates
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

R = answers("survey_replicates")
OPTIONS: dict[str, dict[str, Any]] = {
    "JKn": {"rscales": R["JKn"]["rscales"]},
    "BRR": {},
    "Fay": {"rho": 0.3},
    "bootstrap": {},
    "SDR": {},
}


@pytest.fixture(scope="module")
def nhanes() -> Survey:
    persons = table("nhanes.csv.gz")
    persons = persons[persons.SDMVPSU <= 2].reset_index(drop=True)
    survey = Survey.of(persons, "WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU")
    return survey.within(persons.HI_CHOL.notna())


def assert_nhanes_is(survey: Survey, expected: dict[str, Any]) -> None:
    persons = survey.persons
    covariates = factor(persons, "race"), factor(persons, "sex")
    adults = survey.within(persons.agecat != "(0,19]")
    assert_pair_is(survey.replicate_total("HI_CHOL"), expected["total"])
    assert_estimates_are(survey.means("HI_CHOL"), expected["rate"])
    assert_estimates_are(survey.means("HI_CHOL", by="race"), expected["by"])
    assert_fit_is(survey.fit("HI_CHOL", covariates), expected["fit"])
    assert_fit_is(adults.fit("HI_CHOL", covariates), expected["domain"])
    for domain, degrees in ((survey, "degf"), (adults, "domain_degf")):
        assert domain.rw is not None
        assert degrees_of_freedom(domain.rw[domain.rows]) == expected[degrees]


@pytest.mark.parametrize("centre", ["estimate", "mean"])
@pytest.mark.parametrize("kind", OPTIONS)
def test_every_kind_on_nhanes(nhanes: Survey, kind: Any, centre: Any) -> None:
    factors = np.array(R[kind]["factors"])
    replicates = describe(kind, factors.shape[1], centre=centre, **OPTIONS[kind])
    assert_nhanes_is(nhanes.replicated(replicates, factors), R[kind][centre])


def test_jk1_on_schools_in_districts() -> None:
    schools = table("api_clusters.csv")
    factors = np.array(R["JK1"]["factors"])
    survey = Survey.of(schools, "pw", psu="dnum").replicated(describe("JK1", factors.shape[1]), factors)
    covariates, expected = (number(schools, "meals"), number(schools, "mobility")), R["JK1"]["estimate"]
    assert_pair_is(survey.replicate_total("y"), expected["total"])
    assert_estimates_are(survey.means("y", by="stype"), expected["by"])
    assert_fit_is(survey.fit("y", covariates), expected["fit"])
    assert_fit_is(survey.within(schools.meals > 20).fit("y", covariates), expected["domain"])


@pytest.mark.parametrize(("kind", "rho"), [("JKn", None), ("BRR", None), ("Fay", 0.3)])
def test_weights_made_from_the_design_give_the_variances_of_those_that_r_makes(
    nhanes: Survey, kind: Any, rho: float | None
) -> None:
    made = make_replicates(nhanes.design.sample, kind, rho=rho)
    survey, expected = nhanes.replicated(made.replicates, made.factors), R[kind]["estimate"]
    assert_pair_is(survey.replicate_total("HI_CHOL"), expected["total"])
    assert_pair_is(survey.replicate_total("HI_CHOL"), R["linear"]["total"])
    if kind == "JKn":
        assert_nhanes_is(survey, expected)


def test_jackknife_weights_made_with_a_finite_population() -> None:
    schools, expected = table("api_clusters.csv"), R["JK1_fpc"]
    survey = Survey.of(schools, "pw", psu="dnum", stratum_population="fpc")
    made = make_replicates(survey.design.sample, "JK1")
    assert made.replicates.scale == pytest.approx(expected["scale"])
    assert_pair_is(survey.replicated(made.replicates, made.factors).replicate_total("y"), expected["total"])
    assert_pair_is(survey.total("y"), expected["linear"])
