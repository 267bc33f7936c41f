"""The gradient of a rate against differences of the predictor itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mirti.smallarea.gradient import rate_gradient
from mirti.smallarea.predictor import KnownEffects, PriorEffects, predict, spread
from tests.support.territories import BETA, MATRIX, country

SHARE = np.where(np.arange(36) % 4 == 1, 1 / 9, 0.0)  # the areas of one domain


def rates(people, beta, effects, sigma_v):
    return predict(spread(people, beta), sigma_v, effects, np.full(36, 0.3))


@pytest.fixture(scope="module")
def people():
    area_x = np.random.default_rng(2).normal(size=(36, 2))
    return replace(country().setting.people, area_x=area_x)


@pytest.mark.parametrize(
    ("effects", "sigma_v", "precision"),
    [(KnownEffects(np.zeros(36)), 0.0, 1e-6), (PriorEffects(0.6, 36), 0.5, 0.02)],
)
def test_the_gradient_is_the_slope_of_the_rate_in_every_coefficient(people, effects, sigma_v, precision):
    beta = np.r_[BETA, 0.4, -0.7]
    found = rate_gradient(rates(people, beta, effects, sigma_v), people, MATRIX, SHARE)
    step = 1e-5 * np.eye(len(beta))
    by_hand = [
        SHARE
        @ (
            rates(people, beta + move, effects, sigma_v).rates.rate
            - rates(people, beta - move, effects, sigma_v).rates.rate
        )
        / 2e-5
        for move in step
    ]
    assert found == pytest.approx(np.array(by_hand), rel=precision)
