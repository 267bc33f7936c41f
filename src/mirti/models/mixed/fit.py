"""The logistic-normal mixed model fitted to survey cells by pseudo-likelihood with scaled weights.

Rabe-Hesketh & Skrondal (2006). Standard errors: a sandwich over areas. Where the data hardly tell the areas' variance
from 0 it is estimated with the penalty of Chung, Rabe-Hesketh, Dorie, Gelman & Liu (2013, "A nondegenerate penalized
likelihood estimator for variance parameters in multilevel models"), log σ_u: a σ_u of 0 draws a falsely sharp map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.stats import chi2
from scipy.stats import t as student

from mirti.errors import InputError, Problem
from mirti.models.existence import check_outcome
from mirti.models.mixed.data import MixedData, Scaling
from mirti.models.mixed.likelihood import Likelihood
from mirti.models.mixed.maximum import FOUND, Maximum, NoMaximumError, free_of, maximise, off_zero
from mirti.models.mixed.sandwich import inverse_information, sandwich
from mirti.models.pseudo_likelihood import PseudoLikelihood, on_one_blas_thread
from mirti.models.pseudo_likelihood import maximise as maximise_pooled
from mirti.tables import Floats

Penalty: TypeAlias = Literal["auto", "always", "never"]

NODES = (7, 7)  # with σ up to 1 they move no parameter by 0.001 of its standard error; with σ of 1.5 by 0.03
FINE = (25, 25)
FEWEST_AREAS = 10
BEYOND_CHANCE = float(chi2.ppf(0.95, 1))  # of twice a difference of log-likelihoods
CLEAR = 6.0  # standard errors from 0 at which a refit need not be compared with one without areas
FIRST_SIGMA = 0.5
AWAY = 0.3  # a σ_v at which it is first seen how fast the likelihood falls from 0


@dataclass(frozen=True)
class MixedFit:
    """A fitted mixed model, p columns; the effects are normal on the logit scale, with standard deviations sigma_u
    (areas) and sigma_v (PSUs within areas; 0 if there is no such effect).

    cov: (p, p) sandwich over areas, beta's; its errors are those of the sample's areas. naive_cov: inverse observed
    information in beta and the logs of those σ that are above 0: (p + 2, p + 2), or fewer. log_sigma_se: standard
    errors of log σ_u and log σ_v from it, nan where σ is 0. log_likelihood: the pseudo-likelihood's, without penalty;
    log_likelihood_without_areas: its maximum with σ_u = 0, nan where a refit found σ_u so far from 0 that it was not
    asked. boundary: σ_u is 0 or its 95 % profile interval reaches 0; penalised: log σ_u was added. sigma_v_spread:
    where σ_v is 0, standard deviation of the half-normal as which the profile likelihood falls from there, inf if it
    does not; nan where σ_v is above 0, where there is no such effect, and of a refit.
    """

    names: tuple[str, ...]
    beta: Floats
    sigma_u: float
    sigma_v: float
    cov: Floats
    naive_cov: Floats
    log_sigma_se: tuple[float, float]
    log_likelihood: float
    log_likelihood_without_areas: float
    areas: int
    psus: int
    children: int
    iterations: int
    penalised: bool
    boundary: bool
    scaling: Scaling
    nodes: tuple[int, int]
    sigma_v_spread: float = math.nan

    @property
    def se(self) -> Floats:
        return np.sqrt(np.diag(self.cov))

    @property
    def df(self) -> int:
        """Degrees of freedom of the sandwich: areas - 1."""
        return self.areas - 1

    @property
    def p_values(self) -> Floats:
        """(p,) two-sided, t distribution with df degrees of freedom."""
        return np.asarray(2 * student.sf(np.abs(self.beta / self.se), self.df))

    def intervals(self, level: float = 0.95) -> Floats:
        """(p, 2) ends of t-intervals of beta. They hold the sampling error of the coefficients."""
        half = student.ppf(0.5 + level / 2, self.df) * self.se
        return np.column_stack([self.beta - half, self.beta + half])

    @property
    def theta(self) -> Floats:
        """(p + 2,) beta, sigma_u, sigma_v."""
        return np.append(self.beta, [self.sigma_u, self.sigma_v])


@on_one_blas_thread
def fit_mixed(
    data: MixedData,
    *,
    start: MixedFit | None = None,
    nodes: tuple[int, int] = NODES,
    penalty: Penalty = "auto",
    precision: float = FOUND,
) -> MixedFit:
    """Fit; start: a fit of the same columns to data much alike, from which to begin. nodes: for areas and for PSUs.

    penalty: log σ_u added to the log pseudo-likelihood "always", "never", or ("auto") where σ_u is at its boundary.
    precision: length of the last step in standard errors; a bootstrap needs less of it than an estimate.
    Where effects are so large that these nodes find no maximum it is sought with FINE ones, and the fit says so.
    Raises InputError for an outcome of one class, fewer than ten sampled areas, areas of one child each, columns that
    are empty or determined by others, separation, and a likelihood without a maximum.
    """
    check_outcome(data.sw, data.swy)
    _check_areas(data)
    try:
        return _fit(data, start, nodes, penalty, precision)
    except NoMaximumError:
        return _fit(data, None, FINE, penalty, precision)


def _fit(
    data: MixedData, start: MixedFit | None, nodes: tuple[int, int], penalty: Penalty, precision: float
) -> MixedFit:
    likelihood = Likelihood(data, nodes)
    free = free_of(data.x.shape[1], areas=True, psus=data.nested)
    theta, inverse = _pooled_start(data) if start is None else _warm_start(start, data)
    always = penalty == "always"
    top = maximise(likelihood, theta, free, penalised=always, inverse=inverse, precision=precision)
    without, boundary = _against_no_areas(likelihood, top, precision, refit=start is not None)
    penalised = always or (penalty == "auto" and boundary)
    iterations = top.iterations
    if penalised and not always:
        theta = off_zero(top.theta, nested=data.nested)
        top = maximise(likelihood, theta, free, penalised=True, precision=precision)
        iterations += top.iterations
    naive = inverse_information(likelihood, top.point, top.slope)
    if not (np.diag(naive) > 0).all():
        raise NoMaximumError
    errors = np.full(2, np.nan)
    errors[top.theta[-2:] > 0] = np.sqrt(np.diag(naive)[data.x.shape[1] :])
    return MixedFit(
        names=data.names,
        beta=top.theta[:-2],
        sigma_u=float(top.theta[-2]),
        sigma_v=float(top.theta[-1]),
        cov=sandwich(likelihood, top.point, top.slope, naive),
        naive_cov=naive,
        log_sigma_se=(float(errors[0]), float(errors[1])),
        log_likelihood=top.value,
        log_likelihood_without_areas=without,
        areas=len(data.areas),
        psus=data.psus,
        children=data.children,
        iterations=iterations,
        penalised=penalised,
        boundary=boundary,
        scaling=data.scaling,
        nodes=nodes,
        sigma_v_spread=math.nan if start else _spread_from_zero(likelihood, top, penalised),
    )


def log_likelihood(
    data: MixedData, beta: Floats, sigma_u: float, sigma_v: float, nodes: tuple[int, int] = NODES
) -> float:
    """The log pseudo-likelihood, constants of the binomial left out; nodes (1, 1): Laplace's approximation."""
    return Likelihood(data, nodes).at(np.append(beta, [sigma_u, sigma_v])).value


def _check_areas(data: MixedData) -> None:
    found = len(data.areas)
    if found < FEWEST_AREAS:
        raise InputError(
            Problem(
                what=f"The survey's children lie in {found} areas: too few to estimate how areas differ.",
                where='model.estimator = "mixed"',
                remedy=f"The mixed model needs {FEWEST_AREAS} sampled areas. Use smaller areas, or set "
                'model.estimator = "logistic".',
                count=found,
            )
        )
    if data.children == found:
        raise InputError(
            Problem(
                what=f"Each of the {found} sampled areas holds one child: nothing tells how areas differ.",
                where='model.estimator = "mixed"',
                remedy='Use larger areas, or set model.estimator = "logistic".',
                count=found,
            )
        )


def _pooled_start(data: MixedData) -> tuple[Floats, None]:
    """The estimate without effects; it refuses columns that are aliased or separated."""
    level_two = np.repeat(data.psu_weight, np.diff(data.psu_start))
    beta, _, _ = maximise_pooled(
        PseudoLikelihood(data.x, level_two * data.sw, level_two * data.swy, data.names)
    )
    return np.append(beta, [FIRST_SIGMA, FIRST_SIGMA if data.nested else 0.0]), None


def _warm_start(start: MixedFit, data: MixedData) -> tuple[Floats, Floats | None]:
    """θ, and the inverse information in it where the start has every effect of the model."""
    theta, p = off_zero(start.theta, nested=data.nested), len(start.beta)
    if len(start.naive_cov) < p + 1 + data.nested or start.sigma_u == 0:
        return theta, None
    scale = np.append(np.ones(p), start.theta[-2:])[: len(start.naive_cov)]
    inverse = np.zeros((p + 2, p + 2))
    inverse[: len(scale), : len(scale)] = start.naive_cov * np.outer(scale, scale)
    return theta, inverse


def _against_no_areas(
    likelihood: Likelihood, top: Maximum, precision: float, *, refit: bool
) -> tuple[float, bool]:
    """The maximum with σ_u = 0, and whether the likelihood does not tell it from the best σ_u."""
    data = likelihood.data
    if refit and _errors_from_zero(likelihood, top) > CLEAR:
        return math.nan, False
    free = free_of(data.x.shape[1], areas=False, psus=data.nested)
    theta = off_zero(top.theta, nested=data.nested)
    theta[-2] = 0.0
    without = maximise(likelihood, theta, free, precision=precision).value
    return without, bool(2 * (top.value - without) < BEYOND_CHANCE)


def _spread_from_zero(likelihood: Likelihood, top: Maximum, penalised: bool) -> float:
    if not likelihood.data.nested or top.theta[-1] > 0:
        return math.nan
    theta, free = top.theta.copy(), free_of(len(top.theta) - 2, areas=bool(top.theta[-2]), psus=False)
    away, spread = AWAY, math.inf
    for _ in range(
        2
    ):  # then about the end of the 95 % interval: nearer to 0 the fall is slower than a normal's
        theta[-1] = away
        fall = top.value - maximise(likelihood, theta, free, penalised=penalised).value
        if fall <= 0:
            break
        spread = away / math.sqrt(2 * fall)
        away = math.sqrt(BEYOND_CHANCE) * spread
    return spread


def _errors_from_zero(likelihood: Likelihood, top: Maximum) -> float:
    score = top.slope.by_area[:, 0]
    return float(top.theta[-2] * math.sqrt((score**2).sum()))
