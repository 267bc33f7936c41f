"""Weights of changes: taken or reckoned from the people who went, and held to the whole that they must add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from almenara.places.carrying import EXACT
from almenara.places.records import LinkRecord

TOLERANCE = 0.005  # of the whole: parts are rounded to persons, shares to some digits


def by_predecessor(records: Iterable[LinkRecord]) -> list[list[LinkRecord]]:
    """Lines of the same change and predecessor."""
    groups: dict[tuple[str, str], list[LinkRecord]] = defaultdict(list)
    for record in records:
        groups[record.change, record.predecessor].append(record)
    return list(groups.values())


def weighed(records: Iterable[LinkRecord]) -> list[tuple[LinkRecord, float]]:
    """The records, each with its weight, a predecessor's adding up to exactly 1. They must be without faults."""
    found: list[tuple[LinkRecord, float]] = []
    for group in by_predecessor(records):
        parts = _parts(group)
        found += [(record, part / sum(parts)) for record, part in zip(group, parts, strict=True)]
    return found


def _parts(group: Sequence[LinkRecord]) -> list[float]:
    weights = [record.weight for record in group if record.weight is not None]
    if len(weights) == len(group):
        return weights
    if len(group) == 1:
        return [1.0]
    return [record.population or 0.0 for record in group]


def without_weight(records: Iterable[LinkRecord]) -> list[str]:
    """Predecessors of several successors for whom neither all weights nor all populations are given, or nobody went."""
    return [
        _called(group)
        for group in by_predecessor(records)
        if len(group) > 1
        and any(record.weight is None for record in group)
        and (any(record.population is None for record in group) or not sum(_parts(group)))
    ]


def not_the_whole(records: Iterable[LinkRecord], tolerance: float) -> list[str]:
    """Predecessors whose parts do not add up to them, shares to 1 and people to those there were; by how much."""
    found = []
    for group in by_predecessor(records):
        weights = [record.weight for record in group]
        if all(weight is not None for weight in weights):
            total = sum(weight or 0.0 for weight in weights)
            if abs(total - 1) > tolerance + EXACT:
                found.append(f"{_called(group)}: shares of {total:.6g} in all")
        found += [*_people_that_miss(group, tolerance), *_shares_that_differ(group, tolerance)]
    return found


def _people_that_miss(group: Sequence[LinkRecord], tolerance: float) -> list[str]:
    people = [record.population for record in group if record.population is not None]
    wholes = {record.whole for record in group if record.whole is not None}
    if len(people) < len(group) or not wholes:
        return []
    if len(wholes) > 1:
        return [f"{_called(group)}: several populations, {', '.join(f'{n:,.0f}' for n in sorted(wholes))}"]
    [whole], total = wholes, sum(people)
    if abs(total - whole) <= tolerance * whole + EXACT:
        return []
    return [f"{_called(group)}: {total:,.0f} people in its parts, {whole:,.0f} in the whole"]


def _shares_that_differ(group: Sequence[LinkRecord], tolerance: float) -> list[str]:
    """Where shares and people are both given, they say the same."""
    total = sum(record.population or 0.0 for record in group)
    return [
        f"{_called(group)}: a share of {record.weight:.6g} to {record.successor}, and {record.population / total:.6g} "
        "by the people"
        for record in group
        if record.weight is not None and record.population is not None and total
        if len(group) > 1 and abs(record.weight - record.population / total) > tolerance + EXACT
    ]


def _called(group: Sequence[LinkRecord]) -> str:
    return f"{group[0].predecessor} in {group[0].change}"
