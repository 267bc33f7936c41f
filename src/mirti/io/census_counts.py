"""The query over a whole census: children by area, age × sex and pattern."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from mirti.io.areas import encode
from mirti.io.census_rows import Children, sum_persons
from mirti.io.collapse import OFFSET, chunks, key_columns, sizes, unpack
from mirti.io.missing import Counts, merge
from mirti.patterns import distinct_keys
from mirti.tables import Codes, Covariate, Index, Ints


def count_children(children: Children, covariates: Sequence[Covariate]) -> Counts:
    """Children by area, pattern and stratum, in that order; codes may be missing (-1) or unknown (-2).

    Age × sex is always told apart: missing values are spread within it and projections given by it, and as covariates
    nearly always hold age and sex, it adds few groups.
    """
    table, strata = children.table, children.strata.number
    radices = (*sizes(covariates), strata + OFFSET)
    digits = [*(table[f"x{j}"] for j in range(len(covariates))), children.stratum]
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
