"""How well predicted risks tell children with the outcome from those without: the weighted ROC curve and its area.

The area is the weighted probability that a child with the outcome is given the higher risk (ties half). Its error is
linearised in the two weighted distributions of the risk, or comes from the replicate weights; the risks are taken as
given (Yao, Li & Graubard 2015, "Nonparametric estimation for the ROC curve based on complex survey data").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.survey.estimates import estimate_covariance
from mirti.survey.variance import SinglePsu, sum_at
from mirti.tables import Floats, Index, SurveyCells

DIGITS = 12
POINTS = 100


@dataclass(frozen=True)
class RocCurve:
    """Points (q,) from (0, 0) to (1, 1): shares of children without and with the outcome at or above a threshold."""

    false_positive: Floats
    true_positive: Floats


@dataclass(frozen=True)
class Area:
    """The area under the curve and its design-based standard error, of the sampling of the children alone."""

    area: float
    se: float


def roc_curve(risk: Floats, sw: Floats, swy: Floats, points: int = POINTS) -> RocCurve:
    """The curve of m cells, thinned to at most about `points` points evenly spread along it."""
    positive, negative, _ = _by_risk(risk, sw, swy)
    true = np.append(0.0, np.cumsum(positive[::-1]) / positive.sum())
    false = np.append(0.0, np.cumsum(negative[::-1]) / negative.sum())
    along = true + false
    kept = np.unique(np.searchsorted(along, np.linspace(0, along[-1], points + 1)).clip(max=len(along) - 1))
    kept = np.union1d(kept, [0, len(along) - 1])
    return RocCurve(np.minimum(false[kept], 1.0), np.minimum(true[kept], 1.0))


def area(risk: Floats, sw: Floats, swy: Floats) -> float:
    """Area under the weighted ROC curve of cells: risk, Σw and Σwy (m,)."""
    positive, negative, _ = _by_risk(risk, sw, swy)
    below = np.cumsum(negative) - negative / 2
    return float(positive @ below / (positive.sum() * negative.sum()))


def area_with_error(risk: Floats, cells: SurveyCells, single_psu: SinglePsu = "fail") -> Area:
    """The area and its error. Raises InputError for single-PSU strata under "fail"."""
    positive, negative, at = _by_risk(risk, cells.sw, cells.swy)
    ones, zeros = positive.sum(), negative.sum()
    lower = (np.cumsum(negative) - negative / 2) / zeros  # share without the outcome at a lower risk
    higher = 1 - (np.cumsum(positive) - positive / 2) / ones  # share with it at a higher risk
    found = float(positive @ lower / ones)
    with_it, without = cells.swy, cells.sw - cells.swy
    influence = with_it * (lower[at] - found) / ones + without * (higher[at] - found) / zeros

    def statistic(w: Floats, wy: Floats) -> Floats:
        return np.array([area(risk, w, wy)])

    variance = estimate_covariance(cells, statistic, influence[:, None], single_psu)
    return Area(found, float(np.sqrt(variance[0, 0])))


def _by_risk(risk: Floats, sw: Floats, swy: Floats) -> tuple[Floats, Floats, Index]:
    """Weight with and without the outcome at each distinct risk, in order, and which of them each cell has."""
    _, at = np.unique(np.round(risk, DIGITS), return_inverse=True)
    size = int(at.max()) + 1
    positive, everyone = sum_at(at, swy, size), sum_at(at, sw, size)
    return positive, everyone - positive, at.astype(np.int32)
