"""The mixed model's log pseudo-likelihood, score and information beside slow, obvious versions."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.models.mixed.fit import NODES, log_likelihood
from mirti.models.mixed.likelihood import Likelihood
from tests.support.mixed import obvious_log_likelihood, simulate

MANY = (31, 31)
BETA = np.array([-1.0, 0.4, -0.3])


@pytest.fixture(scope="module")
def data():
    return simulate(areas=4, psus=3, children=6).data()


@pytest.mark.parametrize("sigma", [(0.7, 0.5), (0.0, 0.5), (0.6, 0.0), (0.0, 0.0), (2.0, 1.5)])
def test_quadrature_is_the_nested_integral(data, sigma):
    expected = obvious_log_likelihood(data, BETA, *sigma)
    assert log_likelihood(data, BETA, *sigma, MANY) == pytest.approx(expected, rel=1e-10)
    assert log_likelihood(data, BETA, *sigma, NODES) == pytest.approx(expected, abs=1e-2)


def test_without_psu_effect_it_is_the_integral_over_areas():
    data = simulate(areas=5).data(nested=False)
    expected = obvious_log_likelihood(data, BETA, 0.8, 0.0)
    assert log_likelihood(data, BETA, 0.8, 0.0, (31, 1)) == pytest.approx(expected, rel=1e-11)


def _differences(function, theta, h=1e-4):
    return np.array(
        [(function(theta + h * e) - function(theta - h * e)) / (2 * h) for e in np.eye(len(theta))]
    )


@pytest.mark.parametrize("sigma", [(0.7, 0.5), (0.6, 0.01)])
def test_score_and_information_are_the_derivatives(data, sigma):
    likelihood, theta = Likelihood(data, MANY), np.append(BETA, sigma)
    point = likelihood.at(theta)
    slope = likelihood.slope(point)
    value = _differences(lambda at: likelihood.at(at).value, theta)
    np.testing.assert_allclose(slope.score, value, rtol=0, atol=1e-6)
    second = _differences(lambda at: likelihood.slope(likelihood.at(at)).score, theta)
    np.testing.assert_allclose(likelihood.information(point, slope), -second, rtol=0, atol=1e-5)
    np.testing.assert_allclose(likelihood.area_scores(slope).sum(axis=0), slope.score, atol=1e-10)


def test_the_likelihood_is_even_in_either_sigma(data):
    one = log_likelihood(data, BETA, 0.7, 0.5)
    assert log_likelihood(data, BETA, -0.7, 0.5) == pytest.approx(one, rel=1e-13)
    assert log_likelihood(data, BETA, 0.7, -0.5) == pytest.approx(one, rel=1e-13)
