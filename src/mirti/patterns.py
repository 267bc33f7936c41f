"""Distinct rows: columns folded into 64-bit keys, keys told apart by hashing, because few are distinct."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mirti.tables import Codes, Index, Ints

_LIMIT = 2**62


def distinct(codes: Codes) -> tuple[Codes, Index]:
    """Distinct rows of codes (m, k), in order, and the position (m,) of each row among them."""
    if not len(codes):
        return codes, np.zeros(0, dtype=np.int32)
    rows, position = distinct_keys(fold(list(codes.T)))
    return codes[rows], position


def distinct_keys(keys: Sequence[Ints]) -> tuple[Ints, Index]:
    """A row of each distinct combination of keys, (m,) each, in their order, and the position (m,) of each row's."""
    _, position = _ranked(keys[0])
    for key in keys[1:]:
        values, at = _ranked(key)
        _, position = _ranked(position.astype(np.int64) * len(values) + at)
    return row_of_each(position), position


def row_of_each(position: Index) -> Ints:
    """A row of each position; 0 for a position below the largest that no row has."""
    rows = np.zeros(int(position.max(initial=-1)) + 1, dtype=np.int64)
    rows[position] = np.arange(len(position))
    return rows


def fold(keys: Sequence[NDArray[np.integer]]) -> list[Ints]:
    """Fewer keys in the same order: neighbours share an integer as long as they fit it."""
    folded: list[Ints] = []
    room = 0
    for key in keys:
        low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
        span = high - low + 1
        wide = key.astype(np.int64)
        if folded and room >= span:
            wide -= low
            folded[-1] *= span
            folded[-1] += wide
            room //= span
        else:
            folded.append(wide)
            room = _LIMIT // (max(abs(low), abs(high)) + 1)
    return folded


def _ranked(key: Ints) -> tuple[Ints, Index]:
    """Sorted distinct values, and the position of each row's."""
    encoded = pa.array(key).dictionary_encode()
    values = encoded.dictionary.to_numpy()
    order = np.argsort(values)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return values[order], rank[encoded.indices.to_numpy()]
