"""Small counts of people stay in the house, and nothing published gives them back."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mirti.disclosure import is_small, withhold_small

LEVELS = 2


def withheld(areas: list[list[float]], groups: list[int], domains: int):
    return withhold_small(np.array(areas, dtype=float), np.array(groups, dtype=np.int32), domains)


def test_counts_from_one_to_five_are_small() -> None:
    assert is_small(np.array([0, 0.4, 0.5, 1, 5, 5.4, 5.5, 6, np.nan])).tolist() == [
        False, False, True, True, True, True, False, False, False,
    ]  # fmt: skip


def test_nothing_is_withheld_where_every_count_is_large_or_nought() -> None:
    found = withheld([[50, 0], [80, 20]], [0, 0], 1)
    assert not found.areas.any()
    assert not found.domains.any()
    assert not found.nation


def test_one_small_area_takes_the_smallest_of_its_department_with_it() -> None:
    found = withheld([[50, 3], [80, 20], [10, 30], [500, 600], [400, 700]], [0, 0, 0, 1, 1], 2)
    assert found.areas.tolist() == [True, False, True, False, False]
    assert not found.domains.any()


def test_two_small_areas_whose_sum_is_small_need_a_third() -> None:
    found = withheld([[50, 2], [60, 2], [90, 30], [80, 40], [800, 700], [900, 600]], [0, 0, 0, 0, 1, 1], 2)
    assert found.areas.tolist() == [True, True, True, False, False, False]


def test_a_department_of_one_small_area_is_withheld_with_another_department() -> None:
    found = withheld([[50, 3], [80, 20], [90, 30], [500, 600], [400, 700]], [0, 1, 1, 2, 2], 3)
    assert found.domains.tolist() == [True, True, False]
    assert found.areas.tolist() == [True, True, True, False, False]
    assert not found.nation


def test_a_country_of_one_small_area_says_nothing() -> None:
    found = withheld([[50, 3]], [0], 1)
    assert found.nation
    assert found.domains.all()
    assert found.areas.all()


def test_an_unknown_area_leaves_its_department_unknown_and_nothing_to_subtract_from() -> None:
    found = withheld([[np.nan], [3.0], [80.0]], [0, 0, 0], 1)
    assert found.areas.tolist() == [False, True, False]


counts = st.one_of(st.integers(0, 8), st.integers(0, 400))
countries = st.lists(st.lists(st.tuples(counts, counts), min_size=1, max_size=5), min_size=1, max_size=4)


@settings(max_examples=200, deadline=None)
@given(countries)
def test_no_published_total_less_its_published_parts_is_small(country: list[list[tuple[int, int]]]) -> None:
    """The attack itself: subtract what is published from what is published, at both tiers."""
    areas = np.array([area for department in country for area in department], dtype=float)
    groups = np.array([d for d, department in enumerate(country) for _ in department], dtype=np.int32)
    found = withhold_small(areas, groups, len(country))
    assert not is_small(areas[~found.areas]).any()
    totals = np.array([areas[groups == d].sum(axis=0) for d in range(len(country))])
    for d in np.flatnonzero(~found.domains):
        hidden = found.areas & (groups == d)
        assert not is_small(totals[d] - areas[(groups == d) & ~hidden].sum(axis=0)).any()
        assert hidden.sum() != 1
    # A withheld department is not the sum of published areas.
    for d in np.flatnonzero(found.domains):
        assert found.areas[groups == d].any()
    if not found.nation:
        assert not is_small(totals.sum(axis=0) - totals[~found.domains].sum(axis=0)).any()
        assert found.domains.sum() != 1


def test_a_count_and_the_same_count_from_its_share_fall_on_one_side() -> None:
    """A projection spread over patterns gave 5.5 children of 117; its share, as stored, gives a hair less."""
    share = 0.047008547008546994
    assert 117 * share < 5.5
    assert list(is_small(np.array([5.5, 117 * share]))) == [False, False]
