"""Values that no source gives: the median of the territory above, a regression, or a refusal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirti.declarations.index import Imputation
from mirti.tables import Floats, Index

SPARE = 2  # complete areas beyond its coefficients that a regression needs


def impute(values: Floats, dimension: Index, parent: Index, how: Imputation) -> Floats:
    """The matrix (A, k) without nan. parent: (A,) domain of each area, -1 for none.

    median: of the areas of the same domain, of the country where none of them is known. regression: least squares on
    the other indicators of the dimension over the areas that have all of them, kept within the values that occur; an
    indicator alone in its dimension, or with too few complete areas, takes the median. An indicator that no area has
    stays nan, and so does everything under "none": the reader refuses that beforehand.
    """
    missing = np.isnan(values)
    if how == "none" or not missing.any():
        return values
    filled = values.copy()
    for column in np.flatnonzero(missing.any(axis=0)):
        filled[:, column] = _by_median(values[:, column], parent)
    return _by_regression(values, filled, dimension) if how == "regression" else filled


def _by_median(values: Floats, parent: Index) -> Floats:
    missing = np.isnan(values)
    filled = values.copy()
    if missing.all():
        return filled
    filled[missing] = np.median(values[~missing])
    for domain in np.unique(parent[missing & (parent >= 0)]):
        inside = parent == domain
        known = values[inside & ~missing]
        if len(known):
            filled[inside & missing] = np.median(known)
    return filled


def _by_regression(values: Floats, medians: Floats, dimension: Index) -> Floats:
    filled = medians.copy()
    for column in np.flatnonzero(np.isnan(values).any(axis=0)):
        others = np.flatnonzero((dimension == dimension[column]) & (np.arange(len(dimension)) != column))
        predicted = _predicted(values[:, column], values[:, others], medians[:, others])
        if predicted is not None:
            missing = np.isnan(values[:, column])
            filled[missing, column] = predicted[missing]
    return filled


def _predicted(target: Floats, others: Floats, filled: Floats) -> Floats | None:
    """Predictions (A,) of the target; None where too few areas are complete. A missing predictor is its median."""
    complete: NDArray[np.bool_] = ~np.isnan(target) & ~np.isnan(others).any(axis=1)
    if others.shape[1] == 0 or complete.sum() < others.shape[1] + 1 + SPARE:
        return None
    x = np.column_stack([np.ones(len(target)), filled])
    beta, *_ = np.linalg.lstsq(x[complete], target[complete], rcond=None)
    return np.asarray(np.clip(x @ beta, target[complete].min(), target[complete].max()))
