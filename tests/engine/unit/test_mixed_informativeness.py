"""Whether weights matter: silent for a design that says nothing of the outcome, loud for one that does."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.models.mixed.fit import fit_mixed
from mirti.models.mixed.informativeness import informativeness
from tests.support.mixed import Simulated, simulate


def check(survey: Simulated, **how):
    return informativeness(survey.x, survey.cells, names=survey.names, **how)


def test_the_three_fits_are_those_of_the_three_scalings():
    survey = simulate(areas=40, seed=31)
    found = check(survey)
    for fit in (found.tested, found.other, found.unweighted):
        expected = fit_mixed(survey.data(scaling=fit.scaling))
        np.testing.assert_allclose(fit.theta, expected.theta, atol=1e-6)
    assert [found.tested.scaling, found.other.scaling, found.unweighted.scaling] == [
        "size",
        "effective",
        "none",
    ]
    assert check(survey, scaling="effective").other.scaling == "size"
    assert found.df == (3, 37)


def test_equal_weights_are_not_informative():
    survey = simulate(areas=30, seed=32)
    equal = survey.weighing(7 / survey.cells.sw)
    found = check(equal)
    assert (found.statistic, found.p_value, found.fires) == (0.0, 1.0, False)
    np.testing.assert_array_equal(found.differences, 0)


def test_weights_that_ignore_the_outcome_fire_as_often_as_chance():
    p_values = np.array([check(simulate(areas=50, seed=seed)).p_value for seed in range(40)])
    assert (p_values < 0.05).sum() <= 7  # 2 expected; more than 7 of 40 has a chance under 0.1 %
    assert 0.3 < np.median(p_values) < 0.7


def test_weights_that_follow_the_outcome_fire():
    survey = simulate(areas=60, seed=33)
    found = check(survey.weighing(np.where(survey.cells.ny == 1, 0.5, 1.0)))
    assert found.fires
    assert found.differences[0] < -3


def test_with_fewer_areas_than_coefficients_the_largest_difference_is_tested():
    survey = simulate(areas=12, columns=13, psus=5, children=20, seed=34)
    found = check(survey.weighing(np.where(survey.cells.ny == 1, 0.4, 1.0)))
    assert found.df == (1, 11)
    assert found.statistic == pytest.approx(np.abs(found.differences).max())
    assert 0 < found.p_value <= 1
