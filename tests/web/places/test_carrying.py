"""Series carried over splits, mergers and transfers: against a slow reading of every path, and by identities."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almenara.places.carrying import Change, Link, backwards, carry_counts, carry_rates

SPLIT = [Link("A", "A", 0.75), Link("A", "B", 0.25)]
MERGER = [Link("A", "A", 1), Link("B", "A", 1)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, float], list[Change]]:
    """Territories with their people, and changes that split, merge and move them about."""
    codes = [f"t{i}" for i in range(draw(st.integers(1, 5)))]
    people = {code: float(draw(st.integers(0, 10_000))) for code in codes}
    changes, alive = [], list(codes)
    for number in range(draw(st.integers(0, 4))):
        changed = draw(st.lists(st.sampled_from(alive), min_size=1, unique=True))
        after = [*changed, *(f"n{number}.{i}" for i in range(draw(st.integers(1, 3))))]
        change = [link for code in changed for link in draw(links_of(code, after))]
        changes.append(change)
        alive = sorted({*alive} - {*changed} | {link.successor for link in change})
    return people, changes


@st.composite
def links_of(draw: st.DrawFn, code: str, after: list[str]) -> list[Link]:
    successors = draw(st.lists(st.sampled_from(after), min_size=1, max_size=4, unique=True))
    parts = [draw(st.integers(1, 20)) for _ in successors]
    return [Link(code, to, part / sum(parts)) for to, part in zip(successors, parts, strict=True)]


def paths(code: str, changes: list[Change]) -> Iterator[tuple[str, Fraction]]:
    """Where a territory's people end up, by following each of them: end and share."""
    if not changes:
        yield code, Fraction(1)
        return
    leaving = [link for link in changes[0] if link.predecessor == code] or [Link(code, code, 1)]
    for link in leaving:
        for end, share in paths(link.successor, changes[1:]):
            yield end, share * Fraction(link.weight)


def slow_counts(counts: dict[str, float], changes: list[Change]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for code, count in counts.items():
        for end, share in paths(code, changes):
            found[end] = found.get(end, Fraction(0)) + share * Fraction(count)
    return found


@given(histories())
def test_counts_are_as_if_every_path_were_followed(history: tuple[dict[str, float], list[Change]]) -> None:
    people, changes = history
    slow = slow_counts(people, changes)
    assert carry_counts(people, changes) == pytest.approx({code: float(n) for code, n in slow.items()})


@given(histories())
def test_nobody_is_lost_and_nobody_added(history: tuple[dict[str, float], list[Change]]) -> None:
    people, changes = history
    assert sum(n or 0 for n in carry_counts(people, changes).values()) == pytest.approx(sum(people.values()))


@given(histories(), st.data())
def test_rates_are_the_events_over_the_people(
    history: tuple[dict[str, float], list[Change]], data: st.DataObject
) -> None:
    people, changes = history
    rates = {code: data.draw(st.floats(0, 1, allow_subnormal=False)) for code in people}
    events = slow_counts({code: rates[code] * n for code, n in people.items()}, changes)
    persons = slow_counts(people, changes)
    wanted = {code: float(events[code] / n) if n else None for code, n in persons.items()}
    carried = carry_rates(rates, people, changes)
    assert carried == pytest.approx(wanted)
    known = [rate for rate in carried.values() if rate is not None]
    assert all(min(rates.values()) - 1e-9 <= rate <= max(rates.values()) + 1e-9 for rate in known)


@given(histories(), st.floats(0, 1))
def test_a_rate_that_is_the_same_everywhere_stays_so(
    history: tuple[dict[str, float], list[Change]], rate: float
) -> None:
    people, changes = history
    carried = carry_rates(dict.fromkeys(people, rate), people, changes)
    assert [r for r in carried.values() if r is not None] == pytest.approx(
        [rate] * sum(r is not None for r in carried.values())
    )


@given(histories())
def test_people_carried_forth_and_back_are_where_they_were(
    history: tuple[dict[str, float], list[Change]],
) -> None:
    people, changes = history
    back = carry_counts(carry_counts(people, changes), backwards(people, changes))
    assert back == pytest.approx(people)


def test_a_split_a_merger_and_the_way_back_by_hand() -> None:
    assert carry_counts({"A": 400.0, "C": 7.0}, [SPLIT]) == {"A": 300.0, "B": 100.0, "C": 7.0}
    assert carry_counts({"A": 300.0, "B": 100.0}, [MERGER]) == {"A": 400.0}
    rates, people = {"A": 0.1, "B": 0.5}, {"A": 300.0, "B": 100.0}
    assert carry_rates(rates, people, [MERGER]) == pytest.approx({"A": 0.2})
    assert carry_counts({"A": 80.0}, backwards(people, [MERGER])) == {"A": 60.0, "B": 20.0}


def test_what_is_not_known_stays_unknown_where_it_went_and_only_there() -> None:
    change = [*SPLIT, Link("C", "C", 1), Link("D", "C", 1)]
    carried = carry_counts({"A": 8.0, "C": 5.0, "D": None, "E": None, "F": 1.0}, [change])
    assert carried == {"A": 6.0, "B": 2.0, "C": None, "E": None, "F": 1.0}
    assert carry_counts({"B": 1.0}, [MERGER]) == {"A": None}
    assert carry_counts({"A": 1.0}, [[*MERGER[:1], Link("B", "A", 0), Link("B", "C", 1)]]) == {
        "A": 1.0,
        "C": None,
    }


def test_a_rate_without_its_people_is_not_known() -> None:
    assert carry_rates({"A": 0.5, "B": 0.5}, {"A": 10.0}, []) == {"A": 0.5, "B": None}
    assert carry_rates({"A": 0.5}, {"A": 0.0}, [SPLIT]) == {"A": None, "B": None}


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="the shares of A do not add up to 1"):
        carry_counts({"A": 1.0}, [[Link("A", "B", 0.5), Link("A", "C", 0.4)]])


def test_there_is_no_way_back_without_the_people() -> None:
    with pytest.raises(ValueError, match="the people of B are not known"):
        backwards({"A": 1.0}, [MERGER])
