"""The polygons of territories, level by level: refused with the list, or mended within a tolerance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from almenara.common.errors import Fault, RefusedError
from almenara.places.closing import Gap, close, gaps
from almenara.places.polygons import AreaChange, Overlap, Shapes, changes, invalid, mend, overlaps
from almenara.places.records import TerritoryRecord

HAIR = 1e-6  # share of an area
REPAIR = "Correct the file, or let --repair mend it and report each change of area."


def checked_records(records: Sequence[TerritoryRecord]) -> Sequence[TerritoryRecord]:
    """The records, if no polygon is invalid, overlaps another of its level or leaves a hairline gap to it.

    Raises RefusedError with all that were found; gaps are looked for where the polygons are valid.
    """
    faults: list[Fault] = []
    for level, shapes in _by_level(records).items():
        broken, shared = invalid(shapes), [str(overlap) for overlap in overlaps(shapes)]
        if broken:
            faults.append(_fault(f"Polygons of level {level} are invalid.", broken))
        if shared:
            faults.append(_fault(f"Polygons of level {level} overlap.", shared))
        between = [] if broken else [str(gap) for gap in gaps(shapes)]
        if between:
            faults.append(_fault(f"Polygons of level {level} leave hairline gaps between them.", between))
    if faults:
        raise RefusedError(faults)
    return records


@dataclass(frozen=True)
class Repair:
    """What was wrong with the polygons, and what mending them changed."""

    invalid: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[Gap, ...] = ()
    changes: tuple[AreaChange, ...] = ()

    def __add__(self, other: Repair) -> Repair:
        return Repair(
            self.invalid + other.invalid,
            self.overlaps + other.overlaps,
            self.gaps + other.gaps,
            self.changes + other.changes,
        )


def mended_records(
    records: Sequence[TerritoryRecord], tolerance: float, accepted: Collection[str] = ()
) -> tuple[list[TerritoryRecord], Repair]:
    """The records with polygons that form a coverage, level by level, and all that was wrong and changed.

    accepted: codes whose area may change by more than the tolerance. Raises RefusedError if another's does.
    """
    mended: Shapes = {}
    repair = Repair()
    for shapes in _by_level(records).values():
        apart, _ = mend(shapes)
        whole = close(apart)
        mended |= whole
        repair += Repair(
            tuple(invalid(shapes)), tuple(overlaps(shapes)), tuple(gaps(apart)), _told(changes(shapes, whole))
        )
    _check_tolerance([change for change in repair.changes if change.code not in accepted], tolerance)
    return [replace(record, geometry=mended.get(record.code)) for record in records], repair


def _told(found: Sequence[AreaChange]) -> tuple[AreaChange, ...]:
    """Those that are more than the matching of borders by a hair."""
    return tuple(change for change in found if change.share > HAIR)


def _check_tolerance(changes: Sequence[AreaChange], tolerance: float) -> None:
    beyond = [str(change) for change in changes if change.share > tolerance]
    if beyond:
        raise RefusedError(
            Fault(
                f"Mending would change areas by more than {tolerance:.2%}.",
                "polygons",
                "Correct these polygons, or accept the change of each with --accept CODE, of all with --tolerance.",
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
