"""Census projection: rates, totals and intervals against the slow obvious version and against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from mirti.models.coding import ModelMatrix
from mirti.smallarea import patterns as pattern_module
from mirti.smallarea.patterns import distinct, without_empty_areas
from mirti.smallarea.projection import project
from mirti.tables import CensusCells, Index
from tests.support.cells import FakeFit, census, random_fit

GROUPS: Index = np.array([0, 0, 1, 1, 1, 2, 2], dtype=np.int32)


def slow_rate(fit, matrix, cells, inside):
    """One pass a cell: Σ N p / Σ N."""
    children = expected = 0.0
    for area, codes, n in zip(cells.area, cells.codes, cells.n, strict=True):
        if inside(area):
            children += n
            expected += n * expit(float(matrix.build(codes[None, :])[0] @ fit.beta))
    return children, expected / children


@pytest.fixture
def made():
    cells = census()
    matrix = ModelMatrix(cells.covariates, ("sex", "schooling", "age", "sex:schooling"))
    fit = random_fit(len(matrix.names))
    return cells, matrix, fit


def test_areas_domains_and_nation_agree_with_one_pass_a_cell(made):
    cells, matrix, fit = made
    projection = project(fit, matrix, cells, GROUPS, domains=3)
    for d in range(7):
        expected = slow_rate(fit, matrix, cells, lambda area, d=d: area == d)
        assert (projection.areas.children[d], projection.areas.risk[d]) == pytest.approx(expected, rel=1e-12)
    for g in range(3):
        expected = slow_rate(fit, matrix, cells, lambda area, g=g: GROUPS[area] == g)
        assert (projection.domains.children[g], projection.domains.risk[g]) == pytest.approx(
            expected, rel=1e-12
        )
    expected = slow_rate(fit, matrix, cells, lambda area: True)
    assert (projection.nation.children[0], projection.nation.risk[0]) == pytest.approx(expected, rel=1e-12)


def test_domain_totals_are_the_sums_of_their_areas_not_the_mean_of_their_rates(made):
    cells, matrix, fit = made
    projection = project(fit, matrix, cells, GROUPS, domains=3)
    sums = np.bincount(GROUPS, projection.areas.expected, minlength=3)
    assert projection.domains.expected == pytest.approx(sums, rel=1e-12)
    assert projection.nation.expected.sum() == pytest.approx(sums.sum(), rel=1e-12)


def test_standard_errors_agree_with_a_numerical_gradient(made):
    cells, matrix, fit = made
    projection = project(fit, matrix, cells, GROUPS, domains=3)

    def risks(beta):
        moved = project(FakeFit(beta, fit.cov), matrix, cells, GROUPS, domains=3)
        return np.concatenate([moved.areas.risk, moved.domains.risk, moved.nation.risk])

    step = 1e-5
    gradient = np.column_stack(
        [
            (risks(fit.beta + step * e) - risks(fit.beta - step * e)) / (2 * step)
            for e in np.eye(len(fit.beta))
        ]
    )
    se = np.sqrt(np.einsum("gi,ij,gj->g", gradient, fit.cov, gradient))
    found = np.concatenate([projection.areas.se, projection.domains.se, projection.nation.se])
    assert found == pytest.approx(se, rel=1e-6)


def test_intervals_cover_the_coefficients_sampling_error(made):
    cells, matrix, fit = made
    tight = FakeFit(fit.beta, fit.cov * 0.1, df=10**6)
    projection = project(tight, matrix, cells)
    rng = np.random.default_rng(3)
    draws = rng.multivariate_normal(tight.beta, tight.cov, 2000)
    risks = np.array([project(FakeFit(b, tight.cov), matrix, cells).areas.risk for b in draws[:400]])
    inside = (risks >= projection.areas.ci_low) & (risks <= projection.areas.ci_high)
    assert 0.92 < inside.mean() < 0.98


def test_intervals_stay_between_0_and_1_and_are_symmetric_in_logits(made):
    cells, matrix, fit = made
    wide = FakeFit(fit.beta, fit.cov * 4, df=3)
    areas = project(wide, matrix, cells).areas
    assert (areas.ci_low > 0).all()
    assert (areas.ci_high < 1).all()
    centre = (logit(areas.ci_low) + logit(areas.ci_high)) / 2
    assert centre == pytest.approx(logit(areas.risk), abs=1e-8)


def test_fewer_degrees_of_freedom_widen_the_interval(made):
    cells, matrix, fit = made
    few = project(FakeFit(fit.beta, fit.cov, df=3), matrix, cells).areas
    many = project(FakeFit(fit.beta, fit.cov, df=3000), matrix, cells).areas
    assert (few.ci_high > many.ci_high).all()
    assert few.se == pytest.approx(many.se)


def test_blocks_of_patterns_change_nothing(made, monkeypatch):
    cells, matrix, fit = made
    whole = project(fit, matrix, cells, GROUPS, domains=3)
    monkeypatch.setattr(pattern_module, "BLOCK", 4)
    parts = project(fit, matrix, cells, GROUPS, domains=3)
    assert parts.areas.se == pytest.approx(whole.areas.se, rel=1e-12)
    assert parts.domains.risk == pytest.approx(whole.domains.risk, rel=1e-12)


def test_the_order_of_the_cells_and_splitting_them_change_nothing(made):
    cells, matrix, fit = made
    order = np.random.default_rng(5).permutation(len(cells.n))
    twice = np.concatenate([order, order])
    shuffled = CensusCells(
        cells.covariates, cells.area_codes, cells.area[twice], cells.codes[twice], cells.n[twice] / 2
    )
    assert project(fit, matrix, shuffled).areas.risk == pytest.approx(
        project(fit, matrix, cells).areas.risk, rel=1e-12
    )


def test_distinct_patterns_with_more_levels_than_an_integer_holds():
    rng = np.random.default_rng(7)
    codes = rng.integers(0, 2, (50, 14)).astype(np.int16) * 300
    rows, at = distinct(codes)
    assert len(rows) == len({tuple(row) for row in codes.tolist()})
    assert (rows[at] == codes).all()


def test_areas_without_children_are_set_apart_because_they_have_no_rate():
    cells = census()
    n = np.where(cells.area == 3, 0.0, cells.n)
    empty = CensusCells(cells.covariates, cells.area_codes, cells.area, cells.codes, n)
    kept, dropped = without_empty_areas(empty)
    assert dropped == ("003",)
    assert kept.area_codes == ("000", "001", "002", "004", "005", "006")
    for i, code in enumerate(kept.area_codes):
        before = n[cells.area == cells.area_codes.index(code)].sum()
        assert kept.n[kept.area == i].sum() == pytest.approx(before)
