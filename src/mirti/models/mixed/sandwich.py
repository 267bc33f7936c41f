"""Two covariances of the mixed model's estimate: from the information alone, and the sandwich over areas."""

from __future__ import annotations

import numpy as np

from mirti.models.mixed.likelihood import Likelihood, Point, Slope
from mirti.tables import Floats


def inverse_information(likelihood: Likelihood, point: Point, slope: Slope) -> Floats:
    """Inverse observed information in β and the log of each σ above 0, (p + 2, p + 2) or fewer.

    In log σ the penalty is linear, so that it moves the estimate and adds nothing here.
    """
    kept, scale = _log_scale(point)
    information = likelihood.information(point, slope)[np.ix_(kept, kept)] * np.outer(scale, scale)
    in_sigma = np.arange(len(scale)) >= len(kept) - 2
    information[np.diag_indices(len(scale))] -= np.where(in_sigma, slope.score[kept] * scale, 0.0)
    return np.asarray(np.linalg.inv(information))


def influences(likelihood: Likelihood, point: Point, slope: Slope, inverse: Floats) -> Floats:
    """(S, p + 2) by how much each area moved β, log σ_u and log σ_v, to first order, their mean taken out; a σ that is
    0 is not moved."""
    kept, scale = _log_scale(point)
    scores = likelihood.area_scores(slope)[:, kept] * scale
    moves = np.zeros((len(scores), len(kept)))
    moves[:, kept] = (scores - scores.mean(axis=0)) @ inverse
    return moves


def sandwich(likelihood: Likelihood, point: Point, slope: Slope, inverse: Floats) -> Floats:
    """(p, p) covariance of β between areas drawn independently, times S / (S - 1)."""
    return between(influences(likelihood, point, slope, inverse)[:, :-2])


def between(moves: Floats) -> Floats:
    """(p, p) from (S, p) influences."""
    areas = len(moves)
    return moves.T @ moves * (areas / (areas - 1))


def _log_scale(point: Point) -> tuple[Floats, Floats]:
    """Which parameters are not held at 0, and the derivative of each by its working scale, 1 or σ."""
    p = len(point.theta) - 2
    kept = np.append(np.ones(p, dtype=bool), point.theta[-2:] > 0)
    return kept, np.append(np.ones(p), point.theta[-2:])[kept]
