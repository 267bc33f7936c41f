"""Profile intervals of the effects' standard deviations.

The ends are where twice the fall of the log pseudo-likelihood, maximised over everything else, reaches the 95 % point
of χ² with 1 degree of freedom (Venzon & Moolgavkar 1988). They take the scaled weights as numbers of children, so they
hold the sampling of areas, PSUs and children, and not what unequal weights add to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from scipy.optimize import brentq

from mirti.models.mixed.data import MixedData
from mirti.models.mixed.fit import BEYOND_CHANCE, MixedFit
from mirti.models.mixed.likelihood import Likelihood
from mirti.models.mixed.maximum import Maximum, free_of, maximise, off_zero
from mirti.models.pseudo_likelihood import on_one_blas_thread

Interval: TypeAlias = tuple[float, float]

PRECISE = 1e-5  # of log σ
FIRST_WIDTH = 0.5  # of log σ
WIDEST = 6.0  # of log σ; an interval that does not end within has no end


@on_one_blas_thread
def profile_intervals(data: MixedData, fit: MixedFit) -> tuple[Interval, Interval]:
    """95 % intervals of σ_u and σ_v, the fit's data and nodes; (nan, nan) for an effect that the model has not.

    A penalised fit's intervals are those of the likelihood without the penalty, and so reach 0 where that does.
    """
    likelihood = Likelihood(data, fit.nodes)
    free = free_of(data.x.shape[1], areas=True, psus=data.nested)
    top = maximise(likelihood, off_zero(fit.theta, nested=data.nested), free)
    sigma_v = _Profile(likelihood, top, -1).interval() if data.nested else (math.nan, math.nan)
    return _Profile(likelihood, top, -2).interval(), sigma_v


@dataclass
class _Profile:
    """Of the parameter at `position` of θ."""

    likelihood: Likelihood
    top: Maximum
    position: int

    def interval(self) -> Interval:
        best = max(float(self.top.theta[self.position]), 0.05)
        low = self._crossing(best, -1.0) if self.beyond(0.0) > 0 else 0.0
        return low, self._crossing(best, 1.0)

    def beyond(self, sigma: float) -> float:
        """Root of twice the fall from the maximum, less that of its limit."""
        theta = off_zero(self.top.theta, nested=self.likelihood.data.nested)
        theta[self.position] = sigma
        free = free_of(len(theta) - 2, areas=True, psus=self.likelihood.data.nested)
        free[self.position] = False
        fall = self.top.value - maximise(self.likelihood, theta, free).value
        return math.sqrt(max(2 * fall, 0.0)) - math.sqrt(BEYOND_CHANCE)

    def _crossing(self, best: float, side: float) -> float:
        """Where `beyond` changes sign on one side of the maximum; inf, or 0, where it does not."""
        inner, width = 0.0, FIRST_WIDTH
        while width <= WIDEST:
            if self.beyond(best * math.exp(side * width)) > 0:
                root = brentq(
                    lambda t: self.beyond(best * math.exp(side * t)), inner, width, xtol=PRECISE, rtol=1e-8
                )
                return float(best * math.exp(side * root))
            inner, width = width, 2 * width
        return math.inf if side > 0 else 0.0
