"""Patterns as keys: covariate codes packed into 64-bit integers, grouped by the database, unpacked and merged here.

A key is a mixed-radix number with a digit for each covariate: 0 unknown, 1 missing, 2 + code otherwise. One integer
groups several times faster than a dozen columns, and the packing is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import ibis
import numpy as np
from numpy.typing import NDArray

from mirti.errors import InputError, Problem
from mirti.patterns import distinct, fold
from mirti.tables import CensusCells, Codes, Covariate, Ints, SurveyCells

MISSING = -1
UNKNOWN = -2  # a value that no coding names: never leaves this package
OFFSET = 2  # digits below it: unknown and missing
_LIMIT = 2**62
_RUN = 1_000  # average length of a run that merging makes use of

Number = TypeVar("Number", np.int64, np.float64)


def sizes(covariates: Sequence[Covariate]) -> tuple[int, ...]:
    return tuple(len(covariate.levels) + OFFSET for covariate in covariates)


def chunks(radices: Sequence[int]) -> list[slice]:
    """Consecutive covariates whose digits fit one key; one chunk unless the patterns exceed 2⁶²."""
    found, start, product = [], 0, 1
    for j, radix in enumerate(radices):
        if product * radix > _LIMIT:
            found.append(slice(start, j))
            start, product = j, 1
        product *= radix
    return [*found, slice(start, len(radices))]


def key_columns(digits: Sequence[ibis.Value], radices: Sequence[int]) -> dict[str, ibis.Value]:
    """Expressions key0, key1, … of codes from -2 on, as the database computes them."""
    keys = {}
    for number, chunk in enumerate(chunks(radices)):
        key = ibis.literal(0, "int64")
        for j in range(chunk.start, chunk.stop):
            key = key * radices[j] + (digits[j].cast("int64") + OFFSET)
        keys[f"key{number}"] = key
    return keys


def unpack(keys: Sequence[Ints], radices: Sequence[int]) -> Codes:
    """Codes (m, k) of packed keys; -1 missing, -2 unknown."""
    codes = np.empty((len(keys[0]), len(radices)), dtype=np.int16, order="F")
    for key, chunk in zip(keys, chunks(radices), strict=True):
        rest = key
        for j in reversed(range(chunk.start, chunk.stop)):
            higher = rest // radices[j]
            codes[:, j] = rest - higher * radices[j] - OFFSET
            rest = higher
    return codes


@dataclass(frozen=True)
class Groups:
    """Rows in the order of their keys, and where each group of equal keys starts in that order."""

    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    @property
    def first(self) -> NDArray[np.int64]:
        """One row of each group."""
        return self.order[self.starts]

    def sum(self, values: NDArray[Number]) -> NDArray[Number]:
        return np.add.reduceat(values[self.order], self.starts) if len(values) else values


def group(keys: Sequence[NDArray[np.integer]], within: Sequence[NDArray[np.generic]] = ()) -> Groups:
    """Groups rows by keys, most significant first. `within` orders the rows of a group, without it they stay in the
    order in which they came: a sum of floats that must not depend on that order needs it."""
    folded = fold(keys)
    order = (
        np.lexsort([*reversed(within), *reversed(folded)]) if within or len(folded) > 1 else _order(folded[0])
    )
    changes = np.zeros(len(order), dtype=bool)
    changes[:1] = True
    for key in folded:
        ordered = key[order]
        changes[1:] |= ordered[1:] != ordered[:-1]
    return Groups(order, np.flatnonzero(changes))


def _order(key: Ints) -> NDArray[np.int64]:
    """A stable order: keys that come in a few runs are merged, others sorted by 16 bits at a time, twice as fast."""
    if np.count_nonzero(key[1:] < key[:-1]) <= len(key) // _RUN:
        return np.argsort(key, kind="stable")
    shifted = key - key.min()
    order = np.argsort(shifted.astype(np.uint16), kind="stable")
    for bits in range(16, int(shifted.max()).bit_length(), 16):
        digit = (shifted >> bits).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order


@dataclass(frozen=True)
class Support:
    """Census patterns, how many of them the survey never saw, and the children who have such a pattern."""

    patterns: int
    unsupported: int
    children: float
    share: float


def support(survey: SurveyCells, census: CensusCells) -> Support:
    """How far the prediction leans on patterns that no child of the survey has (additivity of the terms alone)."""
    patterns, position = distinct(np.concatenate([survey.codes, census.codes]))
    seen = np.zeros(len(patterns), dtype=bool)
    seen[position[: len(survey.codes)]] = True
    at = position[len(survey.codes) :]
    children = np.bincount(at, census.n, len(patterns))
    present = children > 0
    total, lost = float(children.sum()), float(children[~seen].sum())
    return Support(int(present.sum()), int((present & ~seen).sum()), lost, lost / total if total else 0.0)


def check_areas(survey: SurveyCells, census: CensusCells, where: str) -> None:
    """Raises InputError for areas of the survey that the census does not have; the reverse is normal."""
    absent = tuple(sorted(set(survey.area_codes) - set(census.area_codes)))
    if absent:
        remedy = (
            "Form both codes alike (area.modulo, area.digits), or give the sampled persons of these areas the code "
            "that the census uses for them."
        )
        problem = "Areas of the survey are absent from the census"
        raise InputError(Problem(problem, where, remedy, len(absent), absent))
