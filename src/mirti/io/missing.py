"""Missing census covariates: spread over the levels as the area's children of the same age and sex have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirti.errors import InputError, Problem
from mirti.io.collapse import MISSING, group
from mirti.patterns import distinct
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
    donors = _Donors(counts, parents)
    for j, covariate in enumerate(covariates):
        missing = filled.missing(j)
        if missing.any():
            shares, row = _shares(filled.take(missing), donors, j, covariate)
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
    used = np.bincount(counts.pattern, minlength=len(counts.patterns)) > 0
    place = np.full(len(used), -1, dtype=np.int32)
    patterns, place[used] = distinct(counts.patterns[used])
    return replace(counts, pattern=place[counts.pattern], patterns=patterns)


def _join(first: Counts, second: Counts) -> Counts:
    """The rows of both, over the patterns of both that are complete, in order."""
    whole = (first.patterns != MISSING).all(axis=1)
    patterns, position = distinct(np.concatenate([first.patterns[whole], second.patterns]))
    place = np.full(len(first.patterns), -1, dtype=np.int32)
    place[whole] = position[: whole.sum()]
    parts = [
        replace(first, pattern=place[first.pattern]),
        replace(second, pattern=position[whole.sum() :][second.pattern]),
    ]
    return _stack(parts, patterns)


def _shares(counts: Counts, donors: _Donors, j: int, covariate: Covariate) -> tuple[Floats, Ints]:
    """Distributions (u, L) of covariate j for the distinct (area, stratum) of counts, and each row's place in them."""
    pairs = counts.area.astype(np.int64) * donors.strata + counts.stratum
    wanted, row = np.unique(pairs, return_inverse=True)
    sums = np.zeros((len(wanted), len(covariate.levels)))
    for circle in donors.circles(j, len(covariate.levels), wanted // donors.strata, wanted % donors.strata):
        empty = sums.sum(axis=1) == 0
        sums[empty] = circle[empty]
    total = sums.sum(axis=1, keepdims=True)
    if (total == 0).any():
        what = f"Covariate '{covariate.name}' is missing for every child of the census"
        raise InputError(Problem(what, "census", "Check its column and na, or leave the covariate out."))
    return sums / total, row


class _Donors:
    """Children whose code is known, by area and stratum. They are whole numbers: no sum depends on the rows' order."""

    def __init__(self, counts: Counts, parents: Index | None) -> None:
        self.counts, self.parents = counts, parents
        self.areas, self.strata = int(counts.area.max()) + 1, int(counts.stratum.max()) + 1
        self.pair = counts.area.astype(np.int64) * self.strata + counts.stratum

    def circles(self, j: int, levels: int, area: Ints, stratum: Ints) -> Iterator[Floats]:
        """Donors by level of covariate j, (u, levels), for each of areas and strata (u,): from near to far."""
        peers = self._by_level(j, levels)
        yield peers[area, stratum]
        if self.parents is not None:
            kin = np.zeros((int(self.parents.max()) + 1, *peers.shape[1:]))
            np.add.at(kin, self.parents[: self.areas], peers)
            yield kin[self.parents[area], stratum]
        yield peers.sum(axis=0)[stratum]
        yield peers.sum(axis=1)[area]
        if self.parents is not None:
            yield kin.sum(axis=1)[self.parents[area]]
        yield np.broadcast_to(peers.sum(axis=(0, 1)), (len(area), levels))

    def _by_level(self, j: int, levels: int) -> Floats:
        """(A, S, levels)"""
        cell = self.pair * (levels - MISSING)
        cell += (self.counts.patterns[:, j] - MISSING)[self.counts.pattern]
        sums = np.bincount(cell, self.counts.n, self.areas * self.strata * (levels - MISSING))
        return np.asarray(sums, dtype=np.float64).reshape(self.areas, self.strata, -1)[:, :, -MISSING:]
