"""What the predictor is compared with: direct rates, a synthetic logit, a plug-in at u = 0, an arcsine Fay–Herriot."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit

from mirti.bench.study.country import Country
from mirti.models.coding import ModelMatrix
from mirti.models.logistic import fit_logistic
from mirti.tables import Floats, SurveyCells


def direct(country: Country, cells: SurveyCells) -> Floats:
    """Weighted rates (A,), nan without a sample."""
    areas = len(country.children)
    weight = np.bincount(cells.area, cells.sw, minlength=areas)
    positive = np.bincount(cells.area, cells.swy, minlength=areas)
    return np.asarray(np.divide(positive, weight, out=np.full(areas, np.nan), where=weight > 0))


def synthetic(country: Country, matrix: ModelMatrix, cells: SurveyCells) -> Floats:
    """The design-based logit projected on the census."""
    x = matrix.build(cells.codes)
    fit = fit_logistic(
        x, cells.sw, cells.swy, cells.psu, cells.sample, names=matrix.names, n=cells.n, single_psu="adjust"
    )
    return np.asarray(country.shares @ expit(matrix.build(country.codes) @ fit.beta))


def plug_in(country: Country, matrix: ModelMatrix, beta: Floats) -> Floats:
    """The mixed model's coefficients with every effect at 0."""
    return np.asarray(country.shares @ expit(matrix.build(country.codes) @ beta))


def fay_herriot(country: Country, cells: SurveyCells, rate: Floats) -> Floats:
    """EBLUP of arcsin √rate with known sampling variance 1 / 4n*, back by sin² of its distribution's mean.

    Fay & Herriot (1979), Schmid et al. (2017). n*: the area's effective sample size by its weights (Kish) and the
    design effect of its PSUs (1 + (b − 1) ρ, ρ = 0.05, b children a PSU). Covariates: the area's census means.
    """
    areas = len(country.children)
    sampled = np.flatnonzero(np.isfinite(rate))
    x = _means(country)
    size = _effective(cells, areas)[sampled]
    z, variance = np.arcsin(np.sqrt(rate[sampled])), 1 / (4 * size)
    sigma2 = _variance(z, x[sampled], variance)
    beta = _weighted(z, x[sampled], sigma2 + variance)
    centre, spread = x @ beta, np.full(areas, sigma2)
    gamma = sigma2 / (sigma2 + variance)
    centre[sampled] = gamma * z + (1 - gamma) * centre[sampled]
    spread[sampled] = sigma2 * (1 - gamma)
    return _mean_of_squared_sine(centre, spread)


def _means(country: Country) -> Floats:
    """Intercept and the census means of what varies between areas: schooling and zone."""
    codes = country.codes
    columns = [codes[:, 2] == 1, codes[:, 2] == 2, codes[:, 3] == 1]
    return np.column_stack([np.ones(len(country.children)), *(country.shares @ column for column in columns)])


def _effective(cells: SurveyCells, areas: int, correlation: float = 0.05) -> Floats:
    total = np.bincount(cells.area, cells.sw, minlength=areas)
    kish = total**2 / np.maximum(np.bincount(cells.area, cells.sw2, minlength=areas), 1e-12)
    children = np.bincount(cells.area, cells.n, minlength=areas)
    pairs = np.unique(np.column_stack([cells.area, cells.psu]), axis=0)
    psus = np.maximum(np.bincount(pairs[:, 0], minlength=areas), 1)
    return np.asarray(kish / (1 + (children / psus - 1) * correlation))


def _weighted(z: Floats, x: Floats, variance: Floats) -> Floats:
    scaled = x / variance[:, None]
    return np.asarray(np.linalg.solve(x.T @ scaled, scaled.T @ z))


def _variance(z: Floats, x: Floats, variance: Floats) -> float:
    """Restricted maximum likelihood."""

    def loss(sigma2: float) -> float:
        total = sigma2 + variance
        information = x.T @ (x / total[:, None])
        residual = z - x @ _weighted(z, x, total)
        return float(np.log(total).sum() + np.linalg.slogdet(information)[1] + (residual**2 / total).sum())

    return float(minimize_scalar(loss, bounds=(1e-6, 0.25), method="bounded").x)


def _mean_of_squared_sine(centre: Floats, spread: Floats) -> Floats:
    """E sin²(z) of a normal z, z kept within 0 and π/2."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    z = np.clip(centre[:, None] + np.sqrt(spread)[:, None] * nodes, 0, np.pi / 2)
    return np.asarray(np.sin(z) ** 2 @ (weights / weights.sum()))
