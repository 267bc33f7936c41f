"""The whole chain for one choice of method: values in, scores out. Every step is done anew for every choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirti.declarations.index import Treatment
from mirti.index.aggregate import aggregate
from mirti.index.design import NOTHING, Choice, Design, Weights
from mirti.index.impute import impute
from mirti.index.normalise import normalise
from mirti.index.treat import Rules, treat
from mirti.index.weigh import weigh
from mirti.tables import Floats, Index

KEPT = 128  # treated and imputed matrices that are remembered: they serve many choices


@dataclass(frozen=True)
class Prepared:
    """values: (A, k) treated and imputed, without nan; what: (k,) what the treatment did, as `Treated` has it."""

    values: Floats
    what: tuple[str, ...]


@dataclass(frozen=True)
class Composite:
    """An index by one choice. design: of the indicators that entered, k of them in D dimensions.

    score: (A,) and dimensions: (A, D) from 1 to 100, the higher the worse; normalised: (A, k); prepared: (A, k) before
    normalising.
    """

    choice: Choice
    design: Design
    score: Floats
    dimensions: Floats
    normalised: Floats
    prepared: Prepared
    weights: Weights


class Chain:
    """Runs the chain on the same indicators as often as asked, each time by another choice.

    values: (A, k) in the indicators' units, nan where missing; parent: (A,) domain of each area, -1 for none.
    """

    def __init__(self, values: Floats, design: Design, parent: Index, rules: Rules) -> None:
        self.values = values
        self.design = design
        self._parent = parent
        self._rules = rules
        self._prepared = lru_cache(KEPT)(self._prepare)

    def run(self, choice: Choice) -> Composite:
        """The index by one choice."""
        kept = self._kept(choice)
        design = self.design.keep(kept)
        # Goalposts are in the indicator's unit and bound what lies beyond them: nothing is treated before.
        treatment: Treatment = "none" if choice.normalisation == "goalposts" else choice.treatment
        prepared = self._prepared(
            replace(
                choice,
                treatment=treatment,
                normalisation="min_max",
                weighting="equal",
                aggregation="arithmetic",
            ),
            own=choice.normalisation != "goalposts",
        )
        normalised = normalise(prepared.values, design.sign, design.goalposts, choice.normalisation)
        weights = weigh(normalised, design, choice.weighting)
        score, dimensions = aggregate(normalised, design.dimension, weights, choice.aggregation)
        return Composite(choice, design, score, dimensions, normalised, prepared, weights)

    def _kept(self, choice: Choice) -> NDArray[np.intp]:
        positions = np.arange(len(self.design.names))
        return positions if choice.left_out == NOTHING else np.delete(positions, choice.left_out)

    def _prepare(self, choice: Choice, own: bool) -> Prepared:
        """Treated, then imputed. own: whether the indicators' own treatments count."""
        kept = self._kept(choice)
        treated = [
            treat(
                self.values[:, i],
                (self.design.own_treatment[i] if own else None) or choice.treatment,
                self._rules,
            )
            for i in kept
        ]
        matrix = np.column_stack([each.values for each in treated])
        filled = impute(matrix, self.design.dimension[kept], self._parent, choice.imputation)
        return Prepared(filled, tuple(each.what for each in treated))
