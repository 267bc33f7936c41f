"""The census empirical best predictor against nested quadrature child by child."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import integrate
from scipy.special import expit

from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.smallarea.kernels import STEP
from mirti.smallarea.patterns import count_patterns
from mirti.smallarea.population import linear_predictor, population
from mirti.smallarea.predictor import (
    KnownEffects,
    Projector,
    expected,
    normal_rule,
    predict,
    spread,
)
from mirti.tables import CensusCells
from tests.support.cells import Floats, census, random_fit

TERMS = ("sex", "schooling", "age", "sex:schooling", "schooling:age")
AREAS = 7


@dataclass(frozen=True)
class Points:
    """Effects known by points and their probabilities."""

    nodes: Floats
    weights: Floats


@pytest.fixture
def made():
    cells = census(areas=AREAS)
    matrix = ModelMatrix(cells.covariates, TERMS)
    return cells, matrix, random_fit(len(matrix.names)).beta


def random_effects(seed: int = 4, points: int = 6, spread: float = 0.6) -> Points:
    rng = np.random.default_rng(seed)
    weights = rng.random((AREAS, points))
    return Points(rng.normal(0, spread, (AREAS, points)), weights / weights.sum(axis=1, keepdims=True))


def mean_over_normal(function, sigma: float) -> float:
    """Adaptive quadrature, nothing of ours."""
    if sigma == 0:
        return function(0.0)
    value, _ = integrate.quad(
        lambda z: function(sigma * z) * np.exp(-z * z / 2), -9, 9, epsabs=1e-13, epsrel=1e-13, limit=400
    )
    return value / np.sqrt(2 * np.pi)


def slow_rate(
    cells, matrix, beta, area, points: Points, sigma_v: float, offset: float, function=expit
) -> float:
    """Σ N E_u E_v expit(x'β + offset + u + v) / Σ N, one cell after the other."""
    children = total = 0.0
    for at, codes, n in zip(cells.area, cells.codes, cells.n, strict=True):
        if at != area:
            continue
        eta = float(matrix.build(codes[None, :])[0] @ beta) + offset
        for u, weight in zip(points.nodes[area], points.weights[area], strict=True):
            total += n * weight * mean_over_normal(lambda v, at=eta + u: function(at + v), sigma_v)
        children += n
    return total / children


@pytest.mark.parametrize("sigma_v", [0.0, 0.35, 2.4])
def test_rates_and_slopes_agree_with_quadrature_cell_by_cell(made, sigma_v):
    cells, matrix, beta = made
    points, shift = random_effects(), np.linspace(-1, 2, AREAS)
    rates = expected(spread(population(count_patterns(cells), matrix), beta), sigma_v, points, shift)
    for d in range(0, AREAS, 2):
        rate = slow_rate(cells, matrix, beta, d, points, sigma_v, shift[d])
        slope = slow_rate(cells, matrix, beta, d, points, sigma_v, shift[d], lambda t: expit(t) * expit(-t))
        assert rates.rate[d] == pytest.approx(rate, abs=1e-11)
        assert rates.slope[d] == pytest.approx(slope, abs=1e-10)


def test_the_worst_place_of_the_grid_is_as_good_as_the_rest(made):
    """Children half-way between two points of the grid, at every distance of the effect from its own."""
    cells, matrix, beta = made
    one = CensusCells(
        cells.covariates, cells.area_codes[:1], np.zeros(1, np.int32), cells.codes[:1], np.ones(1)
    )
    people = population(count_patterns(one), matrix)
    for eta in np.linspace(-6, 6, 49) + STEP / 2:
        at = beta.copy()
        at[0] += eta - float(matrix.build(one.codes)[0] @ beta)
        for u in (0.0, STEP / 2, -0.49 * STEP):
            found = expected(spread(people, at), 0.0, KnownEffects(np.array([u])), np.zeros(1))
            assert found.rate[0] == pytest.approx(expit(eta + u), abs=1e-11)
            assert found.slope[0] == pytest.approx(expit(eta + u) * expit(-eta - u), abs=2e-10)


def test_the_predictor_is_not_the_plug_in(made):
    cells, matrix, beta = made
    gathered = spread(population(count_patterns(cells), matrix), beta)
    points = Points(np.tile([-1.0, 1.0], (AREAS, 1)), np.full((AREAS, 2), 0.5))
    rare, none = np.full(AREAS, -6.0), np.zeros(AREAS)
    plug_in = expected(gathered, 0.0, KnownEffects(none), rare).rate
    integrated = expected(gathered, 0.8, points, rare).rate
    assert (plug_in < 0.35).all()
    assert (integrated > plug_in * 1.2).all()


def test_the_rule_of_the_normal_is_exact_for_its_moments_and_for_wide_ones():
    for sigma in (0.01, 0.7, 3.0, 12.0):
        nodes, weights = normal_rule(sigma)
        assert weights.sum() == pytest.approx(1)
        assert weights @ nodes**2 == pytest.approx(sigma**2, rel=1e-12)
        exact = mean_over_normal(lambda v: expit(-2 + v), sigma)
        assert weights @ expit(-2 + nodes) == pytest.approx(exact, abs=1e-12)


def test_tables_of_factors_give_the_linear_predictor(made):
    cells, matrix, beta = made
    assert linear_predictor(matrix, cells.codes).at(beta) == pytest.approx(matrix.build(cells.codes) @ beta)


def test_an_unknown_level_is_refused_and_counted(made):
    cells, matrix, _ = made
    codes = cells.codes.copy()
    codes[:3, 1] = -1
    with pytest.raises(InputError, match=r"Cells without a level of the covariate: 3\."):
        linear_predictor(matrix, codes)


def test_covariates_of_areas_enter_as_an_offset(made):
    cells, matrix, beta = made
    area_x = np.random.default_rng(2).normal(size=(AREAS, 2))
    gamma = np.array([0.4, -0.7])
    people = population(count_patterns(cells), matrix, area_x=area_x)
    points = random_effects()
    with_covariates = expected(spread(people, np.concatenate([beta, gamma])), 0.3, points, np.zeros(AREAS))
    plain = spread(population(count_patterns(cells), matrix), beta)
    assert with_covariates.rate == pytest.approx(expected(plain, 0.3, points, area_x @ gamma).rate, rel=1e-12)


def test_the_order_of_cells_splitting_them_and_their_scale_change_nothing(made):
    cells, matrix, beta = made
    points = random_effects()

    def rates(changed):
        people = population(count_patterns(changed), matrix)
        return expected(spread(people, beta), 0.4, points, np.zeros(AREAS)).rate

    order = np.random.default_rng(8).permutation(len(cells.n))
    twice = np.concatenate([order, order])
    assert rates(replace(cells, n=2 * cells.n)) == pytest.approx(rates(cells), rel=1e-12)
    split = replace(cells, area=cells.area[twice], codes=cells.codes[twice], n=cells.n[twice] / 2)
    assert rates(split) == pytest.approx(rates(cells), rel=1e-12)


def test_an_area_with_one_child_and_one_without(made):
    cells, matrix, beta = made
    keep = (cells.area != 0) & (cells.area != 1)
    lone = np.flatnonzero(cells.area == 0)[:1]
    rows = np.concatenate([lone, np.flatnonzero(keep)])
    n = np.concatenate([[1.0], cells.n[keep]])
    changed = replace(cells, area=cells.area[rows], codes=cells.codes[rows], n=n)
    points = random_effects()
    people = population(count_patterns(changed), matrix)
    rates = expected(spread(people, beta), 0.5, points, np.zeros(AREAS))
    assert rates.rate[0] == pytest.approx(slow_rate(changed, matrix, beta, 0, points, 0.5, 0.0), abs=1e-11)
    assert np.isnan(rates.rate[1])
    assert np.isfinite(rates.rate[2:]).all()


def test_another_population_under_the_same_model(made):
    cells, matrix, beta = made
    points, shift = random_effects(), np.full(AREAS, 0.2)
    people = population(count_patterns(cells), matrix)
    state = predict(spread(people, beta), 0.4, points, shift)
    schooled = replace(cells, codes=np.where(np.arange(3) == 1, 0, cells.codes).astype(np.int16))
    moved = Projector(population(count_patterns(schooled), matrix), beta).rates(state)
    assert moved.rate[3] == pytest.approx(slow_rate(schooled, matrix, beta, 3, points, 0.4, 0.2), abs=1e-11)
    elsewhere = Projector(people, beta + 0.1)
    assert elsewhere.rates(state).rate == pytest.approx(state.rates.rate, rel=1e-14)


def test_coefficients_that_are_not_finite_are_an_arithmetic_fault(made):
    cells, matrix, beta = made
    people = population(count_patterns(cells), matrix)
    for wreck in (np.nan, 1e5):
        with pytest.raises(FloatingPointError):
            spread(people, np.full_like(beta, wreck))
        with pytest.raises(FloatingPointError):
            expected(spread(people, beta), wreck, random_effects(), np.zeros(AREAS))
