"""The census empirical best predictor: each area's expected rate given its effect, by quadrature throughout.

Jiang & Lahiri (2001), Hobza & Morales (2016). The estimand of area d is R_d = Σ_k N_dk E_v[expit(η_k + o_d + u_d + v)]
/ Σ_k N_dk over its census patterns k, with v ~ N(0, σ_v²) as no census child's PSU is known; its predictor is the mean
of R_d over what is known of u_d: the posterior where the area has a sample, the prior elsewhere. Both means are taken
by quadrature, never at u = 0 or v = 0. o_d holds the area-level covariates and the benchmark's shift.

Numerics. E_v is tabulated with its derivatives on a grid of logits (trapezoidal rule: exponentially accurate for a
normal density times a function analytic about the real line). The linear predictor of an area's children is gathered
as moments about the grid's points, once for a vector of coefficients. What is cut off is below 1e-11 a child.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mirti.smallarea.kernels import STEP, area_totals, gather_moments, mean_expit_series
from mirti.smallarea.population import Population
from mirti.tables import Floats, Ints

TAIL = 8.2  # standard deviations beyond which the normal density is below rounding
MARGIN = 2  # points of the grid beyond the last that is needed
WIDEST = 2000.0  # logits; a predictor or an effect that spreads further is the wreck of a fit


class Effects(Protocol):
    """What is known of the effects of A areas: points and their probabilities, (A, Q) each."""

    @property
    def nodes(self) -> Floats: ...
    @property
    def weights(self) -> Floats: ...


@dataclass(frozen=True)
class KnownEffects:
    """Effects of which nothing is uncertain: those of a simulated world. effect: (A,)."""

    effect: Floats

    @property
    def nodes(self) -> Floats:
        return self.effect[:, None]

    @property
    def weights(self) -> Floats:
        return np.ones((len(self.effect), 1))


@dataclass(frozen=True)
class PriorEffects:
    """Effects of `areas` areas of which the survey says nothing: normal with standard deviation sigma."""

    sigma: float
    areas: int

    @property
    def nodes(self) -> Floats:
        return np.tile(normal_rule(self.sigma)[0], (self.areas, 1))

    @property
    def weights(self) -> Floats:
        return np.tile(normal_rule(self.sigma)[1], (self.areas, 1))


@dataclass(frozen=True)
class Spread:
    """The linear predictor of a population's children at one vector of coefficients, gathered by area.

    beta: (p + q,); offset: (A,) of the covariates of areas; the rest as `kernels.gather_moments` gives it.
    """

    beta: Floats
    offset: Floats
    moments: Floats
    first: Ints
    last: Ints
    origin: int


@dataclass(frozen=True)
class Rates:
    """rate: (A,) expected rates; slope: (A,) children's mean of p(1 − p), the rate's change a logit of shift.

    nan for an area without children.
    """

    rate: Floats
    slope: Floats


@dataclass(frozen=True)
class PredictiveState:
    """A model and what it predicts: the estimate, a simulated world or a replicate's estimate of it.

    gathered: its population at its coefficients; sigma_v, sigma_u: logits; shift: (A,) benchmark; rates: of the areas.
    sigma_u is nan where nobody asks for what the model says of an area whose effect is not known (the drivers do).
    """

    gathered: Spread
    sigma_v: float
    effects: Effects
    shift: Floats
    rates: Rates
    sigma_u: float = math.nan

    @property
    def beta(self) -> Floats:
        """(p + q,)"""
        return self.gathered.beta


def spread(people: Population, beta: Floats) -> Spread:
    """Gather the linear predictor of every child at beta (p + q,). One pass over the cells."""
    own = people.linear.basis.shape[1]
    eta = people.linear.at(beta[:own])
    low, high = (float(eta.min()), float(eta.max())) if len(eta) else (0.0, 0.0)
    origin, points = _grid(low, high)
    moments, first, last = gather_moments(people.start, people.pattern, people.count, eta, origin, points)
    return Spread(beta, people.area_x @ beta[own:], moments, first, last, origin)


def expected(gathered: Spread, sigma_v: float, effects: Effects, shift: Floats) -> Rates:
    """Expected rates of the areas, and their slopes, with a shift (A,) of the benchmark added to the predictor."""
    offset = gathered.offset + shift
    nodes, weights = np.ascontiguousarray(effects.nodes), np.ascontiguousarray(effects.weights)
    moves = offset[:, None] + nodes
    low = (gathered.origin + gathered.first.min()) * STEP + moves.min()
    high = (gathered.origin + gathered.last.max()) * STEP + moves.max()
    origin, points = _grid(float(low), float(high))
    series = mean_expit_series(origin, points, *normal_rule(sigma_v))
    total, slope = area_totals(
        gathered.moments,
        gathered.first,
        gathered.last,
        gathered.origin,
        series,
        origin,
        offset,
        nodes,
        weights,
    )
    counted = gathered.moments[:, :, 0].sum(axis=1)
    counted[counted <= 0] = np.nan
    return Rates(total / counted, slope / counted)


def predict(
    gathered: Spread, sigma_v: float, effects: Effects, shift: Floats, sigma_u: float = math.nan
) -> PredictiveState:
    """The state of a model at the coefficients its population was gathered at."""
    rates = expected(gathered, sigma_v, effects, shift)
    return PredictiveState(gathered, sigma_v, effects, shift, rates, sigma_u)


def normal_rule(sigma: float) -> tuple[Floats, Floats]:
    """Nodes and weights of a mean over N(0, σ²) by the trapezoidal rule (Trefethen & Weideman 2014).

    Its error falls as exp(−2π a / h) for a function analytic within a of the real line: π logits, for expit. Steps of
    half a logit or half a standard deviation, whichever is less, leave less than rounding.
    """
    if sigma == 0:
        return np.zeros(1), np.ones(1)
    if not sigma < WIDEST:
        raise FloatingPointError("the effects' standard deviation is not finite")
    half = math.ceil(TAIL / min(0.5, 0.5 / sigma))
    z = np.arange(-half, half + 1) * (TAIL / half)
    weights = np.exp(-z * z / 2)
    return np.asarray(sigma * z), np.asarray(weights / weights.sum())


def _grid(low: float, high: float) -> tuple[int, int]:
    """First point and number of points that cover the logits from low to high."""
    if not high - low < WIDEST:
        raise FloatingPointError("the linear predictor is not finite")
    origin = math.floor(low / STEP) - MARGIN
    return origin, math.ceil(high / STEP) + MARGIN - origin + 1


class Projector:
    """A population's rates in any state of the model; what was gathered at beta (p + q,) is kept.

    The worlds of a bootstrap share the estimate's coefficients, so half of the work is done once.
    """

    def __init__(self, people: Population, beta: Floats) -> None:
        self.people = people
        self._kept = spread(people, beta)

    def gathered(self, beta: Floats) -> Spread:
        return self._kept if beta is self._kept.beta else spread(self.people, beta)

    def rates(self, state: PredictiveState) -> Rates:
        """What the model says of this population, which may be a scenario's."""
        return expected(self.gathered(state.beta), state.sigma_v, state.effects, state.shift)
