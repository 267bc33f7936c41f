"""Indicators of different units on one scale from 1 (best) to 100 (worst).

Every normalisation ends on the same scale, whose lowest value is 1 and not 0: a geometric mean never meets a zero.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from mirti.declarations.index import Normalisation
from mirti.tables import Floats

LOWEST, HIGHEST = 1.0, 100.0
SPREAD = HIGHEST - LOWEST
DEVIATIONS = 3.0  # z-scores are cut here: three standard deviations reach the ends of the scale


def normalise(values: Floats, sign: Floats, goalposts: Floats, how: Normalisation) -> Floats:
    """(A, k) from LOWEST to HIGHEST, the higher the worse. sign, goalposts: as in `Design`.

    min_max: by the lowest and highest value; z: by mean and standard deviation, cut at DEVIATIONS; rank: by the place
    among the areas, ties sharing their mean place; goalposts: by declared ends, cut beyond them. A column of one value
    is in the middle of the scale.
    """
    shares = _SHARES[how](values, goalposts)
    return np.asarray(LOWEST + SPREAD * np.where(sign > 0, shares, 1 - shares))


def _min_max(values: Floats, goalposts: Floats) -> Floats:
    low, high = values.min(axis=0), values.max(axis=0)
    return _share(values, low, high)


def _z(values: Floats, goalposts: Floats) -> Floats:
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    return _share(values, mean - DEVIATIONS * deviation, mean + DEVIATIONS * deviation)


def _rank(values: Floats, goalposts: Floats) -> Floats:
    places = stats.rankdata(values, axis=0)
    return _share(places, np.ones(values.shape[1]), np.full(values.shape[1], float(len(values))))


def _goalposts(values: Floats, goalposts: Floats) -> Floats:
    return _share(values, goalposts[:, 0], goalposts[:, 1])


def _share(values: Floats, low: Floats, high: Floats) -> Floats:
    """How far (0 to 1) from low to high."""
    distance = np.where(high > low, high - low, 1.0)
    return np.where(high > low, np.clip((values - low) / distance, 0.0, 1.0), 0.5)


_SHARES = {"min_max": _min_max, "z": _z, "rank": _rank, "goalposts": _goalposts}
