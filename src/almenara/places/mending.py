"""The polygons of territories, level by level: refused with the list, or mended within a tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from almenara.common.errors import Fault, RefusedError
from almenara.places.models import Level
from almenara.places.polygons import AreaChange, Shapes, invalid, mend, overlaps
from almenara.places.records import TerritoryRecord

REPAIR = "Correct the file, or let --repair mend it and report each change of area."


def checked_records(records: Sequence[TerritoryRecord]) -> Sequence[TerritoryRecord]:
    """The records, if no polygon is invalid and none overlaps another of its level. Raises RefusedError."""
    faults: list[Fault] = []
    for level in Level:
        shapes = _shapes(records, level)
        broken, shared = invalid(shapes), [str(overlap) for overlap in overlaps(shapes)]
        if broken:
            faults.append(_fault(f"Polygons of level {level} are invalid.", broken))
        if shared:
            faults.append(_fault(f"Polygons of level {level} overlap.", shared))
    if faults:
        raise RefusedError(faults)
    return records


def mended_records(
    records: Sequence[TerritoryRecord], tolerance: float
) -> tuple[list[TerritoryRecord], list[AreaChange]]:
    """The records with mended polygons, and what changed. Raises RefusedError if an area changes by more."""
    mended: Shapes = {}
    changes: list[AreaChange] = []
    for level in Level:
        shapes, changed = mend(_shapes(records, level))
        mended |= shapes
        changes += changed
    _check_tolerance(changes, tolerance)
    return [replace(record, geometry=mended.get(record.code)) for record in records], changes


def _check_tolerance(changes: Sequence[AreaChange], tolerance: float) -> None:
    beyond = [str(change) for change in changes if change.share > tolerance]
    if beyond:
        raise RefusedError(
            Fault(
                f"Mending would change areas by more than {tolerance:.2%}.",
                "polygons",
                "Correct these polygons, or accept a larger change with --tolerance.",
                tuple(beyond),
                len(beyond),
            )
        )


def _shapes(records: Sequence[TerritoryRecord], level: str) -> Shapes:
    return {
        record.code: record.geometry
        for record in records
        if record.level == level and record.geometry is not None
    }


def _fault(what: str, items: Sequence[str]) -> Fault:
    return Fault(what, "polygons", REPAIR, tuple(items), len(items))
