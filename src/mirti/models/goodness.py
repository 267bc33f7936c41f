"""Does the model predict the rates of children of like risk? Calibration by tenths, Archer–Lemeshow, recalibration.

Archer, Lemeshow & Hosmer (2007, "Goodness-of-fit tests for logistic regression models when data are collected using a
complex sampling design"); Cox (1958) for slope and intercept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logit
from scipy.stats import f as fisher

from mirti.models.logistic import LogisticFit
from mirti.models.pseudo_likelihood import PseudoLikelihood, maximise
from mirti.survey.estimates import domain_ratios, estimate_covariance, replicated_pair
from mirti.survey.variance import SinglePsu
from mirti.tables import Floats, Index, Ints, SurveyCells

GROUPS = 10
DIGITS = 12  # risks are equal up to here; equal covariates may differ in the last bits of their sum
NEAREST = 1e-12  # of 0 and 1, for a log-odds


@dataclass(frozen=True)
class Calibration:
    """Groups of like risk, (G,) from the lowest: weighted mean prediction, weighted rate and its standard error.

    All are proportions. children: how many are sampled in each, never published.
    """

    predicted: Floats
    observed: Floats
    se: Floats
    children: Ints


@dataclass(frozen=True)
class GoodnessOfFit:
    """Archer–Lemeshow F test that the mean residual of every group is 0; nan where the design has too few PSUs."""

    statistic: float
    df: int
    residual_df: int
    p_value: float


def risk_groups(risk: Floats, sw: Floats, groups: int = GROUPS) -> Index:
    """Group (m,) of each cell, from 0 at the lowest risk, of about equal weight.

    Cells of equal risk stay together, in the group where the middle of their weight lies; a group that none falls into
    does not exist.
    """
    _, at = np.unique(np.round(risk, DIGITS), return_inverse=True)
    weight = np.bincount(at, sw)
    middle = (np.cumsum(weight) - weight / 2) / weight.sum()
    _, group = np.unique(np.minimum(np.floor(groups * middle), groups - 1), return_inverse=True)
    return np.asarray(group[at], dtype=np.int32)


def calibration(
    risk: Floats, cells: SurveyCells, groups: int = GROUPS, single_psu: SinglePsu = "fail"
) -> Calibration:
    """Predicted and observed rates by tenth of the cells' predicted risk (m,)."""
    group = risk_groups(risk, cells.sw, groups)
    held = int(group.max()) + 1
    observed = domain_ratios(
        cells.sample,
        cells.psu,
        cells.swy,
        cells.sw,
        group,
        held,
        ssu=cells.ssu,
        single_psu=single_psu,
        replicated=replicated_pair(cells),
    )
    predicted = np.bincount(group, cells.sw * risk, held) / np.bincount(group, cells.sw, held)
    children = np.bincount(group, cells.n, held).astype(np.int64)
    return Calibration(predicted, observed.estimate, observed.se, children)


def archer_lemeshow(fit: LogisticFit, x: Floats, cells: SurveyCells, groups: int = GROUPS) -> GoodnessOfFit:
    """The test of a fit on the cells whose model matrix is x (m, p).

    W = M' V⁻¹ M of the groups' weighted mean residuals M with their design-based covariance V, the fitted risks taken
    as given; F = (f - g + 2) / (f g) W with g - 1 and f - g + 2 degrees of freedom, f those of the design.
    """
    risk = fit.predict(x)
    group = risk_groups(risk, cells.sw, groups)
    held = int(group.max()) + 1
    member = np.asarray(group[:, None] == np.arange(held), dtype=np.float64)

    def residuals(w: Floats, wy: Floats) -> Floats:
        weight = member.T @ w
        total = member.T @ (wy - w * risk)
        return np.asarray(np.divide(total, weight, out=np.full(held, np.nan), where=weight > 0))

    mean = residuals(cells.sw, cells.swy)
    away = cells.swy - cells.sw * risk
    influence = member * (away - cells.sw * mean[group])[:, None] / (member.T @ cells.sw)
    cov = estimate_covariance(cells, residuals, influence, fit.single_psu)
    residual_df = fit.design_df - held + 2
    if residual_df < 1 or held < 2 or not _regular(cov):
        return GoodnessOfFit(float("nan"), held - 1, residual_df, float("nan"))
    wald = float(mean @ np.linalg.solve(cov, mean))
    statistic = residual_df / (fit.design_df * held) * wald
    p_value = float(fisher.sf(statistic, held - 1, residual_df))
    return GoodnessOfFit(statistic, held - 1, residual_df, p_value)


def _regular(cov: Floats) -> bool:
    return bool(np.isfinite(cov).all()) and np.linalg.matrix_rank(cov, hermitian=True) == len(cov)


def recalibration(risk: Floats, sw: Floats, swy: Floats) -> tuple[float, float]:
    """Intercept and slope of the outcome's log-odds on the predicted ones: 0 and 1 if predictions are calibrated.

    On the children that a model was fitted to they are 0 and 1 by construction: give risks of children left out.
    """
    eta = logit(np.clip(risk, NEAREST, 1 - NEAREST))
    scale = len(sw) / sw.sum()
    x = np.column_stack([np.ones(len(eta)), eta])
    beta, _, _ = maximise(PseudoLikelihood(x, sw * scale, swy * scale, ("intercept", "predicted log-odds")))
    return float(beta[0]), float(beta[1])
