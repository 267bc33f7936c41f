"""Cross-validation by PSU and the comparison of candidates, against fits of persons one fold at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.models.comparison import compare_models
from mirti.models.cross_validation import cross_validate, psu_folds
from mirti.models.logistic import fit_cells
from mirti.models.rao_scott import design_aic, likelihood_ratio_tests
from mirti.models.roc import area
from mirti.survey.design import build_design
from mirti.survey.replicate_making import make_replicates
from mirti.tables import SurveyCells
from tests.support.samples import COVARIATES, Persons, cells_of, fit_by_optimiser, sample

ALL = ("sex", "schooling", "age")


@pytest.fixture(scope="module")
def persons() -> Persons:
    return sample(41, strata=4, psus=6, ssus=2, size=15)


@pytest.fixture(scope="module")
def cells(persons: Persons) -> SurveyCells:
    return cells_of(persons, build_design(persons.stratum, persons.psu))


def test_folds_hold_whole_psus_spread_over_strata(cells: SurveyCells) -> None:
    fold = psu_folds(cells.sample, cells.psu, 6, seed=1)
    for h in range(4):
        assert sorted(fold[cells.sample.psu_stratum == h]) == [0, 1, 2, 3, 4, 5]
    assert (fold == psu_folds(cells.sample, cells.psu, 6, seed=1)).all()
    assert (fold != psu_folds(cells.sample, cells.psu, 6, seed=2)).any()


def test_psus_without_a_child_do_not_make_a_fold_empty(cells: SurveyCells) -> None:
    held = np.unique(cells.psu)[::3].astype(np.int32)
    fold = psu_folds(cells.sample, held, 8)
    assert sorted(fold[held]) == list(range(8))


def test_each_child_is_predicted_by_the_fit_to_the_other_folds(cells: SurveyCells) -> None:
    matrix = ModelMatrix(COVARIATES)
    x, y = matrix.build(cells.codes), cells.swy / cells.sw
    found = cross_validate(x, cells, matrix.names, folds=4, seed=3)
    fold = psu_folds(cells.sample, cells.psu, 4, seed=3)[cells.psu]
    slow = np.empty(len(y))
    for k in range(4):
        beta = fit_by_optimiser(x[fold != k], cells.sw[fold != k], y[fold != k])
        slow[fold == k] = expit(x[fold == k] @ beta)
    np.testing.assert_allclose(found.risk, slow, rtol=1e-6)
    assert found.auc == pytest.approx(area(slow, cells.sw, cells.swy), rel=1e-6)
    score = np.average(y * np.log(slow) + (1 - y) * np.log(1 - slow), weights=cells.sw)
    assert found.log_score == pytest.approx(score, rel=1e-6)
    assert found.calibration_slope < 1.2


def test_no_more_folds_than_psus_with_a_child(cells: SurveyCells) -> None:
    inside = cells.psu < 5
    few = cells.take(inside)
    matrix = ModelMatrix(COVARIATES, ("sex",))
    assert cross_validate(matrix.build(few.codes), few, matrix.names).folds == 5


def test_a_level_that_one_psu_holds_is_named(cells: SurveyCells) -> None:
    codes = cells.codes.copy()
    codes[:, 1] = np.where(cells.psu == 3, codes[:, 1], np.minimum(codes[:, 1], 1))
    rare = replace(cells, codes=codes)
    matrix = ModelMatrix(COVARIATES)
    with pytest.raises(InputError, match=r"Without the PSUs of fold \d+ of 10 .*schooling=out"):
        cross_validate(matrix.build(codes), rare, matrix.names)
    compared = compare_models(rare, [("all", ALL)])[0]
    assert compared.rank == 1
    assert compared.aic > 0
    assert np.isnan(compared.cross_validated_auc)
    assert compared.failure is not None
    assert "schooling=out" in compared.failure


def test_candidates_come_by_rising_aic_and_failures_last(cells: SurveyCells) -> None:
    candidates = [
        ("sex alone", ("sex",)),
        ("all", ALL),
        ("wrong", ("sex", "wealth")),
        ("no sex", ("schooling", "age")),
    ]
    compared = compare_models(cells, candidates, folds=5, seed=2)
    assert [one.name for one in compared][-1] == "wrong"
    assert compared[-1].rank is None
    assert "no declared covariate. (wealth)" in str(compared[-1].failure)
    fitted = compared[:-1]
    assert [one.rank for one in fitted] == [1, 2, 3]
    assert [one.aic for one in fitted] == sorted(one.aic for one in fitted)
    for one in fitted:
        matrix = ModelMatrix(COVARIATES, one.terms)
        fit = fit_cells(matrix.build(cells.codes), cells, names=matrix.names)
        criteria = design_aic(fit)
        assert (one.columns, one.aic, one.effective_parameters) == (
            len(fit.beta),
            criteria.aic,
            criteria.effective_parameters,
        )
        assert one.failure is None
        assert np.isfinite(
            [one.bic, one.cross_validated_auc, one.cross_validated_log_score, one.calibration_slope]
        ).all()


def test_without_a_candidate_that_holds_all_others_there_is_no_bic(cells: SurveyCells) -> None:
    compared = compare_models(cells, [("sex", ("sex",)), ("age", ("age",))], folds=3)
    assert all(np.isnan(one.bic) for one in compared)


def test_replicate_weights_serve_tests_and_criteria(persons: Persons, cells: SurveyCells) -> None:
    design = build_design(persons.stratum, persons.psu)
    replicated = cells_of(persons, design, make_replicates(design.sample, "JKn"))
    matrix = ModelMatrix(COVARIATES)
    x = matrix.build(cells.codes)
    linear, by_weights = (fit_cells(x, one, names=matrix.names) for one in (cells, replicated))
    assert by_weights.df == linear.df
    assert design_aic(by_weights).aic == pytest.approx(design_aic(linear).aic, rel=1e-2)
    tests = [likelihood_ratio_tests(fit, x, cells, matrix.factors) for fit in (linear, by_weights)]
    for one, other in zip(*tests, strict=True):
        assert other.statistic == pytest.approx(one.statistic)
        assert other.p_value == pytest.approx(one.p_value, rel=0.5)
