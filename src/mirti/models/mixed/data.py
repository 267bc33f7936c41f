"""Survey cells arranged for the mixed model: sorted by area and PSU, weights scaled at both levels.

Rabe-Hesketh & Skrondal (2006, "Multilevel modelling of complex survey data", J. R. Statist. Soc. A 169, section 4).
With a final weight only, level 1 is scaled within the PSU and level 2 is the PSU's mean weight, scaled to the area's
effective number of PSUs: scaled to their number, unequal weights pass for more PSUs than there are, and their scatter
for one of areas (decision 0011). Doubling every weight, or those of a whole area, changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from mirti.errors import SHOWN, InputError, Problem
from mirti.survey.design import check_weights
from mirti.tables import Floats, Index, SurveyCells

Scaling: TypeAlias = Literal["size", "effective", "none"]

SAME_WEIGHT = 1e-9  # relative


@dataclass(frozen=True)
class MixedData:
    """m survey cells in C groups, each a PSU within an area, in S areas with sample.

    x: (m, p) columns at the level of the child and of the area, side by side, with the intercept. sw, swy: (m,) Σ w1
    and Σ w1·y of each cell, level-1 weights scaled. psu_start: (C + 1,) first cell of each group; psu_weight: (C,) its
    level-2 weight. area_start: (S + 1,) first group of each area; areas: (S,) its position in the caller's list.
    order: (m,) the caller's row of each cell; scale: (m,) what its weights were multiplied by. nested: there is a PSU
    effect (else a group is an area). children: number of them in the cells.
    """

    names: tuple[str, ...]
    x: Floats
    sw: Floats
    swy: Floats
    psu_start: Index
    psu_weight: Floats
    area_start: Index
    areas: Index
    scale: Floats
    order: Index
    scaling: Scaling
    nested: bool
    children: int

    @property
    def psus(self) -> int:
        return len(self.psu_weight)

    def with_outcome(self, swy: Floats) -> MixedData:
        """The same design with another outcome: swy (m,) in the caller's order of rows, by weights not scaled.

        With scaling "none" every child's weight is 1, so swy is the number of children with the outcome.
        """
        return replace(self, swy=swy[self.order] * self.scale)


def mixed_data(
    x: Floats,
    cells: SurveyCells,
    *,
    names: Sequence[str],
    scaling: Scaling = "size",
    nested: bool = True,
    stage_weights: Floats | None = None,
) -> MixedData:
    """Arrange m cells whose columns are x (m, p), named by names (p,).

    scaling of level-1 weights, within the PSU (within the area if not nested): "size", to sum to its number of
    children; "effective", to (Σw)² / Σw²; "none": no weights at all. stage_weights: (m,) the inverse inclusion
    probability of the cell's PSU, where the survey publishes it; else the PSU's mean weight. Level 2 is scaled within
    the area to sum to its effective number of PSUs, (Σw)² / Σw². Where no area has two PSUs, or no PSU two children, a
    PSU effect cannot be told from the area's or from chance: there is none, and `nested` of the result is False.
    Raises InputError for weights that are missing or not above 0, and stage weights that differ within a PSU.
    """
    check_weights(cells.sw)
    nested = nested and _psus_can_differ(cells)
    group = cells.psu if nested else np.zeros_like(cells.psu)
    order = np.asarray(np.lexsort((group, cells.area)), dtype=np.int32)
    area, group = cells.area[order], group[order]
    new_area = np.diff(area, prepend=-1) != 0
    starts = np.flatnonzero(new_area | (np.diff(group, prepend=-1) != 0)).astype(np.int32)
    area_start = np.searchsorted(starts, np.flatnonzero(new_area)).astype(np.int32)
    scale, mean_weight = _level_one(cells, order, starts, scaling)
    if stage_weights is not None:
        mean_weight = _stage_weight(np.asarray(stage_weights, dtype=np.float64)[order], starts)
    weighted = scaling != "none"
    return MixedData(
        names=tuple(names),
        x=np.ascontiguousarray(x[order], dtype=np.float64),
        sw=(cells.sw if weighted else cells.n)[order] * scale,
        swy=(cells.swy if weighted else cells.ny)[order] * scale,
        psu_start=np.append(starts, len(order)).astype(np.int32),
        psu_weight=_level_two(mean_weight, area_start) if weighted and nested else np.ones(len(starts)),
        area_start=np.append(area_start, len(starts)).astype(np.int32),
        areas=area[new_area].astype(np.int32),
        scale=scale,
        order=order,
        scaling=scaling,
        nested=nested,
        children=int(cells.n.sum()),
    )


def _psus_can_differ(cells: SurveyCells) -> bool:
    pairs = np.column_stack([cells.area, cells.psu])
    groups, group = np.unique(pairs, axis=0, return_inverse=True)
    return bool((np.bincount(groups[:, 0]) > 1).any() and (np.bincount(group, cells.n) > 1).any())


def _level_one(cells: SurveyCells, order: Index, starts: Index, scaling: Scaling) -> tuple[Floats, Floats]:
    """Scale (m,) of each cell's weights, and mean weight (C,) of each group."""
    n, sw, sw2 = (np.add.reduceat(column[order], starts) for column in (cells.n, cells.sw, cells.sw2))
    scales = {"size": n / sw, "effective": sw / sw2, "none": np.ones(len(starts))}
    return np.repeat(scales[scaling], np.diff(starts, append=len(order))), sw / n


def _level_two(weight: Floats, area_start: Index) -> Floats:
    """Scaled to sum to the effective number of PSUs of the area, (Σw)² / Σw² (decision 0011)."""
    psus = np.diff(area_start, append=len(weight))
    scale = np.add.reduceat(weight, area_start) / np.add.reduceat(weight**2, area_start)
    return weight * np.repeat(scale, psus)


def _stage_weight(weight: Floats, starts: Index) -> Floats:
    where = "survey stage weight"
    check_weights(weight, where)
    low, high = np.minimum.reduceat(weight, starts), np.maximum.reduceat(weight, starts)
    vary = np.flatnonzero(high > low * (1 + SAME_WEIGHT))
    if len(vary):
        raise InputError(
            Problem(
                what=f"PSUs whose children have different weights of the PSU: {len(vary)}.",
                where=where,
                remedy="Name the column with the inverse of the PSU's inclusion probability, the same for all in it.",
                count=len(vary),
                items=tuple(f"{low[c]:g} to {high[c]:g}" for c in vary[:SHOWN]),
            )
        )
    return low
