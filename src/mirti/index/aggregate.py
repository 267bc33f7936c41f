"""From normalised indicators to dimensions, and from dimensions to one score."""

from __future__ import annotations

import numpy as np

from mirti.declarations.index import Aggregation
from mirti.index.design import Weights
from mirti.tables import Floats, Index


def aggregate(
    normalised: Floats, dimension: Index, weights: Weights, how: Aggregation
) -> tuple[Floats, Floats]:
    """Scores of the areas (A,) and of their dimensions (A, D) from indicators (A, k), all from 1 to 100.

    arithmetic, geometric: within the dimensions and across them; mixed: arithmetic within, geometric across, so that
    indicators of one dimension make up for each other and dimensions less so.
    """
    dimensions = within(normalised, dimension, weights, how)
    across = np.log(dimensions) if how != "arithmetic" else dimensions
    total = across @ weights.dimensions
    return np.asarray(np.exp(total) if how != "arithmetic" else total), dimensions


def within(normalised: Floats, dimension: Index, weights: Weights, how: Aggregation) -> Floats:
    """(A, D) scores of the dimensions."""
    spread = np.zeros((len(dimension), len(weights.dimensions)))
    spread[np.arange(len(dimension)), dimension] = weights.within
    return np.asarray(np.exp(np.log(normalised) @ spread) if how == "geometric" else normalised @ spread)
