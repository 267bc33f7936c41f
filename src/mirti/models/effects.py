"""Average marginal effects: how far the mean predicted risk moves when one covariate does and the others stay.

A level against its reference: the weighted mean over the domain's children of p with everyone at the level less p with
everyone at the reference. A number: the weighted mean of the derivative of p. Interactions follow, because the model
matrix is made anew. Errors by the delta method from the design-based covariance of the coefficients; the children's
covariates are taken as they were sampled (Stata's margins, R's marginaleffects by default).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import t as student

from mirti.models.coding import ModelMatrix
from mirti.models.logistic import LogisticFit
from mirti.patterns import distinct
from mirti.tables import Codes, Floats, SurveyCells

LEVEL = 0.95


@dataclass(frozen=True)
class MarginalEffect:
    """term: "covariate=level" or the name of a number; effect and its errors are differences of proportions.

    reference: the level compared with, None for a number. low, high: 95 % t-interval, of the coefficients' sampling
    error alone; nan, like p_value, where no degrees of freedom are left.
    """

    term: str
    reference: str | None
    effect: float
    se: float
    low: float
    high: float
    p_value: float


def marginal_effects(fit: LogisticFit, matrix: ModelMatrix, cells: SurveyCells) -> tuple[MarginalEffect, ...]:
    """An effect for each level that is not a reference and each number in the model, in the order of the covariates."""
    codes, at = distinct(cells.codes)
    share = np.bincount(at, cells.sw, len(codes)) / cells.sw.sum()
    used = sorted({part[0] for column in matrix.columns for part in column.parts})
    return tuple(effect for i in used for effect in _effects(fit, matrix, codes, share, i))


def _effects(
    fit: LogisticFit, matrix: ModelMatrix, codes: Codes, share: Floats, i: int
) -> Iterator[MarginalEffect]:
    covariate = matrix.covariates[i]
    if covariate.kind == "numeric":
        effect, gradient = _slope(fit.beta, matrix, codes, share, i)
        yield _effect(fit, covariate.name, None, effect, gradient)
        return
    reference, from_reference = _mean(fit.beta, matrix, _moved(codes, i, covariate.reference), share)
    for level, name in enumerate(covariate.levels):
        if level != covariate.reference:
            mean, gradient = _mean(fit.beta, matrix, _moved(codes, i, level), share)
            label, against = f"{covariate.name}={name}", covariate.levels[covariate.reference]
            yield _effect(fit, label, against, mean - reference, gradient - from_reference)


def _moved(codes: Codes, i: int, level: int) -> Codes:
    moved = codes.copy()
    moved[:, i] = level
    return moved


def _mean(beta: Floats, matrix: ModelMatrix, codes: Codes, share: Floats) -> tuple[float, Floats]:
    """Mean prediction and its gradient (p,)."""
    x = matrix.build(codes)
    p = expit(x @ beta)
    return float(share @ p), (share * p * (1 - p)) @ x


def _slope(beta: Floats, matrix: ModelMatrix, codes: Codes, share: Floats, i: int) -> tuple[float, Floats]:
    """Mean derivative of the prediction by a number, and its gradient (p,)."""
    x, dx = matrix.build(codes), matrix.slope(codes, i)
    p, along = expit(x @ beta), dx @ beta
    spread = share * p * (1 - p)
    return float(spread @ along), spread @ dx + (spread * (1 - 2 * p) * along) @ x


def _effect(
    fit: LogisticFit, term: str, reference: str | None, effect: float, gradient: Floats
) -> MarginalEffect:
    se = float(np.sqrt(gradient @ fit.cov @ gradient))
    if fit.df < 1:
        return MarginalEffect(term, reference, effect, se, float("nan"), float("nan"), float("nan"))
    half = float(student.ppf(0.5 + LEVEL / 2, fit.df)) * se
    p_value = float(2 * student.sf(abs(effect) / se, fit.df)) if se > 0 else float("nan")
    return MarginalEffect(term, reference, effect, se, effect - half, effect + half, p_value)
