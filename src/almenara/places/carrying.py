"""Series carried over changes of territories, weighted by where the people went.

A change is what happens on one day: links from predecessors to successors, each with the share of the predecessor's
people who live in the successor from then on; a predecessor's shares add up to 1. A territory that no link of the
change starts from stays as it is. A successor that is no predecessor of the same change is new.

With w[p, s] the share of p that goes to s, and n the people:
    a count      C'[s] = Σp w[p, s] C[p]
    a rate       r'[s] = Σp w[p, s] n[p] r[p] / Σp w[p, s] n[p]
    backwards    v[s, p] = w[p, s] n[p] / Σq w[q, s] n[q], the share of s that came from p

The weights are those of all people. That a count of children, or a rate, is spread over the parts of a territory as its
people are is an assumption, and what is carried over is said to be so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

EXACT = 1e-9
Series = dict[str, float | None]


@dataclass(frozen=True)
class Link:
    """weight: the share, 0 to 1, of the predecessor that goes to the successor."""

    predecessor: str
    successor: str
    weight: float


Change = Sequence[Link]


def carry_counts(counts: Mapping[str, float | None], changes: Iterable[Change]) -> Series:
    """Counts of the territories after the changes, which are given in the order in which they happened.

    None is a count that is not known: that of every successor of a territory whose count is missing or None, unless
    none of its people went there. Raises ValueError where a predecessor's shares do not add up to 1.
    """
    carried = dict(counts)
    for change in changes:
        carried = _carry(carried, change)
    return carried


def carry_rates(
    rates: Mapping[str, float | None], persons: Mapping[str, float], changes: Sequence[Change]
) -> Series:
    """Rates of the territories after the changes: means of the predecessors', weighted by who came from each.

    persons: the rates' denominators, in the same territories. A rate of nobody is None, and so is one of which a part
    is not known. Raises ValueError as carry_counts does.
    """
    events = {code: _times(rate, persons.get(code)) for code, rate in rates.items()}
    numerators, denominators = carry_counts(events, changes), carry_counts(persons, changes)
    return {code: _over(events, denominators.get(code)) for code, events in numerators.items()}


def _times(rate: float | None, persons: float | None) -> float | None:
    return None if rate is None or persons is None else rate * persons


def _over(events: float | None, persons: float | None) -> float | None:
    return None if events is None or not persons else events / persons


def backwards(persons: Mapping[str, float], changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes that lead back: with them, what is known of the territories of today is carried to those of before.

    persons: people of the territories before the first change. A successor of nobody goes back in equal shares. Raises
    ValueError as carry_counts does, and where the people of a predecessor are not known.
    """
    back: list[Change] = []
    people: Series = dict(persons)
    for change in changes:
        back.insert(0, _turned(change, people))
        people = _carry(people, change)
    return tuple(back)


def _turned(change: Change, people: Series) -> Change:
    unknown = sorted({link.predecessor for link in change if people.get(link.predecessor) is None})
    if unknown:
        raise ValueError(f"the people of {', '.join(unknown)} are not known")
    origins: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for link in change:
        origins[link.successor].append((link.predecessor, link.weight * (people[link.predecessor] or 0.0)))
    return [
        Link(successor, predecessor, part / whole if whole else 1 / len(parts))
        for successor, parts in origins.items()
        for whole in [sum(part for _, part in parts)]
        for predecessor, part in parts
    ]


def _carry(counts: Mapping[str, float | None], change: Change) -> Series:
    _check_shares(change)
    leaving = {link.predecessor for link in change}
    carried: Series = {code: count for code, count in counts.items() if code not in leaving}
    for link in change:
        part = _times(link.weight, counts.get(link.predecessor)) if link.weight else 0.0
        before = carried.get(link.successor, 0.0)
        carried[link.successor] = None if part is None or before is None else before + part
    return carried


def _check_shares(change: Change) -> None:
    wrong = [code for code, total in totals(change).items() if abs(total - 1) > EXACT]
    if wrong:
        raise ValueError(f"the shares of {', '.join(sorted(wrong))} do not add up to 1")


def totals(change: Iterable[Link]) -> dict[str, float]:
    """The sum of the shares of each predecessor."""
    found: dict[str, float] = defaultdict(float)
    for link in change:
        found[link.predecessor] += link.weight
    return dict(found)
