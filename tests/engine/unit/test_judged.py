"""What diagnostics.json says of the design-based fit and of the candidates."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.declarations import CandidateDeclaration
from mirti.documents import TermRecord
from mirti.models.coding import ModelMatrix
from mirti.models.comparison import compare_models
from mirti.models.diagnostics import term_tests
from mirti.models.logistic import LogisticFit, fit_cells
from mirti.models.roc import area
from mirti.pipeline.judged import Judged, judge, with_likelihood_ratios
from mirti.survey.design import build_design
from mirti.tables import SurveyCells
from tests.support.samples import COVARIATES, cells_of, sample

MATRIX = ModelMatrix(COVARIATES)


@pytest.fixture(scope="module")
def cells() -> SurveyCells:
    persons = sample(51, strata=4, psus=8, ssus=2, size=15)
    return cells_of(persons, build_design(persons.stratum, persons.psu))


@pytest.fixture(scope="module")
def fit(cells: SurveyCells) -> LogisticFit:
    return fit_cells(MATRIX.build(cells.codes), cells, names=MATRIX.names)


@pytest.fixture(scope="module")
def judged(fit: LogisticFit, cells: SurveyCells) -> Judged:
    candidates = [
        CandidateDeclaration(name="school alone", terms=("schooling",)),
        CandidateDeclaration(name="impossible", terms=("wealth",)),
    ]
    return judge(fit, MATRIX, cells, candidates, seed=5)


def test_the_figures_are_those_of_the_parts(judged: Judged, fit: LogisticFit, cells: SurveyCells) -> None:
    tests = judged.tests
    risk = fit.predict(MATRIX.build(cells.codes))
    assert tests.auc == pytest.approx(area(risk, cells.sw, cells.swy), rel=1e-12)
    assert tests.archer_lemeshow_df == (9, 32 - 4 - 10 + 2)
    assert [effect.term for effect in tests.effects] == [
        "sex=boy",
        "schooling=behind",
        "schooling=out",
        "age",
    ]
    assert len(tests.calibration) == 10
    ends = tests.roc[0], tests.roc[-1]
    assert [(p.false_positive, p.true_positive) for p in ends] == [(0, 0), pytest.approx((1, 1))]
    assert judged.warnings == ()


def test_the_specs_own_terms_are_compared_with_the_candidates(judged: Judged, cells: SurveyCells) -> None:
    own, rival, failed = judged.candidates
    assert [own.name, rival.name, failed.name] == ["model", "school alone", "impossible"]
    assert [own.chosen, rival.chosen, failed.chosen] == [True, False, False]
    expected = compare_models(cells, [("x", ("schooling",))], seed=5)[0]
    assert (rival.aic, rival.cross_validated_auc) == (expected.aic, expected.cross_validated_auc)
    assert own.cross_validated_auc == judged.tests.cross_validated_auc
    assert failed.aic is None
    assert "wealth" in str(failed.failure)


def test_a_candidate_that_is_the_model_in_another_order_is_not_fitted_twice(
    fit: LogisticFit, cells: SurveyCells
) -> None:
    found = judge(fit, MATRIX, cells, [CandidateDeclaration(name="all", terms=("age", "schooling", "sex"))])
    assert [(one.name, one.chosen) for one in found.candidates] == [("all", True)]


def test_without_candidates_there_is_no_comparison_but_cross_validation(
    fit: LogisticFit, cells: SurveyCells
) -> None:
    found = judge(fit, MATRIX, cells)
    assert found.candidates == ()
    assert found.tests.cross_validated_auc is not None


def test_likelihood_ratios_stand_beside_the_wald_tests(judged: Judged, fit: LogisticFit) -> None:
    records = [
        TermRecord(
            factor=test.factor,
            statistic=test.statistic,
            df=test.df,
            residual_df=test.residual_df,
            p_value=test.p_value,
        )
        for test in term_tests(fit, MATRIX.factors)
    ]
    both = with_likelihood_ratios(records, judged.likelihood_ratios)
    assert [record.factor for record in both] == ["sex", "schooling", "age"]
    for record in both:
        assert record.p_value is not None
        assert record.lr_p_value is not None
        assert np.log(record.lr_p_value) == pytest.approx(np.log(record.p_value), abs=2.5)
