"""Weights of the dimensions, and of the indicators within each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mirti.declarations.index import Weighting
from mirti.index.design import Design, Weights, scaled
from mirti.tables import Floats, Index


def weigh(normalised: Floats, design: Design, how: Weighting) -> Weights:
    """Weights of the design's indicators, whose normalised values (A, k) only "pca" looks at.

    equal: dimensions alike, indicators alike within each; declared, budget: as the spec and the experts have them; pca:
    dimensions alike, and within each the squared loadings of the first principal component of the correlation matrix
    (OECD/JRC 2008, section 6.1): an indicator counts as much as it shares with the others of its dimension.
    """
    if how == "pca":
        return _by_components(normalised, design)
    given = {"declared": design.declared, "budget": design.budget}.get(how)
    return given if given is not None else _equal(design)


def _equal(design: Design) -> Weights:
    return scaled(np.ones(len(design.dimensions)), np.ones(len(design.names)), design.dimension)


def _by_components(normalised: Floats, design: Design) -> Weights:
    within = np.ones(len(design.names))
    for dimension in range(len(design.dimensions)):
        members = design.members(dimension)
        within[members] = squared_loadings(normalised[:, members])
    return scaled(np.ones(len(design.dimensions)), within, design.dimension)


def squared_loadings(values: Floats) -> Floats:
    """(k,) of the first principal component of the correlations of values (A, k); they sum to 1."""
    centred = values - values.mean(axis=0)
    deviation = centred.std(axis=0)
    standard = np.divide(centred, deviation, out=np.zeros_like(centred), where=deviation > 0)
    _, vectors = np.linalg.eigh(standard.T @ standard / len(values))
    return np.asarray(vectors[:, -1] ** 2)


def budget(experts: Sequence[Mapping[str, float]], names: Sequence[str], dimension: Index) -> Weights:
    """Budget allocation (OECD/JRC 2008, section 6.3): each expert's points over the indicators, as shares, averaged.

    A dimension's weight is what its indicators have received.
    """
    points = np.array([[expert.get(name, 0.0) for name in names] for expert in experts])
    shares = (points / points.sum(axis=1, keepdims=True)).mean(axis=0)
    of_dimensions = np.bincount(dimension, weights=shares).astype(np.float64)
    return scaled(of_dimensions, shares, dimension)
