"""Rows of equal covariates, summed: where PSUs do not matter, a fit needs no more than these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.models.pseudo_likelihood import PseudoLikelihood
from mirti.survey.variance import unit_totals
from mirti.tables import Floats, Index


@dataclass(frozen=True)
class Rows:
    """The u distinct rows x (u, p) of a model matrix, and which of them each of its rows is: at (m,)."""

    x: Floats
    at: Index

    @classmethod
    def of(cls, x: Floats) -> Rows:
        whole = np.ascontiguousarray(x).view(np.dtype((np.void, x.dtype.itemsize * x.shape[1]))).ravel()
        _, first, at = np.unique(whole, return_index=True, return_inverse=True)
        return cls(np.ascontiguousarray(x[first]), at.astype(np.int32))

    def sums(self, values: Floats) -> Floats:
        """Totals (u, q) of values (m, q)."""
        return unit_totals(values, self.at, len(self.x))

    def likelihood(
        self, sw: Floats, swy: Floats, names: tuple[str, ...], children: float | None = None
    ) -> PseudoLikelihood:
        """Of Σw and Σwy (u,) of the distinct rows, scaled to a sum of `children`; those without weight are left out."""
        held = np.flatnonzero(sw > 0)
        x = self.x if len(held) == len(self.x) else self.x[held]
        scale = (len(held) if children is None else children) / sw.sum()
        return PseudoLikelihood(x, sw[held] * scale, swy[held] * scale, names)
