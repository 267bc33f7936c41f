"""The survey's first stage: probabilities that are met, strata that are served, half of the areas missed."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.simulate.plan import plan_country
from mirti.simulate.sampling import LEAST, Frame, allocation, draw_units, inclusion_probabilities


@pytest.fixture(scope="module")
def frame() -> Frame:
    rng = np.random.default_rng(2)
    stratum = np.sort(rng.integers(0, 4, 120)).astype(np.int32)
    return Frame(stratum, rng.integers(0, 40, 120).astype(np.int32), rng.integers(10, 60, 120))


def test_probabilities_sum_to_the_allocation(frame: Frame) -> None:
    units = allocation(frame, 0.3)
    probability = inclusion_probabilities(frame, units)
    assert np.bincount(frame.stratum, probability) == pytest.approx(units)
    assert probability.min() > 0


def test_units_too_large_are_certain_and_the_others_stay_proportional() -> None:
    frame = Frame(np.zeros(5, np.int32), np.arange(5, dtype=np.int32), np.array([1000, 10, 20, 30, 40]))
    probability = inclusion_probabilities(frame, np.array([3]))
    assert probability[0] == 1.0
    assert probability[1:] == pytest.approx(2 * np.array([10, 20, 30, 40]) / 100)


def test_allocation_serves_every_stratum(frame: Frame) -> None:
    assert allocation(frame, 0.0).tolist() == [LEAST] * 4
    assert (allocation(frame, 1.0) <= np.bincount(frame.stratum)).all()


def test_exactly_half_of_the_areas_are_reached(frame: Frame) -> None:
    for seed in range(20):
        drawn, _ = draw_units(frame, np.random.default_rng(seed))
        assert len(np.unique(frame.area[drawn])) == 20


def test_units_are_drawn_as_often_as_their_probability_says(frame: Frame) -> None:
    """Drawing again until half of the areas are reached must not bend the probabilities that the weights rest on."""
    draws = [draw_units(frame, np.random.default_rng(seed)) for seed in range(600)]
    often, probability = np.mean([drawn for drawn, _ in draws], axis=0), draws[0][1]
    error = (often - probability) / np.sqrt(probability * (1 - probability) / len(draws))
    assert np.abs(error).max() < 4.5
    assert np.square(error).mean() < 1.6


def test_inverse_probabilities_give_back_the_households(frame: Frame) -> None:
    drawn, probability = draw_units(frame, np.random.default_rng(0))
    estimate = np.bincount(frame.stratum[drawn], (frame.households / probability)[drawn])
    assert estimate == pytest.approx(np.bincount(frame.stratum, frame.households))


def test_a_frame_that_cannot_miss_half_is_refused() -> None:
    frame = Frame(np.zeros(4, np.int32), np.array([0, 0, 1, 1], np.int32), np.array([9, 9, 9, 9]))
    always_both = Frame(np.array([0, 0, 1, 1], np.int32), frame.area, frame.households)
    with pytest.raises(InputError, match="exactly half of the 2 municipalities"):
        draw_units(always_both, np.random.default_rng(0))


@pytest.mark.parametrize("persons", [20_000, 40_000, 200_000, 2_000_000])
def test_a_country_is_sampled_as_declared(persons: int) -> None:
    plan = plan_country(persons, seed=1)
    units = plan.units
    assert len(np.unique(units.area[units.drawn])) == len(plan.areas.code) // 2
    assert np.bincount(units.stratum[units.drawn]).min() >= LEAST
    assert 500 <= units.drawn.sum() * plan.take <= 16_000


def test_pieces_cover_all_units_and_stay_small_whatever_the_size() -> None:
    plan = plan_country(2_000_000, seed=1)
    starts, ends = zip(*plan.pieces, strict=True)
    assert (starts[0], ends[-1]) == (0, len(plan.units.area))
    assert starts[1:] == ends[:-1]
    sizes = [plan.units.households[a:b].sum() for a, b in plan.pieces]
    assert max(sizes) <= 100_000 + plan.units.households.max()


def test_municipal_populations_are_skewed() -> None:
    households = np.sort(plan_country(2_000_000, seed=3).areas.households)
    assert households[len(households) // 2] < 0.6 * households.mean()
    assert households[-1] > 8 * households.mean()


@pytest.mark.parametrize(
    ("persons", "municipalities", "departments", "message"),
    [
        (19_999, None, None, "19,999 persons were asked for"),
        (200_000_001, None, None, "between 20,000 and 200,000,000"),
        (20_000, 400, None, "400 municipalities in 6 departments do not fit 20,000 persons"),
        (20_000, 20, 8, "at least 6 municipalities a department"),
    ],
)
def test_sizes_that_cannot_be_met_are_refused(
    persons: int, municipalities: int | None, departments: int | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        plan_country(persons, 1, municipalities, departments)
