"""A census cut into blocks of whole areas, so that what is held at a time does not grow with the country.

A block costs little where the files are written area by area, as censuses mostly are: the database leaves out the row
groups whose range of areas lies outside it. Where they are not, cutting would read everything again for every block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mirti.tables import Floats, Ints

CHILDREN = 8_000_000  # of a block, unless one area holds more
READ_TWICE = 0.25  # of the rows, at most: else the census stays whole


@dataclass(frozen=True)
class RowGroups:
    """Row groups of Parquet files: each one's rows, and the lowest and highest value of an integer column, (g,)."""

    rows: Ints
    lowest: Ints
    highest: Ints

    def across(self, cuts: Ints) -> Ints:
        """Rows of the groups that hold values up to each cut (c,) and values above it."""
        return _up_to(cuts, self.lowest, self.rows) - _up_to(cuts, self.highest, self.rows)


def _up_to(cuts: Ints, values: Ints, rows: Ints) -> Ints:
    order = np.argsort(values)
    running = np.concatenate([[0], np.cumsum(rows[order])])
    return np.asarray(running[np.searchsorted(values[order], cuts, side="right")], dtype=np.int64)


def row_groups(paths: Sequence[Path], column: str) -> RowGroups | None:
    """None if the files do not tell the range of the column for every row group, as whole numbers."""
    found = [_range(group, column) for path in paths for group in _groups(path)]
    if any(one is None for one in found):
        return None
    return RowGroups(*np.array(found, dtype=np.int64).reshape(-1, 3).T)


def _groups(path: Path) -> Iterator[pq.RowGroupMetaData]:
    metadata = pq.read_metadata(path)
    return (metadata.row_group(number) for number in range(metadata.num_row_groups))


def _range(group: pq.RowGroupMetaData, column: str) -> tuple[int, int, int] | None:
    for number in range(group.num_columns):
        chunk = group.column(number)
        if chunk.path_in_schema == column:
            known = chunk.statistics
            whole = known is not None and known.has_min_max and isinstance(known.min, int)
            return (group.num_rows, known.min, known.max) if whole else None
    return None


def last_of_blocks(values: Ints, children: Floats, groups: RowGroups, most: float = CHILDREN) -> Ints:
    """The last area of each block but the last, as its value; empty if the census is better read whole.

    values: (A,) the areas' codes in the column, ascending; children: (A,) of each. A block is cut, once it is half
    full, where the fewest rows have to be read twice.
    """
    held, twice = np.cumsum(children), groups.across(values)
    cuts: list[int] = []
    start = 0.0
    while held[-1] - start > most:
        at = _best(held - start, twice, most)
        if at == len(values) - 1:
            break
        cuts.append(at)
        start = float(held[at])
    if twice[cuts].sum() > READ_TWICE * groups.rows.sum():
        cuts = []
    return values[cuts]


def _best(held: Floats, twice: Ints, most: float) -> int:
    """The cut of a block that starts where held does: between half and full, or after the area that overfills it."""
    possible: NDArray[np.intp] = np.flatnonzero((held > most / 2) & (held <= most))
    if not len(possible):
        return int(np.searchsorted(held, most))
    return int(possible[::-1][np.argmin(twice[possible[::-1]])])
