"""Why an area stands where it stands: its distance from the national score, by indicator and dimension.

The national score is the mean of the areas' scores weighted by their children. Distances are taken from the score of a
reference area that has the national mean of every normalised indicator, then from there to the national score: that
last step, the same for all areas, is the remainder, and nothing under arithmetic aggregation. Rows sum exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.index.aggregate import aggregate
from mirti.index.chain import Composite
from mirti.tables import Floats


@dataclass(frozen=True)
class Contributions:
    """Parts of score minus national, in points. indicators: (A, k); dimensions: (A, D); remainder: one number."""

    indicators: Floats
    dimensions: Floats
    remainder: float
    national: float


def contributions(composite: Composite, children: Floats) -> Contributions:
    """Of every area (A,), children: (A,) the weights.

    Arithmetic means are split as they are added. Geometric means by the logarithmic mean divisia index (LMDI I, Ang
    2005): a − b = L(a, b) · Σ w (ln a_i − ln b_i), with L(a, b) = (a − b) / (ln a − ln b), which leaves nothing over.
    """
    design, weights, how = composite.design, composite.weights, composite.choice.aggregation
    mean = np.average(composite.normalised, axis=0, weights=children)[None, :]
    reference, reference_dimensions = aggregate(mean, design.dimension, weights, how)
    national = float(np.average(composite.score, weights=children))
    parts = (composite.normalised - mean) * weights.within
    if how == "geometric":
        parts = np.log(composite.normalised / mean) * weights.within
    if how == "mixed":
        slope = 1 / logarithmic_mean(composite.dimensions, reference_dimensions)
        parts = parts * slope[:, design.dimension]
    parts = parts * weights.dimensions[design.dimension]
    if how != "arithmetic":
        parts = parts * logarithmic_mean(composite.score, reference)[:, None]
    return Contributions(parts, _by_dimension(parts, composite), float(reference[0] - national), national)


def logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """(a − b) / (ln a − ln b) of positive numbers, a where both are the same; accurate where they are nearly so."""
    ratio = np.log(a / b)
    small = np.abs(ratio) < 1e-6
    series = b * (1 + ratio / 2 + ratio**2 / 6)
    return np.where(small, series, np.expm1(ratio) * b / np.where(small, 1.0, ratio))


def _by_dimension(parts: Floats, composite: Composite) -> Floats:
    design = composite.design
    return np.column_stack([parts[:, design.members(d)].sum(axis=1) for d in range(len(design.dimensions))])
