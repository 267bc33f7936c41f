"""Design-based logistic regression by pseudo-likelihood, on persons or on cells.

Binder (1983, "On the variances of asymptotically normal estimators from complex surveys"). The estimate solves
Σ w (y - p) x = 0; its covariance is A⁻¹ V A⁻¹ with A = Σ w p (1 - p) x x' and V the design-based covariance of the
score's total. On cells of equal x, Σw and Σwy are sufficient for all of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NoReturn

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.blas import dsyrk
from scipy.special import expit, logit
from scipy.stats import t as student
from threadpoolctl import ThreadpoolController

from mirti.errors import InputError, Problem
from mirti.models.existence import check_outcome, check_rank, check_separation
from mirti.survey.variance import SinglePsu, covariance, degrees_of_freedom
from mirti.tables import Floats, Index, Ints, Sample

BLOCK = 2048  # rows; a block of 41 columns stays in a core's cache
CONVERGED = 1e-10  # length of the last Newton step in standard errors; the error left is about its square
ROUNDING = 1e-6  # a step this short that no longer halves is rounding
NEAR = 10.0
MAXIMUM_STEPS = 60
HALVINGS = 30
MANY_ROWS = 40_000  # from here a start on a tenth of the rows pays
THINNING = 10
START_STEPS = 12
START_CONVERGED = 0.1
SUSPICIOUS = 18.0  # a linear predictor this far out: separation is checked for


@dataclass(frozen=True)
class LogisticFit:
    """A fitted design-based logistic regression, p columns.

    cov: (p, p) design-based covariance of beta; naive_cov: (p, p) inverse information, weights scaled to a mean of 1 a
    child. df: residual design degrees of freedom, PSUs - strata + 1 - p. deviance, null_deviance: minus twice the log
    pseudo-likelihood, weights scaled to a mean of 1 a child. children: children of the domain (rows, if not said).
    """

    names: tuple[str, ...]
    beta: Floats
    cov: Floats
    naive_cov: Floats
    df: int
    psus: int
    strata: int
    children: int
    iterations: int
    deviance: float
    null_deviance: float
    single_psu: SinglePsu

    @property
    def se(self) -> Floats:
        return np.sqrt(np.diag(self.cov))

    @property
    def t(self) -> Floats:
        return self.beta / self.se

    @property
    def p_values(self) -> Floats:
        """Two-sided, t distribution with df degrees of freedom; nan where df < 1."""
        if self.df < 1:
            return np.full(len(self.beta), np.nan)
        return np.asarray(2 * student.sf(np.abs(self.t), self.df))

    @property
    def odds_ratios(self) -> Floats:
        return np.exp(self.beta)

    def intervals(self, level: float = 0.95) -> Floats:
        """(p, 2) ends of t-intervals of beta; nan where df < 1. They hold the sampling error of the coefficients."""
        if self.df < 1:
            return np.full((len(self.beta), 2), np.nan)
        half = student.ppf(0.5 + level / 2, self.df) * self.se
        return np.column_stack([self.beta - half, self.beta + half])

    def predict(self, x: Floats) -> Floats:
        """Probabilities (m,) at rows x (m, p)."""
        return np.asarray(expit(x @ self.beta))


def fit_logistic(
    x: Floats,
    sw: Floats,
    swy: Floats,
    psu: Index,
    sample: Sample,
    *,
    names: Sequence[str],
    ssu: Index | None = None,
    n: Ints | None = None,
    single_psu: SinglePsu = "fail",
) -> LogisticFit:
    """Fit on m rows, persons or cells, of the domain; the sample also holds the PSUs without a member of it.

    x: (m, p) model matrix with its intercept; sw, swy: (m,) Σw and Σwy of the row; psu, ssu: (m,) positions in the
    sample; n: (m,) children in the row, 1 each if not given. Raises InputError for an outcome that is empty or has one
    class, columns that are empty or determined by others, separation, and single-PSU strata under "fail".
    """
    check_outcome(sw, swy)
    with _blas().limit(limits=1, user_api="blas"):
        return _fit(x, sw, swy, psu, sample, tuple(names), ssu, n, single_psu)


@cache
def _blas() -> ThreadpoolController:
    """The matrices of a fit are narrow: on a busy machine BLAS's threads wait for each other longer than they work."""
    return ThreadpoolController()


def _fit(
    x: Floats,
    sw: Floats,
    swy: Floats,
    psu: Index,
    sample: Sample,
    names: tuple[str, ...],
    ssu: Index | None,
    n: Ints | None,
    single_psu: SinglePsu,
) -> LogisticFit:
    x, sw, swy = (np.ascontiguousarray(a, dtype=np.float64) for a in (x, sw, swy))
    children = int(n.sum()) if n is not None else len(sw)
    scale = children / sw.sum()
    pseudo = _PseudoLikelihood(x, sw * scale, swy * scale, names)
    beta, information, iterations = _maximise(pseudo)
    eta = x @ beta
    if float(np.abs(eta).max()) > SUSPICIOUS:
        check_separation(x, sw, swy, names)
    naive = cho_solve(cho_factor(information), np.eye(len(beta)))
    residual = pseudo.swy - pseudo.sw * expit(eta)
    score = covariance(sample, psu, x, ssu=ssu, factor=residual, single_psu=single_psu)
    freedom = degrees_of_freedom(sample, psu)
    held = np.unique(psu)
    return LogisticFit(
        names=names,
        beta=beta,
        cov=naive @ score @ naive,
        naive_cov=naive,
        df=freedom + 1 - len(beta),
        psus=len(held),
        strata=len(held) - freedom,
        children=children,
        iterations=iterations,
        deviance=-2 * pseudo.value(eta),
        null_deviance=-2 * pseudo.value(np.full(len(eta), pseudo.marginal)),
        single_psu=single_psu,
    )


@dataclass(frozen=True)
class _PseudoLikelihood:
    """Log pseudo-likelihood of m rows, read in blocks so that nothing of size m × p is made."""

    x: Floats
    sw: Floats
    swy: Floats
    names: tuple[str, ...]

    @property
    def marginal(self) -> float:
        """Logit of the weighted rate: the maximum of a model without covariates."""
        return float(logit(self.swy.sum() / self.sw.sum()))

    def value(self, eta: Floats) -> float:
        softplus = np.log1p(np.exp(-np.abs(eta))) + np.maximum(eta, 0.0)
        return float(self.swy @ eta - self.sw @ softplus)

    def thin(self, step: int) -> _PseudoLikelihood:
        return _PseudoLikelihood(
            np.ascontiguousarray(self.x[::step]), self.sw[::step], self.swy[::step], self.names
        )

    def derivatives(self, eta: Floats) -> tuple[Floats, Floats]:
        """Score (p,) and information (p, p) at the linear predictor eta (m,)."""
        p = expit(eta)
        return self.score(eta), self.gram(self.sw * p * (1 - p))

    def score(self, eta: Floats) -> Floats:
        return np.asarray(self.x.T @ (self.swy - self.sw * expit(eta)))

    def gram(self, weight: Floats) -> Floats:
        """Σ weight x x', (p, p)."""
        root = np.sqrt(weight)[:, None]
        buffer = np.empty((min(BLOCK, len(self.x)), self.x.shape[1]))
        upper = np.zeros((self.x.shape[1], self.x.shape[1]), order="F")
        for rows in _blocks(len(self.x)):
            scaled = np.multiply(self.x[rows], root[rows], out=buffer[: rows.stop - rows.start])
            upper = dsyrk(1.0, scaled.T, beta=1.0, c=upper, overwrite_c=True)
        return np.asarray(np.triu(upper) + np.triu(upper, 1).T)


def _blocks(m: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, m)) for start in range(0, m, BLOCK))


def _maximise(pseudo: _PseudoLikelihood) -> tuple[Floats, Floats, int]:
    """Newton with step-halving: estimate (p,), information (p, p) there, number of steps."""
    beta = _start(pseudo)
    eta = pseudo.x @ beta
    value, length = pseudo.value(eta), float("inf")
    for iteration in range(1, MAXIMUM_STEPS + 1):
        score, information = pseudo.derivatives(eta)
        if iteration == 1:
            check_rank(information, pseudo.names)
        step = _newton_step(information, score)
        if step is None:
            break
        length, before = _step_length(step, score), length
        if length < CONVERGED or (length < ROUNDING and length > before / 2):
            return beta + step, information, iteration
        beta, eta, value = _climb(pseudo, beta, eta, step, value)
        if length < NEAR:
            beta, eta, value = _polish(pseudo, beta, eta, information)
    return _no_maximum(pseudo)


def _polish(
    pseudo: _PseudoLikelihood, beta: Floats, eta: Floats, information: Floats
) -> tuple[Floats, Floats, float]:
    """Steps by the information of a point nearby while each is a tenth of the last: the score alone is cheap."""
    factor, before = cho_factor(information), float("inf")
    while True:
        score = pseudo.score(eta)
        step = cho_solve(factor, score)
        length = _step_length(step, score)
        if not CONVERGED < length < before / 10:
            return beta, eta, pseudo.value(eta)
        beta, eta, before = beta + step, eta + pseudo.x @ step, length


def _start(pseudo: _PseudoLikelihood) -> Floats:
    """0, or where rows are many the estimate on a tenth of them, which saves half of the steps on all."""
    zero = np.zeros(pseudo.x.shape[1])
    if len(pseudo.x) < MANY_ROWS:
        return zero
    thinned = pseudo.thin(THINNING)
    beta, eta = zero, thinned.x @ zero
    value = thinned.value(eta)
    for _ in range(START_STEPS):
        score, information = thinned.derivatives(eta)
        step = _newton_step(information, score)
        if step is None or np.abs(eta).max() > SUSPICIOUS:
            return zero
        beta, eta, value = _climb(thinned, beta, eta, step, value)
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


def _climb(
    pseudo: _PseudoLikelihood, beta: Floats, eta: Floats, step: Floats, value: float
) -> tuple[Floats, Floats, float]:
    """The point on the Newton step where the likelihood is not lower, rounding apart."""
    along = pseudo.x @ step
    rounding = 1e-12 * abs(value)
    for halving in range(HALVINGS):
        fraction = 0.5**halving
        moved = eta + fraction * along
        reached = pseudo.value(moved)
        if reached >= value - rounding:
            return beta + fraction * step, moved, reached
    return beta, eta, value


def _no_maximum(pseudo: _PseudoLikelihood) -> NoReturn:
    check_separation(pseudo.x, pseudo.sw, pseudo.swy, pseudo.names)
    raise InputError(
        Problem(
            what="The fit did not converge, though the outcome is not separated.",
            where="model",
            remedy="Rescale numeric covariates to a spread near 1, and merge levels that few children have.",
        )
    )
