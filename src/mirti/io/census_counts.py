"""The two queries over a whole census: children by area and pattern, and who can stand in for a missing value."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from mirti.io.census_rows import Children
from mirti.io.collapse import MISSING, OFFSET, key_columns, sizes, unpack
from mirti.io.missing import Counts, Donors
from mirti.tables import Covariate, Index

_DONOR = 2**16  # an int16 code fits below it


def count_children(
    children: Children, covariates: Sequence[Covariate], spreadable: Sequence[int], *, carry: bool
) -> tuple[list[Any], Counts]:
    """Raw areas, and children by position in them, stratum and pattern, in no order; codes may be unknown (-2).

    The stratum is told apart where `carry` asks for it, or where one of the covariates `spreadable` is missing: those
    rows will take the distribution of their stratum. Elsewhere it is 0, which keeps the result small.
    """
    table = children.table
    stratum = _stratum(children, spreadable, carry=carry)
    radices = (children.strata.number + OFFSET, *sizes(covariates))
    keys = key_columns([stratum, *(table[f"x{j}"] for j in range(len(covariates)))], radices)
    counted = table.group_by(area=table["person_area"], **keys).agg(n=_persons(table)).to_pyarrow()
    raw, area = _encode(counted["area"])
    codes = unpack([counted[key].to_numpy() for key in keys], radices)
    n = counted["n"].to_numpy().astype(np.float64)
    counts = Counts(area, codes[:, 0].astype(np.int32), codes[:, 1:], n)
    return raw, counts.take(n > 0) if (n == 0).any() else counts


def query_donors(
    children: Children, spreadable: Sequence[int], positions: dict[Any, int]
) -> dict[int, Donors]:
    """Children by area, stratum and known code of each of the covariates, in one scan."""
    table = children.table
    codes = [(table[f"x{j}"].cast("int32") + j * _DONOR).nullif(j * _DONOR + MISSING) for j in spreadable]
    one = table.select(
        area=table["person_area"],
        stratum=children.stratum,
        persons=table["persons"],
        donor=ibis.array(codes).unnest(),
    )
    known = one.filter(one["donor"].notnull())
    counted = known.group_by("area", "stratum", "donor").agg(n=_persons(known)).to_pyarrow()
    raw, area = _encode(counted["area"])
    area = np.array([positions[one] for one in raw], dtype=np.int32)[area]
    stratum, donor = counted["stratum"].to_numpy().astype(np.int32), counted["donor"].to_numpy()
    n = counted["n"].to_numpy().astype(np.float64)
    found = {}
    for j in spreadable:
        its = donor // _DONOR == j
        found[j] = Donors(area[its], stratum[its], (donor[its] % _DONOR).astype(np.int32), n[its])
    return found


def _stratum(children: Children, spreadable: Sequence[int], *, carry: bool) -> ibis.Value:
    if carry:
        return children.stratum
    if not spreadable:
        return ibis.literal(0, "int64")
    incomplete = reduce(operator.or_, [children.table[f"x{j}"] == MISSING for j in spreadable])
    return incomplete.ifelse(children.stratum, 0)


def _persons(table: ibis.Table) -> ibis.Value:
    """The number of children: counted as integers, whose sums have no order."""
    return table["persons"].cast("int64").sum().cast("int64")


def _encode(areas: pa.ChunkedArray) -> tuple[list[Any], Index]:
    encoded = areas.combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int32)
