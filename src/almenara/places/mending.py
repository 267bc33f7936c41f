"""The polygons of territories, level by level: refused with the list, or mended within a tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from almenara.common.errors import Fault, RefusedError
from almenara.places.polygons import AreaChange, Shapes, invalid, mend, overlaps
from almenara.places.records import TerritoryRecord

REPAIR = "Correct the file, or let --repair mend it and report each change of area."


def checked_records(records: Sequence[TerritoryRecord]) -> Sequence[TerritoryRecord]:
    """The records, if no polygon is invalid and none overlaps another of its level. Raises RefusedError."""
    faults: list[Fault] = []
    for level, shapes in _by_level(records).items():
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
    for shapes in _by_level(records).values():
        whole, changed = mend(shapes)
        mended |= whole
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


def _by_level(records: Sequence[TerritoryRecord]) -> dict[str, Shapes]:
    found: dict[str, Shapes] = {}
    for record in records:
        if record.geometry is not None:
            found.setdefault(record.tier or record.level, {})[record.code] = record.geometry
    return found


def _fault(what: str, items: Sequence[str]) -> Fault:
    return Fault(what, "polygons", REPAIR, tuple(items), len(items))
