"""The mixed model's fit: what it maximises, what it must not depend on, and where it says that it knows little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.models.mixed.fit import FINE, MixedFit, fit_mixed, log_likelihood
from mirti.models.mixed.profile import profile_intervals
from tests.support.mixed import Simulated, cells_of, obvious_log_likelihood, simulate

MANY = (25, 25)


@pytest.fixture(scope="module")
def survey() -> Simulated:
    return simulate(areas=30, psus=4, children=8, seed=2)


@pytest.fixture(scope="module")
def fit(survey) -> MixedFit:
    return fit_mixed(survey.data())


def flat(seed: int = 3, sigma: tuple[float, float] = (0.0, 0.0), areas: int = 20) -> Simulated:
    """Areas that do not differ."""
    return simulate(areas=areas, psus=4, children=10, sigma=sigma, seed=seed)


def assert_same(found: MixedFit, expected: MixedFit, atol: float = 1e-7) -> None:
    np.testing.assert_allclose(found.theta, expected.theta, rtol=0, atol=atol)
    np.testing.assert_allclose(found.cov, expected.cov, rtol=0, atol=atol)
    np.testing.assert_allclose(found.naive_cov, expected.naive_cov, rtol=0, atol=atol)
    assert found.boundary == expected.boundary


def test_the_estimate_is_the_maximum_of_the_nested_integral():
    data = simulate(areas=12, psus=3, children=6, seed=8).data()
    found = fit_mixed(data, nodes=MANY, penalty="never")

    def value(theta):
        return obvious_log_likelihood(data, theta[:-2], *theta[-2:])

    assert found.log_likelihood == pytest.approx(value(found.theta), rel=1e-10)
    steps = 1e-3 * np.eye(len(found.theta))
    slopes = [(value(found.theta + h) - value(found.theta - h)) / 2e-3 for h in steps]
    np.testing.assert_allclose(slopes, 0, atol=1e-4)


def test_it_finds_what_was_put_in():
    simulated = simulate(areas=400, psus=6, children=12, sigma=(0.8, 0.5), seed=5)
    found = fit_mixed(simulated.data(scaling="none"))

    assert abs(found.beta[0] + 1.2) < 3 * found.se[0]
    assert abs(np.log(found.sigma_u / 0.8)) < 3 * found.log_sigma_se[0]
    assert abs(np.log(found.sigma_v / 0.5)) < 3 * found.log_sigma_se[1]
    assert not found.boundary


@pytest.mark.parametrize(("sigma", "children"), [((0.4, 0.3), 4), ((0.7, 0.5), 8), ((1.0, 1.0), 3)])
def test_more_nodes_change_nothing_that_matters(sigma, children):
    data = simulate(areas=60, psus=4, children=children, sigma=sigma, seed=6).data()
    few, many = fit_mixed(data, penalty="never"), fit_mixed(data, nodes=(31, 31), penalty="never")
    assert (np.abs(few.beta - many.beta) < 1e-3 * many.se).all()
    for one in (0, 1):
        assert abs(np.log(few.theta[-2 + one] / many.theta[-2 + one])) < 1e-3 * many.log_sigma_se[one]


@pytest.mark.parametrize("scaling", ["size", "effective", "none"])
def test_doubling_all_weights_changes_nothing(survey, scaling):
    doubled = survey.weighing(np.full(len(survey.x), 2.0))
    assert_same(fit_mixed(doubled.data(scaling=scaling)), fit_mixed(survey.data(scaling=scaling)), 1e-9)


def test_doubling_the_weights_of_one_area_changes_nothing(survey, fit):
    factor = np.where(survey.cells.area == 3, 2.0, 1.0)
    assert_same(fit_mixed(survey.weighing(factor).data()), fit, 1e-9)


def test_the_order_of_rows_changes_nothing(survey, fit):
    shuffled = survey.rows(np.random.default_rng(1).permutation(len(survey.x)))
    assert_same(fit_mixed(shuffled.data()), fit)


@pytest.mark.parametrize("nested", [True, False])
@pytest.mark.parametrize("scaling", ["size", "effective", "none"])
def test_children_collapsed_to_cells_give_the_same_fit(survey, scaling, nested):
    keys = np.column_stack([survey.cells.psu, survey.x[:, 1:]])
    _, first, cell = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    few = survey.rows(first)
    sums = {name: np.bincount(cell, getattr(survey.cells, name)) for name in ("sw", "swy", "sw2", "sw2y")}
    counts = {name: np.bincount(cell, getattr(survey.cells, name)).astype(np.int64) for name in ("n", "ny")}
    collapsed = Simulated(few.x, replace(few.cells, **sums, **counts))
    assert len(collapsed.x) < len(survey.x)
    how = {"scaling": scaling, "nested": nested}
    found, expected = fit_mixed(collapsed.data(**how)), fit_mixed(survey.data(**how))
    assert_same(found, expected)
    assert found.children == expected.children


def test_a_warm_start_ends_where_a_cold_one_does(survey, fit):
    flipped = survey.cells.ny.copy()
    flipped[::15] = 1 - flipped[::15]
    other = survey.data().with_outcome(flipped * survey.cells.sw)
    warm, cold = fit_mixed(other, start=fit), fit_mixed(other)
    assert_same(warm, cold)
    assert fit_mixed(survey.data(), start=fit).iterations == 1


def test_a_start_without_psu_effect_serves_a_fit_with_one(survey, fit):
    plain = fit_mixed(survey.data(nested=False))
    assert_same(fit_mixed(survey.data(), start=plain), fit)
    assert_same(fit_mixed(survey.data(nested=False), start=fit), plain)


def test_the_sandwich_is_near_the_jackknife_over_areas():
    survey = simulate(areas=60, psus=3, children=8, seed=12)
    fit = fit_mixed(survey.data())
    area = survey.cells.area
    without = np.array(
        [fit_mixed(survey.rows(np.flatnonzero(area != d)).data(), start=fit).beta for d in range(60)]
    )
    jackknife = 59 / 60 * ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    np.testing.assert_allclose(fit.se, np.sqrt(jackknife), rtol=0.1)


def test_the_likelihood_without_areas_is_that_of_psus_alone(survey, fit):
    held = fit_mixed(survey.data(), nodes=MANY)
    at_zero = [
        log_likelihood(survey.data(), held.beta * share, 0.0, sigma, MANY)
        for share in (0.9, 1.0, 1.1)
        for sigma in (0.5, 0.8, 1.0)
    ]
    assert max(at_zero) < held.log_likelihood_without_areas < held.log_likelihood


# --- at the boundary ------------------------------------------------------------------------------------------------


def test_areas_that_do_not_differ_are_said_and_penalised():
    data = flat().data(nested=False)
    bare, fit = fit_mixed(data, penalty="never"), fit_mixed(data)
    assert bare.sigma_u == 0.0
    assert bare.boundary
    assert not bare.penalised
    assert np.isnan(bare.log_sigma_se[0])
    assert bare.naive_cov.shape == (3, 3)
    assert bare.log_likelihood == pytest.approx(bare.log_likelihood_without_areas)
    assert fit.boundary
    assert fit.penalised
    assert fit.sigma_u > 0.05
    assert np.isfinite(fit.log_sigma_se[0])


def test_the_penalty_adds_the_log_of_sigma():
    data = flat().data()
    fit = fit_mixed(data, penalty="always", nodes=MANY)
    above, below = (
        log_likelihood(data, fit.beta, fit.sigma_u * np.exp(h), fit.sigma_v, MANY) for h in (1e-3, -1e-3)
    )
    assert (above - below) / 2e-3 == pytest.approx(-1, abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_boundary_is_where_the_profile_interval_reaches_zero(seed):
    data = flat(seed, (0.35, 0.3), areas=15).data()
    fit = fit_mixed(data)
    (low, high), _ = profile_intervals(data, fit)
    assert fit.boundary == (low == 0.0)
    assert low <= fit.sigma_u <= high


def test_psus_that_do_not_differ_leave_the_areas_effect():
    survey = flat(9, (0.8, 0.0))
    data = survey.data(scaling="none")
    fit, plain = fit_mixed(data), fit_mixed(survey.data(scaling="none", nested=False))
    assert fit.sigma_v == 0.0
    assert np.isnan(fit.log_sigma_se[1])
    assert fit.naive_cov.shape == (4, 4)
    np.testing.assert_allclose(fit.theta, plain.theta, atol=1e-4)
    assert fit_mixed(data, start=fit).sigma_v == 0.0


def test_a_sigma_of_psus_at_0_is_known_as_far_as_its_profile_says():
    survey = flat(9, (0.8, 0.0))
    data = survey.data(scaling="none")
    fit = fit_mixed(data)
    low, high = profile_intervals(data, fit)[1]
    assert low == 0.0
    assert 1.96 * fit.sigma_v_spread == pytest.approx(high, rel=0.1)
    assert np.isnan(fit_mixed(survey.data(scaling="none", nested=False)).sigma_v_spread)
    assert np.isnan(fit_mixed(data, start=fit).sigma_v_spread)


def test_a_refit_from_the_boundary_leaves_it():
    survey = simulate(areas=25, seed=10)
    start = fit_mixed(flat(3, areas=25).data(), penalty="never")
    assert start.sigma_u < 0.2
    assert_same(fit_mixed(survey.data(), start=start), fit_mixed(survey.data()))


def test_profile_ends_are_where_the_likelihood_has_fallen_by_half_of_3_84(survey, fit):
    intervals = profile_intervals(survey.data(), fit)
    for position, interval in enumerate(intervals):
        assert interval[0] < fit.theta[-2 + position] < interval[1]
        for end in interval:
            held = [end if i == position else fit.theta[-2 + i] for i in (0, 1)]
            fallen = fit.log_likelihood - log_likelihood(survey.data(), fit.beta, *held)
            assert fallen > 1.92 - 1e-3  # the rest not maximised over, it has fallen more
            assert fallen < 3.5


def test_profile_of_a_model_without_psu_effect_has_none(survey):
    data = survey.data(nested=False)
    interval, none = profile_intervals(data, fit_mixed(data))
    assert interval[0] > 0
    assert np.isnan(none).all()


# --- samples that are hard ------------------------------------------------------------------------------------------


def test_an_area_of_one_child_and_one_without_variation_are_fitted(survey):
    cells = survey.cells
    kept = np.flatnonzero(~((cells.area == 0) & (np.arange(len(cells.n)) > 0)))
    y = np.where(cells.area == 1, 0, np.where(cells.area == 2, 1, cells.ny)).astype(float)
    hard = Simulated(survey.x, cells_of(cells.area, cells.psu, y, cells.sw)).rows(kept)
    found, many = fit_mixed(hard.data()), fit_mixed(hard.data(), nodes=MANY)
    assert found.areas == 30
    np.testing.assert_allclose(found.theta, many.theta, rtol=0, atol=1e-3)
    assert np.isfinite(found.cov).all()


def test_fewer_than_ten_areas_are_refused_with_the_remedy(survey):
    with pytest.raises(InputError, match="lie in 9 areas") as refused:
        fit_mixed(survey.rows(np.flatnonzero(survey.cells.area < 9)).data())
    assert 'model.estimator = "logistic"' in refused.value.problems[0].remedy


def test_areas_of_one_child_each_are_refused():
    with pytest.raises(InputError, match="Each of the 15 sampled areas holds one child"):
        fit_mixed(simulate(areas=15, psus=1, children=1).data())


def test_effects_too_large_for_few_nodes_are_sought_with_more():
    survey = simulate(areas=25, psus=3, children=2, columns=4, sigma=(2.5, 2.0), seed=293)
    fit = fit_mixed(survey.data(scaling="effective"))
    assert fit.nodes == FINE
    assert fit.sigma_u > 4


def test_small_samples_are_fitted_or_refused():
    """Down to two children an area: an answer whose every figure is finite, or a sentence."""
    fitted = 0
    for seed in range(60):
        sigma = [(0.0, 0.0), (0.5, 0.3), (1.5, 1.0)][seed % 3]
        survey = simulate(10 + seed % 7, 1 + seed % 4, 2 + seed % 5, sigma=sigma, seed=seed)
        try:
            fit = fit_mixed(survey.data())
        except InputError as refused:
            if "separated" not in str(refused):
                raise
            continue
        fitted += 1
        assert np.isfinite(fit.cov).all()
        assert (np.linalg.eigvalsh(fit.naive_cov) > 0).all()
        assert fit.sigma_u > 0
        assert fit.log_likelihood >= fit.log_likelihood_without_areas - (5 if fit.penalised else 0)
    assert fitted > 50


def test_an_outcome_of_one_class_is_refused(survey):
    with pytest.raises(InputError, match="one class only"):
        fit_mixed(survey.data().with_outcome(survey.cells.sw))


@pytest.mark.parametrize("warm", [False, True])
def test_separation_names_the_column(survey, fit, warm):
    y = np.where(survey.x[:, 1] == 1, 0.0, survey.cells.ny)
    with pytest.raises(InputError, match="separated") as refused:
        fit_mixed(survey.data().with_outcome(y * survey.cells.sw), start=fit if warm else None)
    assert refused.value.problems[0].items == ("x1 → -infinity",)


def test_a_column_that_others_determine_is_refused(survey):
    doubled = Simulated(np.column_stack([survey.x, survey.x[:, 1] + survey.x[:, 2]]), survey.cells)
    with pytest.raises(InputError, match="x3 is determined by others"):
        fit_mixed(doubled.data())


def test_a_column_of_the_area_is_estimated():
    survey = simulate(areas=60, seed=14)
    register = np.random.default_rng(2).normal(size=60)[survey.cells.area]
    fit = fit_mixed(Simulated(np.column_stack([survey.x, register]), survey.cells).data())
    assert fit.se[3] > fit.naive_cov[3, 3] ** 0.5 / 2
    assert abs(fit.beta[3]) < 4 * fit.se[3]
