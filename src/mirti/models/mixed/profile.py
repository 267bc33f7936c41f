"""Profile intervals of the effects' standard deviations.

The ends are where twice the fall of the log pseudo-likelihood, maximised over everything else, reaches the 95 % point
of χ² with 1 degree of freedom (Venzon & Moolgavkar 1988). They take the scaled weights as numbers of children, so they
hold the sampling of areas, PSUs and children, and not what unequal weights add to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from scipy.optimize import brentq

from mirti.models.mixed.data import MixedData
from mirti.models.mixed.fit import BEYOND_CHANCE, MixedFit
from mirti.models.mixed.likelihood import Likelihood
from mirti.models.mixed.maximum import Mask, Maximum, free_of, maximise, off_zero
from mirti.models.pseudo_likelihood import on_one_blas_thread
from mirti.tables import Floats

Interval: TypeAlias = tuple[float, float]

PRECISE = 1e-6  # of σ
NEAR_ENOUGH = 1e-4  # last step over the rest, in standard errors: its square is lost of the likelihood
FIRST_STEP = 0.1
ENDLESS = 50.0  # an interval that has not ended by here has no upper end


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


@dataclass(frozen=True)
class _Profile:
    """Of the parameter at `position` of θ."""

    likelihood: Likelihood
    top: Maximum
    position: int

    def interval(self) -> Interval:
        best = float(self.top.theta[self.position])
        low = self._crossing(0.0, best) if self.beyond(0.0) > 0 else 0.0
        inner, outer = best, 1.5 * best + FIRST_STEP
        while self.beyond(outer) <= 0:
            inner, outer = outer, 2 * outer
            if outer > ENDLESS:
                return low, math.inf
        return low, self._crossing(inner, outer)

    def beyond(self, sigma: float) -> float:
        """Root of twice the fall from the maximum, less that of its limit; nearly linear in σ."""
        theta = off_zero(self.top.theta, nested=self.likelihood.data.nested)
        theta[self.position] = sigma
        rest = maximise(self.likelihood, theta, self.free, inverse=self.inverse, precision=NEAR_ENOUGH)
        return math.sqrt(max(2 * (self.top.value - rest.value), 0.0)) - math.sqrt(BEYOND_CHANCE)

    @cached_property
    def free(self) -> Mask:
        free = free_of(len(self.top.theta) - 2, areas=True, psus=self.likelihood.data.nested)
        free[self.position] = False
        return free

    @cached_property
    def inverse(self) -> Floats | None:
        """Inverse information of the rest, at the maximum; None where it says nothing, as a σ is 0 there."""
        if not (self.top.theta[-2:] > 0)[self.free[-2:]].all():
            return None
        information = self.likelihood.information(self.top.point, self.top.slope)
        inverse = np.zeros_like(information)
        inverse[np.ix_(self.free, self.free)] = np.linalg.inv(information[np.ix_(self.free, self.free)])
        return inverse

    def _crossing(self, one: float, other: float) -> float:
        return float(brentq(self.beyond, one, other, xtol=PRECISE))
