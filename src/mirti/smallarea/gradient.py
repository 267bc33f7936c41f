"""How the rate of a group of areas moves with the model's coefficients, for the delta method."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from mirti.models.coding import ModelMatrix
from mirti.smallarea.patterns import BLOCK
from mirti.smallarea.population import Population
from mirti.smallarea.predictor import PredictiveState
from mirti.tables import Floats


def rate_gradient(state: PredictiveState, people: Population, matrix: ModelMatrix, share: Floats) -> Floats:
    """(p + q,) derivative of Σ share × rate of the areas, share (A,), by the coefficients; effects and σ held.

    A child counts by p(1 − p) at an effect of 0, scaled so that the children of an area have its mean slope together.
    """
    area = np.repeat(np.arange(len(share)), np.diff(people.start))
    inside = share[area] > 0
    area, pattern, count = area[inside], people.pattern[inside], people.count[inside]
    own = people.linear.at(state.beta[: len(matrix.names)])
    p = expit(own[pattern] + (state.gathered.offset + state.shift)[area])
    slope = count * p * (1 - p)
    of_areas = np.where(share > 0, share * state.rates.slope, 0.0)
    scale = of_areas[area] / np.bincount(area, slope, len(share))[area]
    weight = np.bincount(pattern, slope * scale, len(own))
    held = np.flatnonzero(weight)
    gradient = np.zeros(len(matrix.names))
    for first in range(0, len(held), BLOCK):
        block = held[first : first + BLOCK]
        gradient += weight[block] @ matrix.build(people.linear.codes[block])
    return np.concatenate([gradient, of_areas @ people.area_x])
