"""Tests and criteria on the pseudo-likelihood, corrected for the design by its generalised design effects.

Rao & Scott (1984) and Lumley & Scott (2014, "Tests for regression models fitted to survey data"): under the hypothesis
the likelihood ratio is distributed as Σ δ_i χ²_1, δ the eigenvalues of V₀⁻¹ V for the tested coefficients, V₀ the
naive and V the design-based covariance. Lumley & Scott (2015, "AIC and BIC for modeling with complex survey data"):
AIC = deviance + 2 Σ δ_i over all coefficients but the intercept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import f as fisher
from scipy.stats import norm

from mirti.models.coding import INTERCEPT
from mirti.models.logistic import LogisticFit
from mirti.models.pseudo_likelihood import maximise, on_one_blas_thread
from mirti.models.rows import Rows
from mirti.tables import Floats, SurveyCells

EDGE = 1e-9  # distance of the saddlepoint's bracket from the poles at its ends, as a share of them
CENTRAL = 1e-4  # a saddlepoint nearer to 0 has no accurate formula: the mean of the distribution is there


@dataclass(frozen=True)
class LikelihoodRatioTest:
    """Rao–Scott working likelihood ratio test that all columns of a factor are 0.

    statistic: difference of the deviances, weights scaled to a mean of 1 a child; design_effects: (df,) eigenvalues, in
    order; p_value: of the ratio of Σ δ χ²_1 to a χ² of residual_df, by saddlepoint; satterthwaite: by the F
    distribution of two equal moments. nan where no degrees of freedom are left.
    """

    factor: str
    statistic: float
    df: int
    residual_df: int
    p_value: float
    satterthwaite: float
    design_effects: tuple[float, ...]


@dataclass(frozen=True)
class DesignAic:
    """aic: deviance + 2 effective_parameters; mean_design_effect: effective parameters a column, nan without any."""

    aic: float
    effective_parameters: float
    mean_design_effect: float


@on_one_blas_thread
def likelihood_ratio_tests(
    fit: LogisticFit, x: Floats, cells: SurveyCells, factors: Sequence[str | None]
) -> tuple[LikelihoodRatioTest, ...]:
    """A test for each factor group of the fit on the cells whose model matrix is x (m, p); factors: (p,).

    As R's regTermTest(method = "LRT"), whose default is the saddlepoint.
    """
    rows = Rows.of(x)
    sw, swy = rows.sums(np.column_stack([cells.sw, cells.swy])).T
    likelihood = rows.likelihood(sw, swy, fit.names, fit.children)
    groups: dict[str, list[int]] = {}
    for j, factor in enumerate(factors):
        if factor is not None:
            groups.setdefault(factor, []).append(j)
    tests = []
    for factor, columns in groups.items():
        kept = [j for j in range(len(fit.beta)) if j not in columns]
        reduced = likelihood.columns(kept)
        beta, _, _ = maximise(reduced, fit.beta[kept])
        deviance = -2 * reduced.value(reduced.x @ beta)
        tests.append(_test(fit, factor, columns, deviance - fit.deviance))
    return tuple(tests)


def design_aic(fit: LogisticFit) -> DesignAic:
    """Design-adjusted AIC: R's AIC of a svyglm."""
    columns = [j for j, name in enumerate(fit.names) if name != INTERCEPT]
    if not columns:
        return DesignAic(fit.deviance, 0.0, float("nan"))
    effective = float(_design_effects(fit, columns).sum())
    return DesignAic(fit.deviance + 2 * effective, effective, effective / len(columns))


def design_bic(fit: LogisticFit, maximal: LogisticFit, rows: int) -> float:
    """Design-adjusted BIC against a maximal model that holds the fit's columns; rows: the sample's children.

    deviance of the maximal model + Wald statistic of what the fit leaves out + log |V₀⁻¹ V| of it + p log rows.
    """
    left_out = [j for j, name in enumerate(maximal.names) if name not in fit.names]
    size = len(fit.beta) * math.log(rows) + maximal.deviance
    if not left_out:
        return size
    block = np.ix_(left_out, left_out)
    beta, cov, naive = maximal.beta[left_out], maximal.cov[block], maximal.naive_cov[block]
    wald = float(beta @ np.linalg.solve(cov, beta))
    logs = np.linalg.slogdet(cov)[1] - np.linalg.slogdet(naive)[1]
    return size + wald + float(logs)


def _test(fit: LogisticFit, factor: str, columns: list[int], statistic: float) -> LikelihoodRatioTest:
    effects = _design_effects(fit, columns)
    satterthwaite, p_value = float("nan"), float("nan")
    if fit.df >= 1 and effects.max() > 0:
        satterthwaite = _satterthwaite(statistic, effects, fit.df)
        p_value = _saddlepoint(statistic, effects, fit.df) or satterthwaite
    listed = tuple(effects.tolist())
    return LikelihoodRatioTest(factor, statistic, len(columns), fit.df, p_value, satterthwaite, listed)


def _design_effects(fit: LogisticFit, columns: list[int]) -> Floats:
    """Eigenvalues of V₀⁻¹ V, in order; those that rounding takes below 0 are 0 (fewer PSUs than columns)."""
    block = np.ix_(columns, columns)
    root = np.linalg.inv(np.linalg.cholesky(fit.naive_cov[block]))
    return np.asarray(np.maximum(np.linalg.eigvalsh(root @ fit.cov[block] @ root.T), 0.0))


def _satterthwaite(statistic: float, effects: Floats, df: int) -> float:
    """P(Σ δ χ²_1 > statistic × χ²_df / df) with Σ δ χ²_1 as a multiple of a χ² of the same mean and variance."""
    degrees = effects.sum() ** 2 / (effects**2).sum()
    return float(fisher.sf(statistic / effects.sum(), degrees, df))


def _saddlepoint(statistic: float, effects: Floats, df: int) -> float | None:
    """The same probability by Kuonen's (1999) saddlepoint for Σ a_i χ² at 0; None where it is not accurate.

    a: the effects, and -statistic / df with weight df; K(ζ) = -½ Σ log(1 - 2 ζ a_i).
    """
    positive = effects[effects > 0] / effects.max()
    last = statistic / df / effects.max()
    if last <= 0:
        return None
    a, weight = np.append(positive, -last), np.append(np.ones(len(positive)), float(df))

    def slope(zeta: float) -> float:
        return float((weight * a / (1 - 2 * zeta * a)).sum())

    lower, upper = -0.5 / last * (1 - EDGE), 0.5 * (1 - EDGE)
    zeta = brentq(slope, lower, upper, xtol=1e-14, rtol=1e-14)
    if abs(zeta) < CENTRAL:
        return None
    generating = -0.5 * float((weight * np.log(1 - 2 * zeta * a)).sum())
    w = math.copysign(math.sqrt(-2 * generating), zeta)
    v = zeta * math.sqrt(2 * float((weight * (a / (1 - 2 * zeta * a)) ** 2).sum()))
    return float(norm.sf(w + math.log(v / w) / w))
