"""Missing census covariates: spread over the levels as the area's children of the same age and sex have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

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

    def narrow(self) -> Counts:
        """The same rows, of whole children, in as few bytes as hold them: to be kept, and widened before a change."""
        area, pattern = _narrow(self.area), _narrow(self.pattern)
        return Counts(area, _narrow(self.stratum), pattern, _narrow(self.n), self.patterns)

    def widened(self) -> Counts:
        area, stratum, pattern = (x.astype(np.int32) for x in (self.area, self.stratum, self.pattern))
        return Counts(area, stratum, pattern, self.n.astype(np.float64), self.patterns)

    def take(self, chosen: NDArray[np.generic]) -> Counts:
        return Counts(
            self.area[chosen], self.stratum[chosen], self.pattern[chosen], self.n[chosen], self.patterns
        )

    def missing(self, covariate: int) -> NDArray[np.bool_]:
        """(m,) whether the row's code of a covariate is missing."""
        return np.asarray((self.patterns[:, covariate] == MISSING)[self.pattern])


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


def merge(counts: Counts, *, strata: bool) -> Counts:
    """One row for each area, pattern and, if told apart, stratum, in that order; rows of nobody are left out."""
    groups = group([counts.area, counts.pattern, *([counts.stratum] if strata else [])])
    merged = replace(counts.take(groups.first), n=groups.sum(counts.n))
    if not strata:
        merged = replace(merged, stratum=np.zeros(len(merged.n), dtype=np.uint8))
    return merged if (merged.n > 0).all() else merged.take(merged.n > 0)


def spread_missing(counts: Counts, covariates: Sequence[Covariate], donors: Donors) -> Counts:
    """Counts without missing codes, patterns in the order of their codes.

    A missing code takes the distribution of its covariate among the children of the same area, age and sex who have a
    code; where there is none, of the parent, then of the nation; then, as for the sex of children whose sex is unknown,
    of the area, the parent and the nation at any age and sex. Children are conserved in each area, age and sex.
    Covariates are spread one by one, independently given area, age and sex. counts: all or some of the areas, each
    whole. Raises InputError where no child at all has a code.
    """
    incomplete = (counts.patterns == MISSING).any(axis=1)[counts.pattern]
    filled = _used(counts.take(incomplete))
    for j, covariate in enumerate(covariates):
        missing = filled.missing(j)
        if missing.any():
            shares, row = _shares(filled.take(missing), counts, donors, j, covariate)
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


def together(parts: Sequence[Counts]) -> Counts:
    """Counts of areas that stand in one part each, as one in the order of the areas, over the patterns of all."""
    if len(parts) == 1:
        return parts[0]
    patterns, position = distinct(np.concatenate([part.patterns for part in parts]))
    starts = np.cumsum([0, *(len(part.patterns) for part in parts)])
    rows = np.bincount(np.concatenate([part.area for part in parts]))
    ends = np.cumsum(rows)
    area, pattern = (np.empty(ends[-1], dtype=np.int32) for _ in range(2))
    stratum = np.empty(ends[-1], dtype=parts[0].stratum.dtype)
    whole = Counts(area, stratum, pattern, np.empty(ends[-1]), patterns)
    for start, part in zip(starts[:-1], parts, strict=True):
        place = _places(part.area, ends - rows)
        whole.area[place], whole.stratum[place], whole.n[place] = part.area, part.stratum, part.n
        whole.pattern[place] = position[start:][part.pattern]
    return whole


def _places(area: Index, starts: Ints) -> Ints:
    """Where each row of a part goes whose rows stand in the order of their areas; starts: (A,) each area's first."""
    first = np.flatnonzero(np.diff(area, prepend=-1))
    within = np.arange(len(area)) - np.repeat(first, np.diff(first, append=len(area)))
    return np.asarray(starts[area] + within, dtype=np.int64)


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


def _shares(
    counts: Counts, near: Counts, donors: Donors, j: int, covariate: Covariate
) -> tuple[Floats, Ints]:
    """Distributions (u, L) of covariate j for the distinct (area, stratum) of counts, and each row's place in them.

    near: all the children of these areas.
    """
    strata = donors.strata
    wanted, row = np.unique(counts.area.astype(np.int64) * strata + counts.stratum, return_inverse=True)
    sums = np.zeros((len(wanted), len(covariate.levels)))
    for circle in _circles(near, donors, j, wanted, len(covariate.levels)):
        empty = sums.sum(axis=1) == 0
        sums[empty] = circle[empty]
    total = sums.sum(axis=1, keepdims=True)
    if (total == 0).any():
        what = f"Covariate '{covariate.name}' is missing for every child of the census"
        raise InputError(Problem(what, "census", "Check its column and na, or leave the covariate out."))
    return sums / total, row


def _circles(near: Counts, donors: Donors, j: int, wanted: Ints, levels: int) -> Iterator[Floats]:
    """Donors by level of covariate j, (u, levels), for each area and stratum that are wanted (u,): from near to far."""
    area, stratum = wanted // donors.strata, wanted % donors.strata
    first, nation = int(near.area.min()), donors.nation[j]
    shape = (int(near.area.max()) - first + 1, donors.strata, levels)
    peers, own = _by_level(near, near.area - first, j, shape), area - first
    yield peers[own, stratum]
    if donors.parents is not None:
        kin = donors.kin[j]
        yield kin[donors.parents[area], stratum]
    yield nation[stratum]
    yield peers.sum(axis=1)[own]
    if donors.parents is not None:
        yield kin.sum(axis=1)[donors.parents[area]]
    yield np.broadcast_to(nation.sum(axis=0), (len(area), nation.shape[1]))


@dataclass(frozen=True)
class Donors:
    """Children whose code is known, of the nation and of the parents; whole numbers, whose sums depend on no order.

    parents: (A,) position of each area's; strata: S; nation: (S, levels) of each covariate that some child lacks; kin:
    (K, S, levels) of the K parents.
    """

    parents: Index | None
    strata: int
    nation: dict[int, Floats]
    kin: dict[int, Floats]


def find_donors(
    parts: Sequence[Counts], covariates: Sequence[Covariate], parents: Index | None = None
) -> Donors:
    """parts: the whole nation, by areas or at once; parents: (A,) position of each area's."""
    strata = max(int(part.stratum.max()) for part in parts) + 1
    groups = 1 if parents is None else int(parents.max()) + 1
    kin = {
        j: np.zeros((groups, strata, len(covariate.levels)))
        for j, covariate in enumerate(covariates)
        if any((part.patterns[:, j] == MISSING).any() for part in parts)
    }
    for part in parts:
        of = np.zeros(len(part.area), dtype=np.int32) if parents is None else parents[part.area]
        for j, children in kin.items():
            children += _by_level(part, of, j, children.shape)
    return Donors(parents, strata, {j: children.sum(axis=0) for j, children in kin.items()}, kin)


def _by_level(counts: Counts, place: Index, j: int, shape: tuple[int, ...]) -> Floats:
    """Children by place (m,), stratum and level of covariate j: of the shape (places, S, levels)."""
    places, strata, levels = shape
    cell = place.astype(np.int64)
    cell *= strata
    cell += counts.stratum
    cell *= levels - MISSING
    cell += (counts.patterns[:, j] - MISSING)[counts.pattern]
    sums = np.bincount(cell, counts.n, places * strata * (levels - MISSING))
    return np.asarray(sums, dtype=np.float64).reshape(places, strata, -1)[:, :, -MISSING:]
