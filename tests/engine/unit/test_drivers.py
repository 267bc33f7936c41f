"""Drivers: rows sum to the distance from the national rate, and no row depends on which level is the reference."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.characterise.drivers import contributions, factor_components
from mirti.models.coding import ModelMatrix
from mirti.smallarea.projection import project
from mirti.tables import CensusCells
from tests.support.cells import FakeFit, census, covariates, random_fit

GROUPS = np.array([0, 0, 1, 1, 1, 2, 2], dtype=np.int32)
TERMS = ("sex", "schooling", "age", "sex:schooling", "sex:age", "sex:schooling:age", "schooling:age")


def drivers_of(fit, matrix, cells):
    projection = project(fit, matrix, cells, GROUPS, domains=3)
    return contributions(fit.beta, matrix, projection, GROUPS), projection


def recoded(terms, fit, matrix, cells):
    """The same model with other reference levels: coefficients solved so that every prediction is the same."""
    other = ModelMatrix(covariates(reference=1), terms)
    grid = np.array(np.meshgrid(range(2), range(3), range(3))).reshape(3, -1).T.astype(np.int16)
    beta = np.linalg.lstsq(other.build(grid), matrix.build(grid) @ fit.beta, rcond=None)[0]
    same = CensusCells(other.covariates, cells.area_codes, cells.area, cells.codes, cells.n)
    return FakeFit(beta, np.eye(len(beta))), other, same


@pytest.mark.parametrize("terms", [TERMS[:3], TERMS[:4], TERMS])
def test_rows_sum_to_the_distance_from_the_national_rate(terms):
    cells = census()
    matrix = ModelMatrix(cells.covariates, terms)
    drivers, projection = drivers_of(random_fit(len(matrix.names)), matrix, cells)
    assert drivers.factors == (*matrix.factor_names, "remainder")
    assert drivers.areas.sum(axis=1) == pytest.approx(
        projection.areas.risk - projection.nation.risk, abs=1e-14
    )
    assert drivers.domains.sum(axis=1) == pytest.approx(
        projection.domains.risk - projection.nation.risk, abs=1e-14
    )


@pytest.mark.parametrize("terms", [TERMS[:3], TERMS[:4], TERMS])
def test_another_reference_level_changes_no_row(terms):
    cells = census()
    matrix = ModelMatrix(cells.covariates, terms)
    fit = random_fit(len(matrix.names))
    before, _ = drivers_of(fit, matrix, cells)
    after, _ = drivers_of(*recoded(terms, fit, matrix, cells))
    assert after.areas == pytest.approx(before.areas, abs=1e-10)
    assert after.domains == pytest.approx(before.domains, abs=1e-10)


def test_a_main_effect_is_the_difference_of_means_times_beta_times_slope():
    cells = census()
    matrix = ModelMatrix(cells.covariates, ("sex", "schooling", "age"))
    fit = random_fit(len(matrix.names))
    drivers, projection = drivers_of(fit, matrix, cells)
    x = matrix.build(cells.codes)
    national = np.average(x, axis=0, weights=cells.n)
    for d in range(7):
        inside = cells.area == d
        distance = np.average(x[inside], axis=0, weights=cells.n[inside]) - national
        slope = (projection.areas.slope[d] + projection.nation.slope[0]) / 2
        columns = [j for j, factor in enumerate(matrix.factors) if factor == "schooling"]
        expected = float(distance[columns] @ fit.beta[columns]) * slope
        assert drivers.areas[d, drivers.factors.index("schooling")] == pytest.approx(expected, abs=1e-14)


def test_a_factor_without_effect_and_one_that_does_not_vary_contribute_nothing():
    cells = census()
    codes = cells.codes.copy()
    codes[:, 1] = 2
    constant = CensusCells(cells.covariates, cells.area_codes, cells.area, codes, cells.n)
    matrix = ModelMatrix(cells.covariates, ("sex", "schooling", "age"))
    fit = random_fit(len(matrix.names))
    fit.beta[list(matrix.factors).index("sex")] = 0.0
    drivers, _ = drivers_of(fit, matrix, constant)
    assert drivers.areas[:, :2] == pytest.approx(0.0, abs=1e-15)


def test_components_add_up_to_the_linear_predictor_but_for_a_constant():
    cells = census()
    matrix = ModelMatrix(cells.covariates, TERMS)
    fit = random_fit(len(matrix.names))
    components = factor_components(fit.beta, matrix, cells.codes, cells.n)
    total = sum(table[tuple(cells.codes[:, i] for i in key)] for key, table in components.items())
    assert np.ptp(matrix.build(cells.codes) @ fit.beta - total) == pytest.approx(0.0, abs=1e-12)
