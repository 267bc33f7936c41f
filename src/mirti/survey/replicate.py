"""Variances by replicate weights: the same estimate under R sets of weights, and how far the R lie apart.

Wolter (2007, "Introduction to variance estimation"); Fay & Train (1995) for successive differences; Rao & Wu (1988)
for the bootstrap. Conventions are those of R's survey package: V = scale × Σ_r rscales_r (θ_r - c)(θ_r - c)'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from scipy.linalg.lapack import dpstrf

from mirti.errors import InputError, Problem
from mirti.tables import Floats, Replicates

Kind: TypeAlias = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap", "SDR"]

WHERE = "survey.replicates"
DEPENDENT = 1e-5  # of the longest column: what a further one must add to be a degree of freedom


def describe(
    kind: Kind,
    replicates: int,
    *,
    rho: float | None = None,
    scale: float | None = None,
    rscales: Sequence[float] | Floats = (),
    centre: Literal["estimate", "mean"] = "estimate",
    where: str = WHERE,
) -> Replicates:
    """How R replicates of a kind give a variance, with the scale that the kind implies where none is given.

    JK1 (R-1)/R; JKn 1, with rscales (n_h-1)/n_h; BRR 1/R; Fay 1/(R (1-rho)²); bootstrap 1/(R-1); SDR 4/R. Raises
    InputError for fewer than two replicates, rscales that are below 0 or not R, JKn without them, Fay without rho.
    """
    _check_description(kind, replicates, rho, rscales, where)
    implied = {
        "JK1": (replicates - 1) / replicates,
        "JKn": 1.0,
        "BRR": 1 / replicates,
        "Fay": 1 / (replicates * (1 - (rho or 0.0)) ** 2),
        "bootstrap": 1 / (replicates - 1),
        "SDR": 4 / replicates,
    }[kind]
    each = np.asarray(rscales, dtype=np.float64) if len(rscales) else np.ones(replicates)
    return Replicates(kind, implied if scale is None else scale, each, centre)


def replicate_covariance(estimates: Floats, full: Floats, replicates: Replicates) -> Floats:
    """Covariance (q, q) of an estimate: (R, q) under the replicates, full (q,) under the full weight."""
    centre = full if replicates.centre == "estimate" else estimates[replicates.rscales > 0].mean(axis=0)
    deviations = (estimates - centre) * np.sqrt(replicates.scale * replicates.rscales)[:, None]
    return np.asarray(deviations.T @ deviations)


def replicate_variance(estimates: Floats, full: float, replicates: Replicates) -> float:
    """Variance of one estimate, (R,) under the replicates; those that are nan are left out."""
    known = np.isfinite(estimates)
    used = known & (replicates.rscales > 0)
    if not used.any():
        return float("nan")
    centre = full if replicates.centre == "estimate" else estimates[used].mean()
    return float(replicates.scale * (replicates.rscales[known] @ (estimates[known] - centre) ** 2))


def degrees_of_freedom(rw: Floats) -> int:
    """Rank of a domain's replicate weights (m, R), less 1: R's degf.

    By pivoted Cholesky of their Gram matrix, whose pivots are the squares of those of R's pivoted QR.
    """
    gram = rw.T @ rw
    _, _, rank, _ = dpstrf(gram, tol=DEPENDENT**2 * gram.diagonal().max())
    return int(rank) - 1


def _check_description(
    kind: Kind, replicates: int, rho: float | None, rscales: Sequence[float] | Floats, where: str
) -> None:
    problems = []
    if replicates < 2:
        what = f"There are too few replicate weights to tell a variance: {replicates}."
        problems.append(Problem(what, where, "Name every column of replicate weights, or leave them out."))
    if len(rscales) not in (0, replicates):
        what = f"There are {len(rscales)} rscales for {replicates} replicate weights."
        problems.append(
            Problem(what, f"{where}: rscales", "Give one number for each column, in their order.")
        )
    if any(not value >= 0 for value in rscales):
        what = "Some rscales are below 0 or no numbers."
        problems.append(
            Problem(what, f"{where}: rscales", "They multiply squares: take them from the codebook.")
        )
    if kind == "JKn" and not len(rscales):
        remedy = (
            "Give rscales, (n - 1) / n of each replicate's stratum of n PSUs, or declare strata and PSUs."
        )
        problems.append(Problem("JKn weights do not say how their squares are weighted.", where, remedy))
    if kind == "Fay" and rho is None:
        remedy = "Give rho, the perturbation, as the survey's maker states it (often 0.3 or 0.5)."
        problems.append(Problem("The weights of kind Fay have no rho.", where, remedy))
    if problems:
        raise InputError(problems)
