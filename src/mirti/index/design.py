"""What an index is made of, and one choice of method for making it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirti.declarations.index import Aggregation, Imputation, Normalisation, Treatment, Weighting
from mirti.tables import Floats, Index

NOTHING = -1  # the position of the indicator that is left out, where none is


@dataclass(frozen=True)
class Weights:
    """dimensions: (D,) weights of the dimensions; within: (k,) of the indicators in their dimension. Both sum to 1."""

    dimensions: Floats
    within: Floats

    def of_indicators(self, dimension: Index) -> Floats:
        """(k,) weights of the indicators in the whole index; they sum to 1."""
        return np.asarray(self.dimensions[dimension] * self.within)


@dataclass(frozen=True)
class Design:
    """k indicators in D dimensions.

    dimension: (k,) position of each indicator's; sign: (k,) 1 where more is worse, -1 where less is; goalposts: (k, 2)
    lower and upper end in the indicator's unit, nan where none are declared; own_treatment: (k,) declared for the
    indicator alone, None: the method's. declared: (D,) and (k,) weights as written; budget: the experts' mean points.
    """

    names: tuple[str, ...]
    dimension: Index
    dimensions: tuple[str, ...]
    sign: Floats
    goalposts: Floats
    own_treatment: tuple[Treatment | None, ...]
    declared: Weights | None = None
    budget: Weights | None = None

    def members(self, dimension: int) -> NDArray[np.intp]:
        """Positions of a dimension's indicators."""
        return np.flatnonzero(self.dimension == dimension)

    def keep(self, kept: NDArray[np.intp]) -> Design:
        """The design of these indicators alone; a dimension without indicators goes, weights are scaled to sum to 1."""
        left, dimension = np.unique(self.dimension[kept], return_inverse=True)
        return replace(
            self,
            names=tuple(self.names[i] for i in kept),
            dimension=dimension.astype(np.int32),
            dimensions=tuple(self.dimensions[d] for d in left),
            sign=self.sign[kept],
            goalposts=self.goalposts[kept],
            own_treatment=tuple(self.own_treatment[i] for i in kept),
            declared=_keep_weights(self.declared, kept, left, dimension),
            budget=_keep_weights(self.budget, kept, left, dimension),
        )


def _keep_weights(
    weights: Weights | None, kept: NDArray[np.intp], left: Index, dimension: NDArray[np.intp]
) -> Weights | None:
    return scaled(weights.dimensions[left], weights.within[kept], dimension) if weights else None


def scaled(dimensions: Floats, within: Floats, dimension: NDArray[np.integer]) -> Weights:
    """Numbers as weights: divided by their sum, over the dimensions and within each; all 0 counts as all alike."""
    everywhere = np.zeros(len(dimensions), dtype=np.int32)
    return Weights(_shares(dimensions, everywhere, 1), _shares(within, dimension, len(dimensions)))


def _shares(numbers: Floats, group: NDArray[np.integer], groups: int) -> Floats:
    sums = np.bincount(group, weights=numbers, minlength=groups)
    sizes = np.bincount(group, minlength=groups)
    nothing = sums[group] == 0
    return np.where(nothing, 1 / sizes[group], numbers / np.where(nothing, 1.0, sums[group]))


@dataclass(frozen=True)
class Choice:
    """One way through the chain. left_out: position of an indicator that does not enter, NOTHING for none."""

    treatment: Treatment
    imputation: Imputation
    normalisation: Normalisation
    weighting: Weighting
    aggregation: Aggregation
    left_out: int = NOTHING
