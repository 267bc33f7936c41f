"""The query over a whole census: children by area, age × sex and pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import ibis
import numpy as np
import pyarrow as pa

from mirti.io.areas import encode
from mirti.io.blocks import CHILDREN, last_of_blocks, row_groups
from mirti.io.census_rows import Children, sum_persons
from mirti.io.collapse import OFFSET, chunks, key_columns, sizes, unpack
from mirti.io.missing import Counts, merge
from mirti.patterns import distinct_keys
from mirti.tables import Codes, Covariate, Index, Ints


def count_children(children: Children, covariates: Sequence[Covariate]) -> list[Counts]:
    """Children by area, pattern and stratum, in that order; codes may be missing (-1) or unknown (-2).

    Age × sex is always told apart: missing values are spread within it and projections given by it, and as covariates
    nearly always hold age and sex, it adds few groups. A large census comes in parts of whole areas, narrow while they
    wait for each other.
    """
    return [_count(children, rows, covariates).narrow() for rows in _blocks(children)]


def _blocks(children: Children) -> Iterator[ibis.Table]:
    """The census's rows, by whole areas in their order; all at once where that costs less."""
    ends = _ends(children)
    area = children.rows["person_area"]
    if not ends:
        yield children.rows
        return
    for first, last in pairwise([None, *ends, None]):
        chosen = [] if first is None else [area > first]
        chosen += [] if last is None else [area <= last]
        yield children.rows.filter(*chosen)


def _ends(children: Children) -> list[int]:
    """The last area's raw value of each block but the last; none where several values are one area."""
    if children.area_column is None or children.counted.sum() <= CHILDREN:
        return []
    if len(children.raw_areas) > len(children.areas):
        return []
    raw = np.array(children.raw_areas, dtype=np.int64)
    order = np.argsort(raw)
    groups = row_groups(children.paths, children.area_column)
    if groups is None:
        return []
    by_area = children.counted.sum(axis=1)[children.positions[order]]
    return [int(last) for last in last_of_blocks(raw[order], by_area, groups)]


def _count(children: Children, rows: ibis.Table, covariates: Sequence[Covariate]) -> Counts:
    table, strata = children.code(rows), children.strata.number
    radices = (*sizes(covariates), strata + OFFSET)
    digits = [*(table[f"x{j}"] for j in range(len(covariates))), children.stratum(table)]
    keys = key_columns(digits, radices)
    keyed = table.select("person_area", *(["persons"] if children.persons else []), **keys)
    counted = keyed.group_by(["person_area", *keys]).agg(n=lambda rows: sum_persons(rows, children.persons))
    read = counted.to_pyarrow()
    packed, stratum = _split([read[key].to_numpy() for key in keys], radices)
    patterns, pattern = _patterns(packed, radices[:-1])
    n = read["n"].to_numpy().astype(np.float64)
    return merge(Counts(_area(children, read["person_area"]), stratum, pattern, n, patterns), strata=True)


def _split(keys: Sequence[Ints], radices: Sequence[int]) -> tuple[list[Ints], Index]:
    """The keys of the patterns, and the last digit, which is the stratum."""
    *others, last = keys
    rest = last // radices[-1]
    stratum = (last - rest * radices[-1] - OFFSET).astype(np.int32)
    alone = len(chunks(radices)) > len(chunks(radices[:-1]))
    return (others if alone else [*others, rest]), stratum


def _patterns(keys: Sequence[Ints], radices: Sequence[int]) -> tuple[Codes, Index]:
    """The distinct patterns in the order of their codes, and the position of each row's."""
    rows, position = distinct_keys(keys)
    return unpack([key[rows] for key in keys], radices), position


def _area(children: Children, column: pa.ChunkedArray) -> Index:
    raw, position = encode(column)
    return np.asarray(children.area_positions(raw)[position], dtype=np.int32)
