"""What the survey says of each area's effect: its distribution given the area's data, or the prior without any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.models.mixed.data import MixedData
from mirti.models.mixed.fit import MixedFit
from mirti.models.mixed.likelihood import Likelihood, normal_rule
from mirti.tables import Floats

NODES = 15


@dataclass(frozen=True)
class AreaEffects:
    """Distribution of the effect of each of A areas on the logit scale: nodes and weights (A, Q), weights sum to 1."""

    nodes: Floats
    weights: Floats

    @property
    def mean(self) -> Floats:
        """(A,)"""
        return np.asarray((self.weights * self.nodes).sum(axis=1))

    @property
    def variance(self) -> Floats:
        """(A,)"""
        return np.asarray((self.weights * (self.nodes - self.mean[:, None]) ** 2).sum(axis=1))


def area_effects(data: MixedData, fit: MixedFit, areas: int, nodes: int = NODES) -> AreaEffects:
    """Of `areas` areas, those with sample at the positions data.areas: given their data by the fit's scaled weights,
    the effects of their PSUs integrated out; of the others the normal distribution with standard deviation σ_u.

    It takes the fit's parameters as known.
    """
    at, log_weight = normal_rule(nodes)
    z, weights = np.tile(at, (areas, 1)), np.tile(np.exp(log_weight), (areas, 1))
    if fit.sigma_u > 0:
        point = Likelihood(data, (nodes, fit.nodes[1])).at(fit.theta)
        z[data.areas], weights[data.areas] = point.nodes[0], point.nodes[1]
    return AreaEffects(fit.sigma_u * z, weights)


def sample_share(effects: AreaEffects, fit: MixedFit) -> Floats:
    """(A,) what share of an area's prediction comes from its own sample, 1 - variance / σ_u²: 0 without a sample."""
    if fit.sigma_u == 0:
        return np.zeros(len(effects.nodes))
    return np.clip(1 - effects.variance / fit.sigma_u**2, 0.0, 1.0)
