"""Term tests, criteria, marginal effects, Archer–Lemeshow, ROC area and calibration are what R survey gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from mirti.models.coding import ModelMatrix
from mirti.models.effects import marginal_effects
from mirti.models.goodness import archer_lemeshow, calibration
from mirti.models.logistic import LogisticFit, fit_cells
from mirti.models.rao_scott import design_aic, design_bic, likelihood_ratio_tests
from mirti.models.roc import area_with_error
from mirti.tables import Covariate, Floats, SurveyCells
from tests.support.survey_reference import AGREEMENT, Survey, answers, factor, number, table

R = answers("survey_tests")
AGES = ("(0,19]", "(19,39]", "(39,59]", "(59,Inf]")


@dataclass(frozen=True)
class Case:
    cells: SurveyCells

    def matrix(self, *terms: str) -> ModelMatrix:
        return ModelMatrix(self.cells.covariates, terms)

    def x(self, *terms: str) -> Floats:
        return self.matrix(*terms).build(self.cells.codes)

    def fit(self, *terms: str) -> LogisticFit:
        return fit_cells(self.x(*terms), self.cells, names=self.matrix(*terms).names)


@pytest.fixture(scope="module")
def nhanes() -> Case:
    persons = table("nhanes.csv.gz")
    survey = Survey.of(persons, "WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU")
    covariates = factor(persons, "race"), Covariate("agecat", AGES), factor(persons, "sex")
    return Case(survey.within(persons.HI_CHOL.notna()).cells("HI_CHOL", covariates))


@pytest.fixture(scope="module")
def api() -> Case:
    schools = table("api_stratified.csv")
    survey = Survey.of(schools, "pw", strata="stype", stratum_population="fpc")
    covariates = factor(schools, "stype"), *(number(schools, name) for name in ("ell", "meals", "mobility"))
    return Case(survey.cells("y", covariates))


MAIN = ("race", "agecat", "sex")
CROSSED = (*MAIN, "agecat:sex")
PLAIN = ("ell", "meals", "mobility")


def assert_ratio_is(case: Case, terms: tuple[str, ...], expected: dict[str, dict[str, Any]]) -> None:
    tests = likelihood_ratio_tests(case.fit(*terms), case.x(*terms), case.cells, case.matrix(*terms).factors)
    for test in tests:
        if test.factor in expected:
            r = expected[test.factor]
            assert (test.df, test.residual_df) == (r["df"], r["ddf"])
            assert test.statistic == pytest.approx(r["statistic"], rel=AGREEMENT)
            np.testing.assert_allclose(test.design_effects, np.atleast_1d(r["lambda"]), rtol=AGREEMENT)
            assert test.satterthwaite == pytest.approx(r["satterthwaite"], rel=AGREEMENT)
            assert test.p_value == pytest.approx(r["p"], rel=AGREEMENT)


def test_likelihood_ratio_tests(nhanes: Case, api: Case) -> None:
    assert_ratio_is(nhanes, MAIN, {term: R["nhanes"][term] for term in MAIN})
    assert_ratio_is(nhanes, CROSSED, {"agecat:sex": R["nhanes"]["interaction"]})
    assert_ratio_is(api, PLAIN, {term: R["api"][term] for term in ("meals", "mobility")})


@pytest.mark.parametrize(("name", "terms"), [("main", MAIN), ("crossed", CROSSED), ("ages", ("agecat",))])
def test_design_adjusted_criteria(nhanes: Case, name: str, terms: tuple[str, ...]) -> None:
    expected, fit = R["nhanes"]["criteria"][name], nhanes.fit(*terms)
    found = design_aic(fit)
    figures = found.effective_parameters, found.aic, found.mean_design_effect
    np.testing.assert_allclose(figures, expected["aic"], rtol=AGREEMENT)
    bic = design_bic(fit, nhanes.fit(*CROSSED), int(nhanes.cells.n.sum()))
    assert bic == pytest.approx(expected["bic"][1], rel=AGREEMENT)


@pytest.mark.parametrize(("key", "terms"), [("effects", MAIN), ("crossed_effects", CROSSED)])
def test_marginal_effects_of_levels(nhanes: Case, key: str, terms: tuple[str, ...]) -> None:
    found = {e.term: e for e in marginal_effects(nhanes.fit(*terms), nhanes.matrix(*terms), nhanes.cells)}
    assert list(found) == ["race=2", "race=3", "race=4", *(f"agecat={a}" for a in AGES[1:]), "sex=2"]
    for term, name in (("race=3", "race3"), ("agecat=(59,Inf]", "oldest"), ("sex=2", "sex2")):
        effect = found[term]
        np.testing.assert_allclose([effect.effect, effect.se], R["nhanes"][key][name], rtol=AGREEMENT)


def test_marginal_effects_of_numbers_and_their_interactions(api: Case) -> None:
    terms = ("stype", "meals", "mobility", "stype:meals")
    found = {e.term: e for e in marginal_effects(api.fit(*terms), api.matrix(*terms), api.cells)}
    for term, name in (("meals", "meals"), ("mobility", "mobility"), ("stype=M", "stypeM")):
        effect = found[term]
        np.testing.assert_allclose([effect.effect, effect.se], R["api"]["effects"][name], rtol=AGREEMENT)


@pytest.mark.parametrize(("name", "terms"), [("nhanes", MAIN), ("api", PLAIN)])
def test_goodness_and_area(name: str, terms: tuple[str, ...], request: pytest.FixtureRequest) -> None:
    case: Case = request.getfixturevalue(name)
    fit, x = case.fit(*terms), case.x(*terms)
    expected = R[name]["goodness"]
    found = archer_lemeshow(fit, x, case.cells)
    assert [found.df, found.residual_df] == expected["df"]
    assert found.statistic == pytest.approx(expected["F"], rel=AGREEMENT)
    assert found.p_value == pytest.approx(expected["p"], rel=AGREEMENT)
    groups = calibration(fit.predict(x), case.cells)
    np.testing.assert_allclose(groups.predicted, expected["predicted"], rtol=AGREEMENT)
    np.testing.assert_allclose(groups.observed, expected["observed"]["estimate"], rtol=AGREEMENT)
    np.testing.assert_allclose(groups.se, expected["observed"]["se"], rtol=AGREEMENT)
    curve = area_with_error(fit.predict(x), case.cells)
    np.testing.assert_allclose([curve.area, curve.se], list(R[name]["area"].values()), rtol=AGREEMENT)
