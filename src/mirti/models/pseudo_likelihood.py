"""The maximum of a logistic log pseudo-likelihood on many rows of few columns.

Newton's method with step-halving. Where rows are many it starts from the estimate on a tenth of them, and near the
maximum it keeps the information from step to step, which costs a fifth of forming it; the last step is a full one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, wraps
from typing import NoReturn, ParamSpec, TypeVar

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.blas import dsyrk
from scipy.special import expit, xlogy
from threadpoolctl import ThreadpoolController

from mirti.errors import InputError, Problem
from mirti.models.existence import check_rank, check_separation
from mirti.tables import Floats

P = ParamSpec("P")
T = TypeVar("T")

BLOCK = 4096  # rows; a block of 41 columns stays in a core's cache
PARTS = 4  # summed at once where rows are many; fixed, so that a sum does not depend on the machine's cores
CONVERGED = 1e-10  # relative change of the information over the last step
ROUNDING = 1e-6  # a step this short that no longer halves is rounding
NEAR = 100.0  # length under which the information is kept from step to step, if steps then shrink
MAXIMUM_STEPS = 60
HALVINGS = 30
MANY_ROWS = 40_000  # from here a start on a tenth of the rows pays
THINNING = 10
START_STEPS = 12
START_CONVERGED = 0.1
SUSPICIOUS = 18.0  # a linear predictor this far out: separation is checked for


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def on_one_blas_thread(function: Callable[P, T]) -> Callable[P, T]:
    """The matrices of a fit are narrow: on a busy machine BLAS's threads wait for each other longer than they work."""

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> T:
        with _blas().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return limited


@dataclass(frozen=True)
class PseudoLikelihood:
    """Σ swy η - sw log(1 + exp η) over m rows, η = x beta: x (m, p) contiguous by row, sw, swy (m,), names (p,).

    Rows are read in blocks that stay in a core's cache; nothing else of size m × p is made.
    """

    x: Floats
    sw: Floats
    swy: Floats
    names: tuple[str, ...]

    @property
    def tolerance(self) -> float:
        """Length of a step, in standard errors, from which a last Newton step ends at the maximum."""
        return CONVERGED * math.sqrt(len(self.x))

    @property
    def null_value(self) -> float:
        """The maximum of a model without covariates."""
        total, positive = self.sw.sum(), self.swy.sum()
        return float(xlogy(positive, positive / total) + xlogy(total - positive, 1 - positive / total))

    def value(self, eta: Floats) -> float:
        softplus = np.log1p(np.exp(-np.abs(eta))) + np.maximum(eta, 0.0)
        return float(self.swy @ eta - self.sw @ softplus)

    def thin(self, step: int) -> PseudoLikelihood:
        x = np.ascontiguousarray(self.x[::step])
        return PseudoLikelihood(x, self.sw[::step], self.swy[::step], self.names)

    def columns(self, kept: Sequence[int]) -> PseudoLikelihood:
        """The same rows with only some of the columns."""
        x = np.ascontiguousarray(self.x[:, kept])
        return PseudoLikelihood(x, self.sw, self.swy, tuple(self.names[j] for j in kept))

    def derivatives(self, eta: Floats) -> tuple[Floats, Floats]:
        """Score (p,) and information (p, p) at the linear predictor eta (m,)."""
        probability = expit(eta)
        residual = self.swy - self.sw * probability
        root = np.sqrt(self.sw * probability * (1 - probability))
        p = self.x.shape[1]

        def part(blocks: list[slice]) -> tuple[Floats, Floats]:
            score, upper, buffer = np.zeros(p), np.zeros((p, p), order="F"), np.empty((BLOCK, p))
            for rows in blocks:
                x = self.x[rows]
                score += residual[rows] @ x
                scaled = np.multiply(x, root[rows, None], out=buffer[: len(x)])
                upper = dsyrk(1.0, scaled.T, beta=1.0, c=upper, overwrite_c=True)
            return score, upper

        scores, uppers = zip(*self._by_parts(part), strict=True)
        upper = sum(uppers[1:], uppers[0])
        return sum(scores[1:], scores[0]), np.asarray(np.triu(upper) + np.triu(upper, 1).T)

    def advance(self, eta: Floats, step: Floats) -> tuple[Floats, Floats]:
        """The linear predictor moved by a step of beta (p,), and the score there."""
        moved = np.empty_like(eta)

        def part(blocks: list[slice]) -> Floats:
            score = np.zeros(len(step))
            for rows in blocks:
                x = self.x[rows]
                moved[rows] = eta[rows] + x @ step
                score += (self.swy[rows] - self.sw[rows] * expit(moved[rows])) @ x
            return score

        scores = self._by_parts(part)
        return moved, sum(scores[1:], scores[0])

    def _by_parts(self, part: Callable[[list[slice]], T]) -> list[T]:
        """What `part` makes of each part of the blocks, in order; at once where rows are many."""
        blocks = [slice(start, start + BLOCK) for start in range(0, len(self.x), BLOCK)]
        if len(self.x) < MANY_ROWS:
            return [part(blocks)]
        size = -(-len(blocks) // PARTS)
        parts = [blocks[i : i + size] for i in range(0, len(blocks), size)]
        with ThreadPoolExecutor(min(PARTS, os.cpu_count() or 1)) as threads:
            return list(threads.map(part, parts))


def maximise(pseudo: PseudoLikelihood, start: Floats | None = None) -> tuple[Floats, Floats, int]:
    """Newton with step-halving: estimate (p,), information (p, p) there, number of steps.

    start: (p,) a point near the maximum, if one is known. Raises InputError naming the columns that are aliased or
    separated.
    """
    beta = _start(pseudo) if start is None else start
    eta = pseudo.x @ beta
    length = float("inf")
    for iteration in range(1, MAXIMUM_STEPS + 1):
        score, information = pseudo.derivatives(eta)
        if iteration == 1:
            check_rank(information, pseudo.names)
        step = _newton_step(information, score)
        if step is None:
            break
        length, before = _step_length(step, score), length
        if length < pseudo.tolerance or (length < ROUNDING and length > before / 2):
            _check_finite(pseudo, eta)
            return beta + step, information, iteration
        near = length < min(NEAR, before)
        polished = _polish(pseudo, beta, eta, score, information) if near else None
        beta, eta = polished or _climb(pseudo, beta, eta, step)
    return _no_maximum(pseudo)


def _polish(
    pseudo: PseudoLikelihood, beta: Floats, eta: Floats, score: Floats, information: Floats
) -> tuple[Floats, Floats] | None:
    """Quasi-Newton steps (BFGS) from here while the score falls to a third each time; None if it does not at once."""
    metric = inverse = np.asarray(cho_solve(cho_factor(information), np.eye(len(beta))))
    length, moved = _step_length(metric @ score, score), None
    while length > pseudo.tolerance:
        step = inverse @ score
        ahead, reached = pseudo.advance(eta, step)
        shorter = _step_length(metric @ reached, reached)
        if not shorter < length / 3:
            break
        inverse = _updated(inverse, step, score - reached)
        beta, eta, score, length = beta + step, ahead, reached, shorter
        moved = beta, eta
    return moved


def _updated(inverse: Floats, step: Floats, fall: Floats) -> Floats:
    """Inverse information that explains by how much the score fell over the step."""
    curvature = 1 / (step @ fall)
    project = np.eye(len(step)) - curvature * np.outer(step, fall)
    return np.asarray(project @ inverse @ project.T + curvature * np.outer(step, step))


def _start(pseudo: PseudoLikelihood) -> Floats:
    """0, or where rows are many the estimate on a tenth of them, which saves half of the steps on all."""
    zero = np.zeros(pseudo.x.shape[1])
    if len(pseudo.x) < MANY_ROWS:
        return zero
    thinned = pseudo.thin(THINNING)
    beta, eta = zero, thinned.x @ zero
    for _ in range(START_STEPS):
        score, information = thinned.derivatives(eta)
        step = _newton_step(information, score)
        if step is None or np.abs(eta).max() > SUSPICIOUS:
            return zero
        beta, eta = _climb(thinned, beta, eta, step)
        if _step_length(step, score) < START_CONVERGED:
            return beta
    return zero


def _step_length(step: Floats, score: Floats) -> float:
    return math.sqrt(max(float(step @ score), 0.0))


def _newton_step(information: Floats, score: Floats) -> Floats | None:
    """The step, or None where the information is singular."""
    try:
        return np.asarray(cho_solve(cho_factor(information), score))
    except LinAlgError:
        return None


def _climb(pseudo: PseudoLikelihood, beta: Floats, eta: Floats, step: Floats) -> tuple[Floats, Floats]:
    """The point on the Newton step where the likelihood is not lower, rounding apart."""
    along, value = pseudo.x @ step, pseudo.value(eta)
    rounding = 1e-12 * abs(value)
    for halving in range(HALVINGS):
        fraction = 0.5**halving
        moved = eta + fraction * along
        if pseudo.value(moved) >= value - rounding:
            return beta + fraction * step, moved
    return beta, eta


def _check_finite(pseudo: PseudoLikelihood, eta: Floats) -> None:
    """Where classes are separated the score dies out far along the way to infinity and looks like a maximum."""
    if float(np.abs(eta).max()) > SUSPICIOUS:
        check_separation(pseudo.x, pseudo.sw, pseudo.swy, pseudo.names)


def _no_maximum(pseudo: PseudoLikelihood) -> NoReturn:
    check_separation(pseudo.x, pseudo.sw, pseudo.swy, pseudo.names)
    raise InputError(
        Problem(
            what="The fit did not converge, though the outcome is not separated.",
            where="model",
            remedy="Rescale numeric covariates to a spread near 1, and merge levels that few children have.",
        )
    )
