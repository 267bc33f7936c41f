"""Distinct patterns of a census, each worked out once however many areas hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

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
    codes, at = distinct(census.codes)
    shape = (len(census.area_codes), len(codes))
    counts = sparse.csc_array((census.n, (census.area, at)), shape=shape)
    held = np.asarray(counts.sum(axis=0)).ravel() > 0
    return PatternCounts(codes[held], counts[:, held])


def distinct(codes: Codes) -> tuple[Codes, NDArray[np.intp]]:
    """Distinct rows of codes (m, k), and for each row its position among them (m,)."""
    keys = _keys(codes)
    _, first, at = np.unique(keys, return_index=True, return_inverse=True)
    return codes[first], at


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
    )
    return kept, tuple(codes[children == 0])


def _keys(codes: Codes) -> NDArray[np.generic]:
    """One sortable key a row: a mixed-radix integer while it fits 63 bits, else the row's bytes."""
    sizes = [int(size) for size in codes.max(axis=0, initial=0) + 1]
    if codes.size == 0 or np.prod([float(size) for size in sizes]) >= 2.0**62 or codes.min() < 0:
        rows = np.ascontiguousarray(codes)
        return rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    key = np.zeros(len(codes), dtype=np.int64)
    for column, size in enumerate(sizes):
        key = key * size + codes[:, column]
    return key
