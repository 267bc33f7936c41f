"""Do the weights matter for the model? Both scalings of them beside the fit without weights.

Pfeffermann (1993, "The role of sampling weights when modeling survey data", Int. Statist. Review 61, section 4.2):
under a design that says nothing of the outcome given the columns, fits with and without weights estimate the same, so
their difference D is tested against 0. Its covariance V is taken between areas, from the difference of both fits'
influences, which needs neither fit to be efficient; D'V⁻¹D is referred to Hotelling's T² with S - 1 degrees of freedom.

What is compared is β averaged over the effects, β / √(1 + c²(σ_u² + σ_v²)) with c = 16√3 / 15π (Zeger, Liang & Albert
1988): in PSUs of few children scaled weights misjudge the σ under any design, which moves β along with them, and a test
of β itself fires for that reason alone (200 areas of four PSUs of eight children: in 18 of 100 samples; this, in 4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import t as student

from mirti.models.mixed.data import MixedData, Scaling, mixed_data
from mirti.models.mixed.fit import NODES, MixedFit, fit_mixed
from mirti.models.mixed.likelihood import Likelihood
from mirti.models.mixed.sandwich import between, influences, inverse_information
from mirti.models.pseudo_likelihood import on_one_blas_thread
from mirti.tables import Floats, SurveyCells

LEVEL = 0.05
ATTENUATION = (16 * math.sqrt(3) / (15 * math.pi)) ** 2


@dataclass(frozen=True)
class Informativeness:
    """Three fits of one model, by the scaling of their weights, and the test of the first against the last.

    differences: (p,) of the coefficients averaged over the effects, the tested fit's less the unweighted one's, in
    standard errors of the difference. statistic, df, p_value: F of Hotelling's T² over all coefficients; where areas
    are no more than coefficients it does not exist, and they are the largest of |differences|, (1, S - 1) and
    Bonferroni's p-value.
    """

    names: tuple[str, ...]
    tested: MixedFit
    other: MixedFit
    unweighted: MixedFit
    differences: Floats
    statistic: float
    df: tuple[int, int]
    p_value: float

    @property
    def fires(self) -> bool:
        """The weights change the answer by more than chance does, at 5 %."""
        return self.p_value < LEVEL


@on_one_blas_thread
def informativeness(
    x: Floats,
    cells: SurveyCells,
    *,
    names: Sequence[str],
    scaling: Scaling = "size",
    nested: bool = True,
    stage_weights: Floats | None = None,
    nodes: tuple[int, int] = NODES,
) -> Informativeness:
    """Fit with both scalings and without weights, arguments as mixed_data's; test the fit with `scaling`.

    Raises InputError as mixed_data and fit_mixed do.
    """
    scalings: tuple[Scaling, ...] = (scaling, "effective" if scaling == "size" else "size", "none")
    data = [
        mixed_data(x, cells, names=names, scaling=one, nested=nested, stage_weights=stage_weights)
        for one in scalings
    ]
    tested = fit_mixed(data[0], nodes=nodes)
    other, unweighted = (fit_mixed(one, start=tested, nodes=nodes) for one in data[1:])
    marginal, moves = _marginal(data[0], tested)
    plain, plain_moves = _marginal(data[2], unweighted)
    difference, covariance = marginal - plain, between(moves - plain_moves)
    in_errors = _in_errors(difference, covariance)
    statistic, df, p_value = _test(difference, covariance, in_errors, len(moves))
    return Informativeness(tuple(names), tested, other, unweighted, in_errors, statistic, df, p_value)


def _marginal(data: MixedData, fit: MixedFit) -> tuple[Floats, Floats]:
    """Coefficients (p,) as averaged over the effects, and by how much each area moved them, (S, p)."""
    likelihood = Likelihood(data, fit.nodes)
    point = likelihood.at(fit.theta)
    slope = likelihood.slope(point)
    moves = influences(likelihood, point, slope, inverse_information(likelihood, point, slope))
    variances = ATTENUATION * np.array([fit.sigma_u, fit.sigma_v]) ** 2
    shrinkage = 1 / np.sqrt(1 + variances.sum())
    through_sigma = np.outer(moves[:, -2:] @ variances, fit.beta) * shrinkage**3
    return fit.beta * shrinkage, moves[:, :-2] * shrinkage - through_sigma


def _in_errors(difference: Floats, covariance: Floats) -> Floats:
    """0 where weights are equal, so that fits do not differ and neither do their influences."""
    errors = np.sqrt(np.diag(covariance))
    return np.divide(difference, errors, out=np.zeros_like(difference), where=errors > 1e-9)


def _test(
    difference: Floats, covariance: Floats, in_errors: Floats, areas: int
) -> tuple[float, tuple[int, int], float]:
    p = len(difference)
    if not in_errors.any():
        return 0.0, (p, areas - p), 1.0
    if areas <= p or np.linalg.matrix_rank(covariance, hermitian=True) < p:
        largest = float(np.abs(in_errors).max())
        return largest, (1, areas - 1), min(1.0, p * 2 * float(student.sf(largest, areas - 1)))
    squared = float(difference @ np.linalg.solve(covariance, difference))
    statistic = squared * (areas - p) / (p * (areas - 1))
    return statistic, (p, areas - p), float(fisher.sf(statistic, p, areas - p))
