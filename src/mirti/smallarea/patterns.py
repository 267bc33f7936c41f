"""Distinct patterns of a census, each worked out once however many areas hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mirti.patterns import distinct, row_of_each
from mirti.tables import CensusCells, Codes, Floats, Index

BLOCK = 50_000  # patterns whose model matrix is held at a time


@dataclass(frozen=True)
class PatternCounts:
    """Children by area and distinct pattern. codes: (P, k); counts: sparse (A, P)."""

    codes: Codes
    counts: sparse.csc_array

    @property
    def children(self) -> Floats:
        """Children of each area, (A,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64).ravel()

    def totals(self, values: Callable[[Codes], Floats]) -> Floats:
        """Totals over children by area, (A, q), of values that depend on the pattern alone: codes (m, k) → (m, q).

        Worked in blocks of patterns, so that the memory does not grow with them.
        """
        starts = range(0, len(self.codes), BLOCK)
        blocks = ((self.counts[:, i : i + BLOCK], self.codes[i : i + BLOCK]) for i in starts)
        total: Floats = sum(np.asarray(counts @ values(codes)) for counts, codes in blocks)  # type: ignore[assignment]
        return total

    def pattern_totals(self) -> Floats:
        """Children of each pattern in the whole country, (P,)."""
        return np.asarray(self.counts.sum(axis=0), dtype=np.float64).ravel()


def count_patterns(census: CensusCells) -> PatternCounts:
    """Gather the cells by distinct pattern. Patterns without a child are left out."""
    known = census.pattern
    codes, at = distinct(census.codes) if known is None else (census.codes[row_of_each(known)], known)
    shape = (len(census.area_codes), len(codes))
    counts = sparse.csc_array((census.n, (census.area, at)), shape=shape)
    held = np.asarray(counts.sum(axis=0)).ravel() > 0
    return PatternCounts(codes, counts) if held.all() else PatternCounts(codes[held], counts[:, held])


def sum_by(values: Floats, group: Index, groups: int) -> Floats:
    """Rows of values (A, q) added up by group, (groups, q)."""
    total = np.zeros((groups, *values.shape[1:]))
    np.add.at(total, group, values)
    return total


def without_empty_areas(census: CensusCells) -> tuple[CensusCells, tuple[str, ...]]:
    """The census without the areas that have no child of the outcome's ages, and those areas' codes.

    Such an area has no rate: the denominator is zero.
    """
    children = np.bincount(census.area, census.n, minlength=len(census.area_codes))
    if (children > 0).all():
        return census, ()
    position = np.cumsum(children > 0) - 1
    keep = (children > 0)[census.area]
    codes = np.array(census.area_codes, dtype=object)
    kept = CensusCells(
        census.covariates,
        tuple(codes[children > 0]),
        position[census.area[keep]].astype(np.int32),
        census.codes[keep],
        census.n[keep],
        None if census.pattern is None else census.pattern[keep],
    )
    return kept, tuple(codes[children == 0])
