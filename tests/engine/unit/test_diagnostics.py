"""What a fit says of itself, against R and against pairs counted one by one."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.models.coding import ModelMatrix
from mirti.models.diagnostics import measures, term_tests
from mirti.tables import SurveyCells
from tests.support.samples import COVARIATES, fit, sample
from tests.support.survey_reference import Survey, answers, factor, number, table


def test_term_tests_are_those_of_r() -> None:
    persons = table("api_stratified.csv")
    covariates = factor(persons, "stype"), number(persons, "meals")
    survey = Survey.of(persons, "pw", strata="stype", stratum_population="fpc")
    test = term_tests(survey.fit("y", covariates), ModelMatrix(covariates).factors)[0]
    expected = answers("survey_api")["stratified"]["wald"]
    assert (test.factor, test.df, test.residual_df) == ("stype", expected["df"], expected["ddf"])
    assert test.statistic == pytest.approx(expected["F"], rel=1e-6)
    assert test.p_value == pytest.approx(expected["p"], rel=1e-5)


def test_a_term_with_more_columns_than_psus_has_no_test() -> None:
    persons = sample(3, strata=1, psus=3, ssus=2, size=60)
    tests = term_tests(fit(persons), [None, "all", "all", "all", "all"])
    assert np.isnan(tests[0].p_value)


def test_measures_of_a_fit() -> None:
    persons = sample(6)
    found, inside, design = fit(persons), persons.inside, persons.design
    w, y = persons.weight[inside], persons.y[inside]
    n = np.ones(len(w), dtype=np.int64)
    cells = SurveyCells(
        COVARIATES,
        design.sample,
        ("01",),
        design.psu[inside],
        None,
        np.zeros(len(w), np.int32),
        persons.codes[inside],
        n,
        y.astype(np.int64),
        w,
        w * y,
        w**2,
        w**2 * y,
    )
    figures = measures(found, ModelMatrix(COVARIATES).build(cells.codes), cells)
    assert figures["mean_prediction"] == pytest.approx(np.average(y, weights=w))
    assert figures["direct_rate"] == pytest.approx(figures["mean_prediction"])
    assert 0.5 < figures["auc"] < 1
    assert 1 < figures["effective_events"] < figures["effective_children"] < len(w)
    assert figures["events_per_column"] == y.sum() / 4
    assert figures["condition_number"] > 1
