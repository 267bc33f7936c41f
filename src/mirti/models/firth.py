"""Logistic regression by Firth's penalised likelihood with intercept correction, for outcomes that are rare.

1. Weights are scaled to Kish's effective sample size, (Σw)² / Σw²: as much information as they carry.
2. The estimate maximises l(β) + ½ log |I(β)| (Firth 1993, "Bias reduction of maximum likelihood estimates"): it is that
   of maximum likelihood on data to which each child of leverage h adds h/2 with the outcome and h/2 without it, and is
   finite where classes are separated (Heinze & Schemper 2002).
3. The intercept is estimated once more, without penalty, the slopes held (FLIC; Puhr, Heinze, Nold, Lusa & Geroldinger
   2017, "Firth's logistic regression with rare events"): the mean prediction is the weighted rate.
4. The covariance is a sandwich around the information at that estimate: the design-based covariance of the score's
   total, and that of what the penalty added, taken as children drawn each by themselves. The latter vanishes as the
   sample grows; without it a separated coefficient, which no child contradicts, would seem to be known without error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import brentq
from scipy.special import expit, logit

from mirti.errors import InputError, Problem
from mirti.models.existence import check_outcome, check_rank
from mirti.models.logistic import LogisticFit
from mirti.models.pseudo_likelihood import PseudoLikelihood, on_one_blas_thread
from mirti.models.replicate_fit import under_each
from mirti.models.rows import Rows
from mirti.survey.design import check_weights
from mirti.survey.estimates import replicated_pair
from mirti.survey.replicate import degrees_of_freedom, replicate_covariance
from mirti.survey.variance import SinglePsu, covariance, units_held
from mirti.tables import Floats, Index, Ints, Sample, SurveyCells

CONVERGED = 1e-10  # length of a step, in standard errors
MAXIMUM_STEPS = 500
HALVINGS = 30


@dataclass(frozen=True)
class FirthFit(LogisticFit):
    """A LogisticFit whose beta is Firth's with the corrected intercept.

    effective_size: Kish's, to which the penalty is held; penalised_intercept: Firth's own; penalised: the penalised log
    likelihood at its maximum, weights scaled to the effective size.
    """

    effective_size: float = float("nan")
    penalised_intercept: float = float("nan")
    penalised: float = float("nan")


def effective_size(sw: Floats, sw2: Floats) -> float:
    """Kish's effective sample size, (Σw)² / Σw²; sw, sw2: (m,) Σw and Σw² of each cell."""
    return float(sw.sum() ** 2 / sw2.sum())


@on_one_blas_thread
def fit_firth(
    x: Floats,
    sw: Floats,
    swy: Floats,
    psu: Index,
    sample: Sample,
    *,
    names: Sequence[str],
    sw2: Floats | None = None,
    ssu: Index | None = None,
    n: Ints | None = None,
    single_psu: SinglePsu = "fail",
    replicated: tuple[Floats, Floats] | None = None,
) -> FirthFit:
    """Fit on m rows, persons or cells, of the domain, as `fit_logistic`; separated classes have an estimate.

    x: (m, p), its first column the intercept; sw2: (m,) Σw² of the row, sw² if not given, which is right for persons.
    Raises InputError for weights that are missing or not above 0, an outcome that is empty or has one class, columns
    that are empty or determined by others (also under a replicate), and single-PSU strata under "fail".
    """
    check_weights(sw)
    check_outcome(sw, swy)
    x, sw, swy = (np.ascontiguousarray(a, dtype=np.float64) for a in (x, sw, swy))
    if not (x[:, 0] == 1).all():
        raise ValueError("the first column of the model matrix is the intercept")
    if (replicated is None) != (sample.replicates is None):
        raise ValueError("replicate weights and how they were made belong together")
    size = effective_size(sw, sw**2 if sw2 is None else sw2)
    scale, rows = size / sw.sum(), Rows.of(x)
    fit = _Fit.of(rows.likelihood(rows.sums(sw), rows.sums(swy), tuple(names), size))
    eta = x @ fit.beta
    psus, strata = units_held(sample, psu)
    if replicated is None:
        residual = scale * (swy - sw * expit(eta))
        score = covariance(sample, psu, x, ssu=ssu, factor=residual, single_psu=single_psu)
        sampling, degrees = fit.bread @ score @ fit.bread, psus - strata
    else:
        sampling = _by_replicates(rows, replicated, scale, fit, sample)
        degrees = degrees_of_freedom(replicated[1])
    children = int(n.sum()) if n is not None else len(sw)
    likelihood = PseudoLikelihood(x, sw * children / sw.sum(), swy * children / sw.sum(), tuple(names))
    return FirthFit(
        names=tuple(names),
        beta=fit.beta,
        cov=sampling + fit.bread @ fit.added @ fit.bread,
        naive_cov=fit.bread * size / children,
        df=degrees + 1 - len(fit.beta),
        psus=psus,
        strata=strata,
        children=children,
        iterations=fit.iterations,
        deviance=-2 * likelihood.value(eta),
        null_deviance=-2 * likelihood.null_value,
        single_psu=single_psu,
        weight=float(sw.sum()),
        variance="linearised" if sample.replicates is None else sample.replicates.kind,
        replicates=0 if replicated is None else replicated[0].shape[1],
        effective_size=size,
        penalised_intercept=fit.penalised_intercept,
        penalised=fit.penalised,
    )


def fit_firth_cells(
    x: Floats, cells: SurveyCells, *, names: Sequence[str], single_psu: SinglePsu = "fail"
) -> FirthFit:
    """`fit_firth` on the survey's cells whose model matrix is x (m, p), by replicate weights if they have any."""
    return fit_firth(
        x,
        cells.sw,
        cells.swy,
        cells.psu,
        cells.sample,
        names=names,
        sw2=cells.sw2,
        ssu=cells.ssu,
        n=cells.n,
        single_psu=single_psu,
        replicated=replicated_pair(cells),
    )


def _by_replicates(
    rows: Rows, replicated: tuple[Floats, Floats], scale: float, full: _Fit, sample: Sample
) -> Floats:
    """Covariance (p, p) of the estimates under the replicate weights, each fitted anew."""
    assert sample.replicates is not None  # noqa: S101 - the caller checked
    rwy, rw = (rows.sums(each) for each in replicated)
    start = np.r_[full.penalised_intercept, full.beta[1:]]

    def estimate(sw: Floats, swy: Floats) -> Floats:
        return _Fit.of(rows.likelihood(sw, swy, full.names, float(scale * sw.sum())), start).beta

    estimates = under_each(rw, rwy, estimate)
    return replicate_covariance(estimates, full.beta, sample.replicates)


# --- the estimate ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Point:
    """The penalised likelihood somewhere: score (p,), step (p,) towards its maximum, leverage of the rows (u,)."""

    value: float
    score: Floats
    step: Floats
    leverage: Floats

    @property
    def length(self) -> float:
        """Of the step, in standard errors."""
        return math.sqrt(max(float(self.step @ self.score), 0.0))


@dataclass(frozen=True)
class _Fit:
    """beta: (p,) Firth's, the intercept corrected. bread: (p, p) inverse information at beta; added: (p, p) covariance
    of the score's total that the penalty's children bring."""

    names: tuple[str, ...]
    beta: Floats
    bread: Floats
    added: Floats
    iterations: int
    penalised_intercept: float
    penalised: float

    @classmethod
    def of(cls, data: PseudoLikelihood, start: Floats | None = None) -> _Fit:
        found, point, iterations = _maximise(data, _start(data) if start is None else start)
        beta = np.r_[_intercept(data, found), found[1:]]
        p = expit(data.x @ beta)
        information = (data.x * (data.sw * p * (1 - p))[:, None]).T @ data.x
        added = (data.x * (point.leverage * ((1 - p) ** 2 + p**2) / 2)[:, None]).T @ data.x
        bread = np.asarray(cho_solve(cho_factor(information), np.eye(len(beta))))
        return cls(data.names, beta, bread, added, iterations, float(found[0]), point.value)


def _start(data: PseudoLikelihood) -> Floats:
    """The overall rate, whatever the covariates."""
    beta = np.zeros(data.x.shape[1])
    beta[0] = logit(data.swy.sum() / data.sw.sum())
    return beta


def _maximise(data: PseudoLikelihood, beta: Floats) -> tuple[Floats, _Point, int]:
    """Scoring with the information of the data with the penalty's children, steps halved where they lead too far."""
    point = _at(data, beta)
    for iteration in range(1, MAXIMUM_STEPS + 1):
        if point.length < CONVERGED:
            return beta, point, iteration
        beta, point, moved = _climb(data, beta, point)
        if not moved:
            return beta, point, iteration
    remedy = "Rescale numeric covariates to a spread near 1, and merge levels that few children have."
    raise InputError(Problem("Firth's estimate did not converge.", "model", remedy))


def _climb(data: PseudoLikelihood, beta: Floats, point: _Point) -> tuple[Floats, _Point, bool]:
    """The point along the step where the penalised likelihood is not lower, rounding apart, and whether it moved."""
    for halving in range(HALVINGS):
        ahead = beta + 0.5**halving * point.step
        there = _at(data, ahead)
        if there.value >= point.value - 1e-12 * abs(point.value):
            return ahead, there, True
    return beta, point, False


def _at(data: PseudoLikelihood, beta: Floats) -> _Point:
    eta = data.x @ beta
    p = expit(eta)
    variance = data.sw * p * (1 - p)
    information = (data.x * variance[:, None]).T @ data.x
    root = _root(information, data.names)
    leverage = variance * (solve_triangular(root, data.x.T, lower=True) ** 2).sum(axis=0)
    score = data.x.T @ (data.swy - data.sw * p + leverage * (0.5 - p))
    with_children = information + (data.x * (leverage * p * (1 - p))[:, None]).T @ data.x
    step = np.asarray(cho_solve(cho_factor(with_children), score))
    return _Point(data.value(eta) + float(np.log(np.diag(root)).sum()), score, step, leverage)


def _root(information: Floats, names: Sequence[str]) -> Floats:
    """Its Cholesky factor, lower. Raises InputError naming columns that are empty or that others determine."""
    check_rank(information, names)
    return np.asarray(np.linalg.cholesky(information))


def _intercept(data: PseudoLikelihood, beta: Floats) -> float:
    """The intercept under which the mean prediction is the rate, the slopes held."""
    slopes = data.x[:, 1:] @ beta[1:]
    rate = data.swy.sum() / data.sw.sum()

    def excess(intercept: float) -> float:
        return float(data.sw @ expit(intercept + slopes) - data.swy.sum())

    low, high = (
        logit(rate) - slopes.max(),
        logit(rate) - slopes.min(),
    )  # everybody below the rate, everybody above
    if high - low < np.finfo(float).eps:
        return float(low)
    return float(brentq(excess, low - 1, high + 1, xtol=1e-14, rtol=8.9e-16))
