"""Groups of risk, ROC and recalibration against slow, obvious versions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from mirti.models.coding import ModelMatrix
from mirti.models.goodness import archer_lemeshow, calibration, recalibration, risk_groups
from mirti.models.logistic import fit_cells
from mirti.models.roc import area, area_with_error, roc_curve
from mirti.survey.design import build_design
from mirti.survey.replicate_making import make_replicates
from tests.support.samples import COVARIATES, cells_of, fit_by_optimiser, sample


def test_groups_hold_about_equal_weight_and_split_no_equal_risks() -> None:
    rng = np.random.default_rng(1)
    risk, w = rng.choice(rng.random(300), 2000), rng.gamma(2, 1, 2000)
    noisy = risk + rng.choice([0, 1e-16], 2000)  # the last bits of equal sums may differ
    group = risk_groups(noisy, w)
    weight = np.bincount(group, w)
    assert len(weight) == 10
    assert np.abs(weight / w.sum() - 0.1).max() < 0.01
    for value in np.unique(risk):
        assert len(set(group[risk == value])) == 1
    assert (np.diff([risk[group == g].max() for g in range(10)]) > 0).all()


def test_a_risk_that_half_of_the_children_share_is_one_group() -> None:
    risk = np.r_[np.full(50, 0.2), np.linspace(0.3, 0.9, 50)]
    group = risk_groups(risk, np.ones(100))
    assert (np.bincount(group)[0], group.max()) == (50, 5)


def test_auc_counts_weighted_pairs() -> None:
    rng = np.random.default_rng(4)
    risk = rng.choice([0.1, 0.2, 0.3, 0.4, 0.5], 60)
    w = rng.random(60) + 0.1
    y = (rng.random(60) < risk).astype(float)
    ones, zeros = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    won = sum(w[i] * w[j] * ((risk[i] > risk[j]) + (risk[i] == risk[j]) / 2) for i in ones for j in zeros)
    assert area(risk, w, w * y) == pytest.approx(won / (w[ones].sum() * w[zeros].sum()))


def test_the_curve_rises_from_corner_to_corner_over_the_area() -> None:
    rng = np.random.default_rng(5)
    risk, w = rng.random(3000).round(3), rng.gamma(2, 1, 3000)
    wy = w * (rng.random(3000) < risk)
    curve = roc_curve(risk, w, wy)
    x, y = curve.false_positive, curve.true_positive
    assert len(x) <= 102
    assert (x[0], y[0], x[-1], y[-1]) == pytest.approx((0, 0, 1, 1))
    assert (np.diff(x) >= 0).all()
    assert (np.diff(y) >= 0).all()
    assert np.trapezoid(y, x) == pytest.approx(area(risk, w, wy), abs=1e-3)


def test_every_point_of_the_curve_is_the_share_above_a_threshold() -> None:
    rng = np.random.default_rng(6)
    risk, w = rng.choice([0.1, 0.3, 0.6, 0.8], 200), rng.gamma(2, 1, 200)
    y = rng.random(200) < risk
    curve = roc_curve(risk, w, w * y)
    obvious = [
        (w[~y & (risk >= r)].sum() / w[~y].sum(), w[y & (risk >= r)].sum() / w[y].sum())
        for r in (2, 0.8, 0.6, 0.3, 0.1)
    ]
    np.testing.assert_allclose(np.column_stack([curve.false_positive, curve.true_positive]), obvious)


def test_the_error_of_the_area_is_near_that_of_leaving_psus_out() -> None:
    persons = sample(31, strata=5, psus=8, ssus=2, size=12)
    design = build_design(persons.stratum, persons.psu)
    cells = cells_of(persons, design)
    x = ModelMatrix(COVARIATES).build(cells.codes)
    risk = fit_cells(x, cells, names=ModelMatrix(COVARIATES).names).predict(x)
    jackknife = make_replicates(design.sample, "JKn")
    with_weights = cells_of(persons, design, jackknife)
    linear, replicated = area_with_error(risk, cells), area_with_error(risk, with_weights)
    assert replicated.area == linear.area
    assert replicated.se == pytest.approx(linear.se, rel=0.03)
    assert replicated.se != linear.se


def test_archer_lemeshow_by_replicate_weights_is_near_the_linearised() -> None:
    persons = sample(32, strata=5, psus=8, ssus=2, size=12)
    design = build_design(persons.stratum, persons.psu)
    matrix = ModelMatrix(COVARIATES)
    found = []
    for cells in (
        cells_of(persons, design),
        cells_of(persons, design, make_replicates(design.sample, "JKn")),
    ):
        x = matrix.build(cells.codes)
        found.append(archer_lemeshow(fit_cells(x, cells, names=matrix.names), x, cells))
    assert found[1].statistic == pytest.approx(found[0].statistic, rel=0.15)
    assert (found[0].df, found[0].residual_df) == (found[1].df, found[1].residual_df) == (9, 40 - 5 - 10 + 2)


def test_too_few_psus_for_ten_groups_give_no_test() -> None:
    persons = sample(33, strata=1, psus=6, ssus=2, size=60)
    design, matrix = build_design(persons.stratum, persons.psu), ModelMatrix(COVARIATES)
    cells = cells_of(persons, design)
    x = matrix.build(cells.codes)
    found = archer_lemeshow(fit_cells(x, cells, names=matrix.names), x, cells)
    assert found.residual_df == 5 - 10 + 2
    assert np.isnan([found.statistic, found.p_value]).all()


def test_a_risk_that_the_model_misses_is_found() -> None:
    rng = np.random.default_rng(8)
    persons = sample(34, strata=4, psus=20, ssus=2, size=30)
    curved = (rng.random(len(persons.y)) < expit(1.2 * (persons.codes[:, 2] - 1.5) ** 2 - 2)).astype(float)
    design, matrix = build_design(persons.stratum, persons.psu), ModelMatrix(COVARIATES)
    p_values = []
    for one in (persons, replace(persons, y=curved)):
        cells = cells_of(one, design)
        x = matrix.build(cells.codes)
        p_values.append(archer_lemeshow(fit_cells(x, cells, names=matrix.names), x, cells).p_value)
    assert p_values[0] > 0.01
    assert p_values[1] < 1e-6


def test_recalibration_is_a_regression_on_the_predicted_log_odds() -> None:
    rng = np.random.default_rng(9)
    risk, w = rng.uniform(0.05, 0.6, 500), rng.gamma(2, 1, 500)
    y = (rng.random(500) < expit(0.3 + 0.7 * logit(risk))).astype(float)
    slow = fit_by_optimiser(np.column_stack([np.ones(500), logit(risk)]), w, y)
    assert recalibration(risk, w, w * y) == pytest.approx(tuple(slow), rel=1e-5)


def test_predictions_of_the_children_fitted_to_are_calibrated() -> None:
    persons = sample(35)
    design, matrix = build_design(persons.stratum, persons.psu), ModelMatrix(COVARIATES)
    cells = cells_of(persons, design)
    x = matrix.build(cells.codes)
    risk = fit_cells(x, cells, names=matrix.names).predict(x)
    assert recalibration(risk, cells.sw, cells.swy) == pytest.approx((0, 1), abs=1e-8)
    groups = calibration(risk, cells)
    share = [cells.sw[risk_groups(risk, cells.sw) == g].sum() for g in range(len(groups.observed))]
    assert np.average(groups.observed, weights=share) == pytest.approx(
        np.average(groups.predicted, weights=share)
    )
    assert groups.children.sum() == len(cells.sw)
