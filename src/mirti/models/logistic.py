"""Design-based logistic regression by pseudo-likelihood, on persons or on cells.

Binder (1983, "On the variances of asymptotically normal estimators from complex surveys"). The estimate solves
Σ w (y - p) x = 0; its covariance is A⁻¹ V A⁻¹ with A = Σ w p (1 - p) x x' and V the design-based covariance of the
score's total, or, with replicate weights, that of the estimates under each of them. On cells of equal x, Σw and Σwy are
sufficient for all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit
from scipy.stats import t as student

from mirti.models.existence import check_outcome
from mirti.models.pseudo_likelihood import PseudoLikelihood, maximise, on_one_blas_thread
from mirti.models.replicate_fit import replicate_coefficients
from mirti.survey.design import check_weights
from mirti.survey.estimates import replicated_pair
from mirti.survey.replicate import degrees_of_freedom, replicate_covariance
from mirti.survey.variance import SinglePsu, covariance, units_held
from mirti.tables import Floats, Index, Ints, Sample, SurveyCells

Variance = Literal["linearised", "JK1", "JKn", "BRR", "Fay", "bootstrap", "SDR"]


@dataclass(frozen=True)
class LogisticFit:
    """A fitted design-based logistic regression, p columns.

    cov: (p, p) design-based covariance of beta; naive_cov: (p, p) inverse information, weights scaled to a mean of 1 a
    child. df: residual design degrees of freedom, PSUs - strata + 1 - p (with replicates their rank - p). deviance,
    null_deviance: minus twice the log pseudo-likelihood, weights scaled to a mean of 1 a child. children: children of
    the domain (rows, if not said). weight: the sum of their weights. variance: what gave cov; replicates: how many.
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
    weight: float = float("nan")
    variance: Variance = "linearised"
    replicates: int = 0

    @property
    def design_df(self) -> int:
        """Degrees of freedom of the design alone: PSUs - strata, or those of the replicate weights."""
        return self.df + len(self.beta) - 1

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


@on_one_blas_thread
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
    replicated: tuple[Floats, Floats] | None = None,
) -> LogisticFit:
    """Fit on m rows, persons or cells, of the domain; the sample also holds the PSUs without a member of it.

    x: (m, p) model matrix with its intercept; sw, swy: (m,) Σw and Σwy of the row; psu, ssu: (m,) positions in the
    sample; n: (m,) children in the row, 1 each if not given; replicated: Σw_r y and Σw_r (m, R) under the sample's
    replicate weights, which then give the covariance. Raises InputError for weights that are missing or not above 0, an
    outcome that is empty or has one class, columns that are empty or determined by others, separation (also under a
    replicate), and single-PSU strata under "fail".
    """
    check_weights(sw)
    check_outcome(sw, swy)
    x, sw, swy = (np.ascontiguousarray(a, dtype=np.float64) for a in (x, sw, swy))
    children = int(n.sum()) if n is not None else len(sw)
    scale = children / sw.sum()
    pseudo = PseudoLikelihood(x, sw * scale, swy * scale, tuple(names))
    beta, information, iterations = maximise(pseudo)
    eta = x @ beta
    naive = cho_solve(cho_factor(information), np.eye(len(beta)))
    psus, strata = units_held(sample, psu)
    if (replicated is None) != (sample.replicates is None):
        raise ValueError("replicate weights and how they were made belong together")
    if replicated is None:
        residual = pseudo.swy - pseudo.sw * expit(eta)
        score = covariance(sample, psu, x, ssu=ssu, factor=residual, single_psu=single_psu)
        cov, degrees = naive @ score @ naive, psus - strata
    else:
        cov, degrees = _by_replicates(pseudo, beta, sample, replicated)
    return LogisticFit(
        names=tuple(names),
        beta=beta,
        cov=cov,
        naive_cov=naive,
        df=degrees + 1 - len(beta),
        psus=psus,
        strata=strata,
        children=children,
        iterations=iterations,
        deviance=-2 * pseudo.value(eta),
        null_deviance=-2 * pseudo.null_value,
        single_psu=single_psu,
        weight=float(sw.sum()),
        variance="linearised" if sample.replicates is None else sample.replicates.kind,
        replicates=0 if replicated is None else replicated[0].shape[1],
    )


def fit_cells(
    x: Floats, cells: SurveyCells, *, names: Sequence[str], single_psu: SinglePsu = "fail"
) -> LogisticFit:
    """`fit_logistic` on the survey's cells whose model matrix is x (m, p), by replicate weights if they have any."""
    return fit_logistic(
        x,
        cells.sw,
        cells.swy,
        cells.psu,
        cells.sample,
        names=names,
        ssu=cells.ssu,
        n=cells.n,
        single_psu=single_psu,
        replicated=replicated_pair(cells),
    )


def _by_replicates(
    pseudo: PseudoLikelihood, beta: Floats, sample: Sample, replicated: tuple[Floats, Floats]
) -> tuple[Floats, int]:
    """Covariance of the coefficients, and the design's degrees of freedom."""
    assert sample.replicates is not None  # noqa: S101 - the caller checked
    rwy, rw = replicated
    estimates = replicate_coefficients(pseudo.x, rw, rwy, beta, pseudo.names)
    return replicate_covariance(estimates, beta, sample.replicates), degrees_of_freedom(rw)
