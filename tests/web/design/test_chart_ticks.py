"""Axes with round marks, whatever they hold."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almenara.design.charts.ticks import Axis, Scale, axis_of

VALUES = st.lists(
    st.one_of(st.just(0.0), st.floats(1e-6, 1e9), st.floats(-1e9, -1e-6)), min_size=1, max_size=8
)
MOST = st.integers(2, 9)


def is_round(step: float) -> bool:
    return any(f"{step:.9e}".startswith(f"{digit}.000000000e") for digit in (1, 2, 5))


@settings(deadline=None)
@given(VALUES, MOST, st.booleans(), st.booleans())
def test_an_axis_holds_its_values_between_round_ends(
    values: list[float], most: int, from_zero: bool, whole: bool
) -> None:
    axis = axis_of(values, most=most, from_zero=from_zero, whole=whole)
    held = [*values, 0.0] if from_zero else values
    slack = axis.step * 1e-6
    assert axis.low - slack <= min(held)
    assert max(held) <= axis.high + slack
    assert is_round(axis.step)
    assert 1 <= axis.last - axis.first <= most
    assert not whole or axis.step >= 1


@settings(deadline=None)
@given(VALUES, MOST)
def test_no_finer_round_step_would_do(values: list[float], most: int) -> None:
    """The slow oracle: every step of 1, 2 or 5 times a power of ten below the one that was taken needs too many."""
    axis = axis_of(values, most=most)
    low, high = min(*values, 0.0), max(*values, 0.0)
    if low == high:
        return
    exponent = math.floor(math.log10(axis.step))
    finer = [d * 10.0**e for e in range(exponent - 2, exponent + 1) for d in (1, 2, 5)]
    for step in finer:
        if step < axis.step * (1 - 1e-9):
            assert math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9) > most


@settings(deadline=None)
@given(VALUES, MOST)
def test_ticks_are_evenly_spaced_multiples_of_the_step(values: list[float], most: int) -> None:
    ticks = axis_of(values, most=most).ticks
    step = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
    for position, tick in enumerate(ticks):
        assert tick == pytest.approx(ticks[0] + position * step, rel=1e-9, abs=step * 1e-6)
        assert tick / step == pytest.approx(round(tick / step), abs=1e-6)


def test_well_known_axes() -> None:
    assert axis_of([0.123, 0.187]).ticks == [0, 0.05, 0.1, 0.15, 0.2]
    assert axis_of([0.123, 0.187], from_zero=False).ticks == [0.12, 0.14, 0.16, 0.18, 0.2]
    assert axis_of([0.3]).ticks == [0, 0.1, 0.2, 0.3]  # and not 0.30000000000000004
    assert axis_of([-5, 12]).ticks == [-5, 0, 5, 10, 15]
    assert axis_of([1, 2], whole=True).ticks == [0, 1, 2]


@pytest.mark.parametrize(("values", "expected"), [([], (0, 1)), ([0.0], (0, 1)), ([0.0, 0.0], (0, 1))])
def test_an_axis_of_nothing_or_zeros_is_drawn_all_the_same(
    values: list[float], expected: tuple[float, float]
) -> None:
    axis = axis_of(values)
    assert (axis.low, axis.high) == pytest.approx(expected)


def test_an_axis_needs_two_steps() -> None:
    with pytest.raises(ValueError, match="two steps"):
        axis_of([1.0], most=1)


def test_a_scale_is_straight_in_both_directions() -> None:
    down = Scale(0.0, 10.0, 200.0, 0.0)
    assert [down(value) for value in (0, 5, 10)] == [200, 100, 0]
    assert Axis(-1, 2, 0.5).low == -0.5
