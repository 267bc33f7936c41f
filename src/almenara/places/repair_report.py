"""What was wrong with polygons and what mending changed: a table for the source's keeper, sentences for the console."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from almenara.places.mending import Repair

HEADER = ("finding", "territories", "reason", "km2", "km2_before", "km2_after", "share")
M2 = 1e-6  # km²
Line = tuple[str, str, str, str, str, str, str]


def write_report(path: Path, repair: Repair) -> None:
    """CSV, a line a finding: invalid, overlap, gap, changed. Areas in km² on the sphere."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *_lines(repair)])


def _lines(repair: Repair) -> Iterator[Line]:
    for text in repair.invalid:
        code, _, reason = text.partition(": ")
        yield ("invalid", code, reason, "", "", "", "")
    for overlap in repair.overlaps:
        yield ("overlap", f"{overlap.first} {overlap.second}", "", f"{overlap.km2:.6g}", "", "", "")
    for gap in repair.gaps:
        yield ("gap", " ".join(gap.near), "", f"{gap.km2:.6g}", "", "", "")
    for change in repair.changes:
        areas = (f"{change.before_km2:.6f}", f"{change.after_km2:.6f}", f"{change.share:.6f}")
        yield ("changed", change.code, "", "", *areas)


def summary(repair: Repair) -> list[str]:
    """Whole sentences; none of what was not found."""
    above = sum(overlap.km2 > M2 for overlap in repair.overlaps)
    held = sum(overlap.km2 for overlap in repair.overlaps)
    closed = sum(gap.km2 for gap in repair.gaps)
    said = (
        (repair.invalid, f"Invalid polygons: {len(repair.invalid)}."),
        (
            repair.overlaps,
            f"Pairs that overlap, however little: {len(repair.overlaps)}; by more than 1 m²: {above}; "
            f"together {held:.4g} km², given to the smaller of the two.",
        ),
        (repair.gaps, f"Hairline gaps closed: {len(repair.gaps)}, together {closed:.4g} km²."),
        (repair.changes, f"Areas changed by more than a millionth: {len(repair.changes)}."),
    )
    return [sentence for found, sentence in said if found]
