"""Boundaries of the territories above, up to the country, dissolved from those of the territories below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import shapely

from almenara.places.ladder import PLAIN, Ladder
from almenara.places.records import TerritoryRecord


def with_dissolved(records: Sequence[TerritoryRecord], ladder: Ladder = PLAIN) -> list[TerritoryRecord]:
    """The records, those with others below them given a boundary if they came without.

    A municipality that hangs from the country directly counts for the country.
    """
    found = list(records)
    for depth in sorted({ladder.depth(record) for record in records}, reverse=True):
        below: dict[str, list[shapely.Geometry]] = {}
        for record in found:
            if record.parent is not None and record.geometry is not None:
                below.setdefault(record.parent, []).append(record.geometry)
        found = [_dissolved(record, below) if ladder.depth(record) == depth else record for record in found]
    return found


def _dissolved(record: TerritoryRecord, below: dict[str, list[shapely.Geometry]]) -> TerritoryRecord:
    if record.geometry is not None or record.code not in below:
        return record
    return replace(record, geometry=union(below[record.code]))


def union(parts: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """The whole that the parts make up, with the hairline gaps between neighbours left as they are."""
    return shapely.union_all(shapely.make_valid(list(parts)))
