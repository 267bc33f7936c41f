"""Missing census covariates: spread over the levels as the area's children of the same age and sex have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirti.errors import InputError, Problem
from mirti.io.collapse import MISSING, distinct_patterns, group
from mirti.tables import Codes, Covariate, Floats, Index, Ints


@dataclass(frozen=True)
class Counts:
    """Children by area, stratum (age × sex) and pattern: m rows, and P patterns listed once.

    area, stratum: (m,); pattern: (m,) position in patterns; n: (m,) children. patterns: (P, k) codes, -1 missing.
    """

    area: Index
    stratum: Index
    pattern: Index
    n: Floats
    patterns: Codes

    def take(self, chosen: NDArray[np.generic]) -> Counts:
        return Counts(
            self.area[chosen], self.stratum[chosen], self.pattern[chosen], self.n[chosen], self.patterns
        )

    def missing(self, covariate: int) -> NDArray[np.bool_]:
        """(m,) whether the row's code of a covariate is missing."""
        return np.asarray((self.patterns[:, covariate] == MISSING)[self.pattern])


def merge(counts: Counts, *, strata: bool) -> Counts:
    """One row for each area, pattern and, if told apart, stratum, in that order; rows of nobody are left out."""
    groups = group([counts.area, counts.pattern, *([counts.stratum] if strata else [])])
    merged = replace(counts.take(groups.first), n=groups.sum(counts.n))
    return merged if (merged.n > 0).all() else merged.take(merged.n > 0)


def spread_missing(counts: Counts, covariates: Sequence[Covariate], parents: Index | None = None) -> Counts:
    """Counts without missing codes, patterns in the order of their codes.

    A missing code takes the distribution of its covariate among the children of the same area, age and sex who have a
    code; where there is none, of the parent (parents: (A,) position of each area's), then of the nation; then, as for
    the sex of children whose sex is unknown, of the area, the parent and the nation at any age and sex. Children are
    conserved in each area, age and sex. Covariates are spread one by one, independently given area, age and sex.
    Raises InputError where no child at all has a code.
    """
    incomplete = (counts.patterns == MISSING).any(axis=1)[counts.pattern]
    filled = _used(counts.take(incomplete))
    for j, covariate in enumerate(covariates):
        missing = filled.missing(j)
        if missing.any():
            shares, row = _shares(filled.take(missing), counts, j, covariate, parents)
            filled = merge(_used(_fill(filled, missing, j, shares, row)), strata=True)
    return _join(counts.take(~incomplete), filled)


def _fill(counts: Counts, missing: NDArray[np.bool_], j: int, shares: Floats, row: Ints) -> Counts:
    """The rows that miss covariate j once for each level that their shares allow; others as they are."""
    tables, parts = [counts.patterns], [counts.take(~missing)]
    rows = counts.take(missing)
    for level in range(shares.shape[1]):
        chosen = np.flatnonzero(shares[row, level] > 0)
        part = rows.take(chosen)
        pattern = part.pattern + np.int32(len(tables) * len(counts.patterns))
        parts.append(replace(part, pattern=pattern, n=part.n * shares[row[chosen], level]))
        table = counts.patterns.copy()
        table[:, j] = level
        tables.append(table)
    return _stack(parts, np.concatenate(tables))


def _stack(parts: Sequence[Counts], patterns: Codes) -> Counts:
    return Counts(
        np.concatenate([part.area for part in parts]),
        np.concatenate([part.stratum for part in parts]),
        np.concatenate([part.pattern for part in parts]),
        np.concatenate([part.n for part in parts]),
        patterns,
    )


def _used(counts: Counts) -> Counts:
    """The same rows over the patterns that they have, each listed once, in order."""
    used, at = np.unique(counts.pattern, return_inverse=True)
    patterns, position = distinct_patterns(counts.patterns[used])
    return replace(counts, pattern=position[at], patterns=patterns)


def _join(first: Counts, second: Counts) -> Counts:
    """The rows of both, over the patterns of both that are complete, in order."""
    whole = (first.patterns != MISSING).all(axis=1)
    patterns, position = distinct_patterns(np.concatenate([first.patterns[whole], second.patterns]))
    place = np.full(len(first.patterns), -1, dtype=np.int32)
    place[whole] = position[: whole.sum()]
    parts = [
        replace(first, pattern=place[first.pattern]),
        replace(second, pattern=position[whole.sum() :][second.pattern]),
    ]
    return _stack(parts, patterns)


def _shares(
    counts: Counts, donors: Counts, j: int, covariate: Covariate, parents: Index | None
) -> tuple[Floats, Ints]:
    """Distributions (u, L) of covariate j for the distinct (area, stratum) of counts, and each row's place in them."""
    strata = int(donors.stratum.max()) + 1
    code = donors.patterns[:, j][donors.pattern]
    known = code != MISSING
    giving = _Donors(
        donors.area[known], donors.stratum[known], code[known], donors.n[known], len(covariate.levels)
    )
    wanted, row = np.unique(_pair(counts.area, counts.stratum, strata), return_inverse=True)
    area, stratum = wanted // strata, wanted % strata
    sums = giving.sums(_pair(giving.area, giving.stratum, strata), wanted)
    if parents is not None:
        giving.fill(
            sums, _pair(parents[giving.area], giving.stratum, strata), _pair(parents[area], stratum, strata)
        )
    giving.fill(sums, giving.stratum, stratum)
    giving.fill(sums, giving.area, area)
    if parents is not None:
        giving.fill(sums, parents[giving.area], parents[area])
    giving.fill(sums, np.zeros_like(giving.stratum), np.zeros_like(wanted))
    total = sums.sum(axis=1, keepdims=True)
    if (total == 0).any():
        what = f"Covariate '{covariate.name}' is missing for every child of the census"
        raise InputError(Problem(what, "census", "Check its column and na, or leave the covariate out."))
    return sums / total, row


def _pair(area: NDArray[np.integer], stratum: NDArray[np.integer], strata: int) -> Ints:
    return np.asarray(area.astype(np.int64) * strata + stratum)


@dataclass(frozen=True)
class _Donors:
    """Children whose code is known: (d,) each."""

    area: Index
    stratum: Index
    code: NDArray[np.int16]
    n: Floats
    levels: int

    def sums(self, key: NDArray[np.integer], wanted: NDArray[np.integer]) -> Floats:
        """Donors by wanted key and level: (len(wanted), levels)."""
        if not len(wanted) or not len(key):
            return np.zeros((len(wanted), self.levels))
        place = np.full(max(int(key.max()), int(wanted.max())) + 1, -1, dtype=np.int64)
        place[wanted] = np.arange(len(wanted))
        at = place[key]
        found = at >= 0
        cell = at[found] * self.levels + self.code[found]
        sums = np.bincount(cell, self.n[found], len(wanted) * self.levels)
        return np.asarray(sums, dtype=np.float64).reshape(len(wanted), self.levels)

    def fill(self, sums: Floats, key: NDArray[np.integer], wanted: NDArray[np.integer]) -> None:
        """The empty rows of sums take those of a wider circle of donors."""
        empty = np.flatnonzero(sums.sum(axis=1) == 0)
        if len(empty):
            distinct, row = np.unique(wanted[empty], return_inverse=True)
            sums[empty] = self.sums(key, distinct)[row]
