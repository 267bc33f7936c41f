"""Missing census covariates: spread over the levels as the area's children of the same age and sex have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirti.errors import InputError, Problem
from mirti.io.collapse import MISSING, group, pack
from mirti.tables import Codes, Covariate, Floats, Index


@dataclass(frozen=True)
class Counts:
    """Children by area, stratum (age × sex; 0 where it is not carried) and pattern, m rows.

    area, stratum: (m,); codes: (m, k), -1 missing; n: (m,) children.
    """

    area: Index
    stratum: Index
    codes: Codes
    n: Floats

    def take(self, chosen: NDArray[np.generic]) -> Counts:
        return Counts(self.area[chosen], self.stratum[chosen], self.codes[chosen], self.n[chosen])

    def without_stratum(self) -> Counts:
        return replace(self, stratum=np.zeros_like(self.stratum))


@dataclass(frozen=True)
class Donors:
    """Children whose value of one covariate is known: (d,) each."""

    area: Index
    stratum: Index
    code: Index
    n: Floats

    @staticmethod
    def of(counts: Counts, covariate: int) -> Donors:
        known = counts.codes[:, covariate] != MISSING
        code = counts.codes[known, covariate].astype(np.int32)
        return Donors(counts.area[known], counts.stratum[known], code, counts.n[known])


def merge(counts: Counts, radices: Sequence[int]) -> Counts:
    """One row for each area, stratum and pattern, in that order."""
    groups = group([counts.area, counts.stratum, *pack(counts.codes, radices)])
    return replace(counts.take(groups.first), n=groups.sum(counts.n))


def spread_missing(
    counts: Counts,
    donors: Mapping[int, Donors],
    covariates: Sequence[Covariate],
    radices: Sequence[int],
    parents: Index | None = None,
) -> Counts:
    """Counts without missing codes: each takes the distribution of the covariate among the donors of the same area,
    age and sex; where there is none, of the parent (parents: (A,) position of each area's), then of the nation, then of
    the nation at any age and sex. Children are conserved in each area, age and sex. Covariates are spread one by one,
    independently given area, age and sex. Raises InputError where no child at all has a known value.
    """
    for j in range(len(covariates)):
        missing = counts.codes[:, j] == MISSING
        if not missing.any():
            continue
        filled = _spread(counts.take(missing), j, donors[j], covariates[j], parents)
        counts = merge(_stack([counts.take(~missing), *filled]), radices)
    return counts


def _spread(
    counts: Counts, j: int, donors: Donors, covariate: Covariate, parents: Index | None
) -> list[Counts]:
    shares, row = _shares(counts, donors, covariate, parents)
    filled = []
    for level in range(shares.shape[1]):
        chosen = np.flatnonzero(shares[row, level] > 0)
        part = counts.take(chosen)
        codes = part.codes.copy()
        codes[:, j] = level
        filled.append(replace(part, codes=codes, n=part.n * shares[row[chosen], level]))
    return filled


def _stack(parts: Sequence[Counts]) -> Counts:
    return Counts(
        np.concatenate([part.area for part in parts]),
        np.concatenate([part.stratum for part in parts]),
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.n for part in parts]),
    )


def _shares(
    counts: Counts, donors: Donors, covariate: Covariate, parents: Index | None
) -> tuple[Floats, NDArray[np.int64]]:
    """Distributions (u, L) of the distinct (area, stratum) of counts, and each row's position in them."""
    strata = int(max(counts.stratum.max(), donors.stratum.max(initial=0))) + 1
    levels = len(covariate.levels)
    wanted, row = np.unique(_pair(counts.area, counts.stratum, strata), return_inverse=True)
    area, stratum = wanted // strata, wanted % strata
    sums = _sums(_pair(donors.area, donors.stratum, strata), donors, wanted, levels)
    if parents is not None:
        parent = _pair(parents[area], stratum, strata)
        _fall_back(sums, _pair(parents[donors.area], donors.stratum, strata), donors, parent)
    _fall_back(sums, donors.stratum.astype(np.int64), donors, stratum)
    _fall_back(sums, np.zeros(len(donors.n), dtype=np.int64), donors, np.zeros_like(wanted))
    total = sums.sum(axis=1, keepdims=True)
    if (total == 0).any():
        what = f"Covariate '{covariate.name}' is missing for every child of the census."
        raise InputError(Problem(what, "census", "Check its column and na, or leave the covariate out."))
    return sums / total, row


def _pair(area: NDArray[np.integer], stratum: NDArray[np.integer], strata: int) -> NDArray[np.int64]:
    return area.astype(np.int64) * strata + stratum


def _fall_back(sums: Floats, key: NDArray[np.int64], donors: Donors, wanted: NDArray[np.int64]) -> None:
    """Fills the empty rows of sums from a wider group of donors."""
    empty = np.flatnonzero(sums.sum(axis=1) == 0)
    distinct, row = np.unique(wanted[empty], return_inverse=True)
    sums[empty] = _sums(key, donors, distinct, sums.shape[1])[row]


def _sums(key: NDArray[np.int64], donors: Donors, wanted: NDArray[np.int64], levels: int) -> Floats:
    """Donors by wanted key (sorted, distinct) and level."""
    if not len(wanted):
        return np.zeros((0, levels))
    at = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
    found = wanted[at] == key
    cell = at[found] * levels + donors.code[found]
    sums = np.bincount(cell, donors.n[found], len(wanted) * levels).astype(np.float64)
    return sums.reshape(len(wanted), levels)
