"""The maximum of the mixed model's log pseudo-likelihood in θ = (β, σ_u, σ_v), some of them held.

Newton with step-halving; near the maximum the information is kept and only updated (BFGS), and formed again where
that stops paying. σ is moved on its own scale, in which the likelihood is even: a variance whose maximum is at 0 is
reached in a few steps, and 0 is no edge to fall off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from mirti.errors import InputError, Problem
from mirti.models.existence import check_separation
from mirti.models.mixed.likelihood import Likelihood, Point, Slope
from mirti.models.pseudo_likelihood import SUSPICIOUS
from mirti.tables import Floats

Mask: TypeAlias = NDArray[np.bool_]

FOUND = 1e-7  # length of the last step, in standard errors
NEAR = 0.3  # length of a step, in standard errors, from which the score alone decides: quadrature blurs the value
CONTRACTING = 0.25  # a step longer than this share of the one before: the information is formed again
PATIENCE = 8  # steps near the maximum before it is formed again: with few nodes it is not quite the score's derivative
GIVEN = 1
MAXIMUM_STEPS = 100
HALVINGS = 30
GROWTH = 2.0  # the most that a σ is multiplied by in a step, beyond 1
VANISHED = 1e-5  # a σ that ends below is 0
SMALLEST_START = 0.1


@dataclass(frozen=True)
class Maximum:
    """Where it is; value: the log pseudo-likelihood there, without a penalty."""

    point: Point
    slope: Slope
    iterations: int

    @property
    def theta(self) -> Floats:
        return self.point.theta

    @property
    def value(self) -> float:
        return self.point.value


@dataclass(frozen=True)
class _Here:
    """score: (f,) of what is free, penalty included."""

    point: Point
    slope: Slope
    score: Floats


class NoMaximumError(InputError):
    """The search ended nowhere, though the outcome is not separated."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                what="The mixed model's fit did not converge, though the outcome is not separated.",
                where="model",
                remedy="Rescale numeric covariates to a spread near 1, merge levels that few children have, check the "
                'areas in which every child has the outcome or none has it, or set model.estimator = "logistic".',
            )
        )


def maximise(
    likelihood: Likelihood,
    theta: Floats,
    free: Mask,
    *,
    penalised: bool = False,
    inverse: Floats | None = None,
    precision: float = FOUND,
) -> Maximum:
    """From theta (p + 2,), moving what is `free` (p + 2,); penalised: with log σ_u added (Chung et al. 2013).

    inverse: (p + 2, p + 2) an inverse information to begin with, if one is at hand; precision: length of the last step
    in standard errors. Raises InputError if the outcome is separated, NoMaximumError if no maximum is found.
    """
    search = _Search(likelihood, free, penalised, precision)
    try:
        here, iterations = search.run(theta, None if inverse is None else inverse[np.ix_(free, free)])
    except NoMaximumError:
        _check_separation(likelihood)
        raise
    if float(np.abs(likelihood.data.x @ here.point.theta[:-2]).max()) > SUSPICIOUS:
        _check_separation(likelihood)
    end = here.point.theta.copy()
    end[-2:] = np.abs(end[-2:])
    end[-2:][end[-2:] < VANISHED] = 0.0
    point = likelihood.at(end)
    return Maximum(point, likelihood.slope(point), iterations)


def free_of(p: int, *, areas: bool, psus: bool) -> Mask:
    """All β, and the σ of each effect that the model has."""
    return np.array([True] * p + [areas, psus])


def off_zero(theta: Floats, *, nested: bool) -> Floats:
    """A σ of 0 is stationary, and a search that begins there stays; a search from here does not."""
    moved = theta.copy()
    moved[-2] = max(moved[-2], SMALLEST_START)
    moved[-1] = max(moved[-1], SMALLEST_START) if nested else 0.0
    return moved


@dataclass(frozen=True)
class _Search:
    likelihood: Likelihood
    free: Mask
    penalised: bool
    precision: float

    def run(self, theta: Floats, inverse: Floats | None) -> tuple[_Here, int]:
        here, before = self.at(theta), math.inf
        since = GIVEN if inverse is not None else 0  # steps since the information was formed
        inverse = self.inverse(here) if inverse is None else inverse
        for iteration in range(1, MAXIMUM_STEPS + 1):
            direction = inverse @ here.score
            length = math.sqrt(max(float(direction @ here.score), 0.0))
            slow = length > CONTRACTING * before and (length > NEAR or since > PATIENCE)
            ahead = None if slow else self.climb(here, direction, length)
            if ahead is not None and length < self.precision:
                return ahead, iteration
            updated = None if ahead is None else self._updated(inverse, here, ahead)
            if ahead is None and not since:
                raise NoMaximumError
            here = ahead or here
            since, before = (0, math.inf) if updated is None else (since + 1, length)
            inverse = self.inverse(here) if updated is None else updated
        raise NoMaximumError

    def at(self, theta: Floats) -> _Here:
        return self._here(self.likelihood.at(theta))

    def _here(self, point: Point) -> _Here:
        slope = self.likelihood.slope(point)
        score = slope.score.copy()
        if self.penalised:
            score[-2] += 1 / point.theta[-2]
        return _Here(point, slope, score[self.free])

    def climb(self, here: _Here, direction: Floats, length: float) -> _Here | None:
        """The point on the step where the likelihood is not lower; near the maximum, its end."""
        theta, step = here.point.theta, np.zeros(len(self.free))
        step[self.free] = direction
        value, fraction = self.value(here.point), _bounded(theta[-2:], step[-2:])
        for halving in range(HALVINGS):
            point = self.likelihood.at(theta + fraction * 0.5**halving * step)
            if length < NEAR or self.value(point) >= value - 1e-12 * abs(value):
                return self._here(point)
        return None

    def value(self, point: Point) -> float:
        if not self.penalised:
            return point.value
        return point.value + math.log(abs(point.theta[-2])) if point.theta[-2] else -math.inf

    def inverse(self, here: _Here) -> Floats:
        """Inverse information; where it is not positive definite, that of β and the outer product of the σ's scores."""
        information = self.likelihood.information(here.point, here.slope)
        if self.penalised:
            information[-2, -2] += 1 / here.point.theta[-2] ** 2
        try:
            return _inverted(information[np.ix_(self.free, self.free)])
        except LinAlgError:
            information[-2:, :] = information[:, -2:] = 0.0
            information[[-2, -1], [-2, -1]] = (here.slope.by_area**2).sum(axis=0) + 1.0
        try:
            return _inverted(information[np.ix_(self.free, self.free)])
        except LinAlgError as singular:
            raise NoMaximumError from singular

    def _updated(self, inverse: Floats, here: _Here, ahead: _Here) -> Floats | None:
        """Inverse information that explains by how much the score fell over the step; None if it did not."""
        step = (ahead.point.theta - here.point.theta)[self.free]
        fall = here.score - ahead.score
        if not step @ fall > 0:
            return None
        curvature = 1 / (step @ fall)
        project = np.eye(len(step)) - curvature * np.outer(step, fall)
        return np.asarray(project @ inverse @ project.T + curvature * np.outer(step, step))


def _bounded(sigma: Floats, step: Floats) -> float:
    """The share of the step over which no σ grows too fast."""
    most = 1 + GROWTH * np.abs(sigma)
    return float(min(1.0, *(most / np.maximum(np.abs(step), 1e-300))))


def _inverted(information: Floats) -> Floats:
    return np.asarray(cho_solve(cho_factor(information), np.eye(len(information))))


def _check_separation(likelihood: Likelihood) -> None:
    data = likelihood.data
    check_separation(data.x, data.sw, data.swy, data.names)
