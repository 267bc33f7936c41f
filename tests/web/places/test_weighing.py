"""Weights from shares or people: they make the whole, and what misses it by more than the tolerance is found."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almenara.places.records import LinkRecord
from almenara.places.weighing import not_the_whole, weighed, without_weight

people = st.lists(st.integers(0, 10**7), min_size=2, max_size=6).filter(any)


def split(parts: list[int], whole: float | None = None) -> list[LinkRecord]:
    return [
        LinkRecord("x", "split", date(2001, 1, 1), "A", f"s{i}", population=float(part), whole=whole)
        for i, part in enumerate(parts)
    ]


@given(people)
def test_weights_are_the_shares_of_the_people_and_make_the_whole(parts: list[int]) -> None:
    weights = [weight for _, weight in weighed(split(parts))]
    assert weights == pytest.approx([part / sum(parts) for part in parts])
    assert sum(weights) == pytest.approx(1, abs=1e-12)
    assert without_weight(split(parts)) == []


@given(people, st.floats(0, 0.05), st.floats(-0.1, 0.1))
def test_parts_are_the_whole_exactly_if_they_miss_it_by_no_more_than_the_tolerance(
    parts: list[int], tolerance: float, missed: float
) -> None:
    whole = sum(parts) * (1 + missed)
    allowed = tolerance * whole
    if abs(abs(sum(parts) - whole) - allowed) < 1e-6:
        return  # on the edge, where rounding decides
    assert bool(not_the_whole(split(parts, whole), tolerance)) == (abs(sum(parts) - whole) > allowed)


@given(people, st.floats(0.5, 2))
def test_shares_in_all_are_held_to_one(parts: list[int], factor: float) -> None:
    shares = [
        LinkRecord("x", "split", date(2001, 1, 1), "A", f"s{i}", weight=factor * part / sum(parts))
        for i, part in enumerate(parts)
    ]
    assert bool(not_the_whole(shares, 0.005)) == (abs(factor - 1) > 0.005 + 1e-9)
    assert sum(weight for _, weight in weighed(shares)) == pytest.approx(1, abs=1e-12)


def test_a_lone_successor_takes_all() -> None:
    lone = LinkRecord("x", "rename", date(2001, 1, 1), "A", "B")
    assert weighed([lone]) == [(lone, 1.0)]
    assert without_weight([lone]) == []
