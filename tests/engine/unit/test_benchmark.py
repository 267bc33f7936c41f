"""The benchmark: domains' rates agree with the direct ones, and what happens where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from mirti.models.coding import ModelMatrix
from mirti.smallarea.benchmark import Targets, benchmark, domain_rates, find_shifts, no_shifts
from mirti.smallarea.patterns import count_patterns
from mirti.smallarea.population import population
from mirti.smallarea.predictor import KnownEffects, Rates, expected, spread
from mirti.tables import Index
from tests.support.cells import census, random_fit

AREAS = 7
GROUP: Index = np.array([0, 0, 1, 1, 1, 2, 2], dtype=np.int32)
COUNTRY: Index = np.zeros(AREAS, dtype=np.int32)
SIGMA = 0.4


@pytest.fixture
def made():
    cells = census(areas=AREAS)
    matrix = ModelMatrix(cells.covariates, ("sex", "schooling", "age"))
    people = population(count_patterns(cells), matrix)
    gathered = spread(people, random_fit(len(matrix.names)).beta)
    effects = KnownEffects(np.random.default_rng(3).normal(0, 0.5, AREAS))
    return gathered, effects, people.children


def test_domains_agree_with_their_direct_rates(made):
    gathered, effects, children = made
    direct = np.array([0.003, 0.4, 0.97])
    state, shifts = benchmark(gathered, SIGMA, effects, children, Targets(GROUP, direct, 0.3))
    assert domain_rates(state.rates.rate, children, GROUP, 3) == pytest.approx(direct, rel=1e-9)
    assert (shifts.areas == shifts.domains[GROUP]).all()
    assert not shifts.borrowed.any()
    assert np.isnan(shifts.nation)


def test_a_shift_is_the_root_that_a_bracketing_search_finds(made):
    gathered, effects, children = made
    _, shifts = benchmark(gathered, SIGMA, effects, children, Targets(COUNTRY, np.array([0.12]), 0.12))

    def gap(shift: float) -> float:
        rate = expected(gathered, SIGMA, effects, np.full(AREAS, shift)).rate
        return float(rate @ children / children.sum()) - 0.12

    assert shifts.domains[0] == pytest.approx(brentq(gap, -20, 20, xtol=1e-13), abs=1e-9)


def test_children_may_come_from_a_projection(made):
    gathered, effects, children = made
    projected = children * np.linspace(0.5, 3, AREAS)
    direct = np.array([0.1, 0.2, 0.3])
    state, shifts = benchmark(gathered, SIGMA, effects, projected, Targets(GROUP, direct, 0.2))
    _, counted = benchmark(gathered, SIGMA, effects, children, Targets(GROUP, direct, 0.2))
    for g in range(3):
        inside = g == GROUP
        assert np.average(state.rates.rate[inside], weights=projected[inside]) == pytest.approx(direct[g])
    assert np.abs(shifts.domains - counted.domains).max() > 1e-3


@pytest.mark.parametrize("missing", [np.nan, 0.0, 1.0])
def test_a_domain_without_a_usable_direct_rate_takes_the_nations_shift_and_says_so(made, missing):
    gathered, effects, children = made
    targets = Targets(GROUP, np.array([0.1, missing, 0.3]), 0.2)
    state, shifts = benchmark(gathered, SIGMA, effects, children, targets)
    alone, nation = benchmark(gathered, SIGMA, effects, children, Targets(COUNTRY, np.array([0.2]), 0.2))
    assert shifts.borrowed.tolist() == [False, True, False]
    assert shifts.nation == pytest.approx(nation.domains[0], abs=1e-12)
    assert shifts.domains[1] == shifts.nation
    assert state.rates.rate[GROUP == 1] == pytest.approx(alone.rates.rate[GROUP == 1], rel=1e-12)
    assert domain_rates(state.rates.rate, children, GROUP, 3)[[0, 2]] == pytest.approx([0.1, 0.3], rel=1e-9)


def test_an_area_of_no_domain_takes_the_nations_shift(made):
    gathered, effects, children = made
    group = np.where(np.arange(AREAS) == 6, -1, GROUP).astype(np.int32)
    _, shifts = benchmark(gathered, SIGMA, effects, children, Targets(group, np.array([0.1, 0.2, 0.3]), 0.2))
    assert shifts.areas[6] == shifts.nation
    assert not shifts.borrowed.any()


def test_a_nation_without_a_usable_rate_is_left_where_the_model_puts_it(made):
    gathered, effects, children = made
    state, shifts = benchmark(gathered, SIGMA, effects, children, Targets(COUNTRY, np.array([0.0]), 0.0))
    assert (shifts.areas == 0).all()
    assert shifts.borrowed.all()
    assert state.rates.rate == pytest.approx(expected(gathered, SIGMA, effects, np.zeros(AREAS)).rate)


def test_an_area_without_children_does_not_count(made):
    gathered, effects, children = made
    nobody = np.where(np.arange(AREAS) == 1, 0.0, children)

    def expect(shift):
        rates = expected(gathered, SIGMA, effects, shift)
        rate, slope = rates.rate.copy(), rates.slope.copy()
        rate[1] = slope[1] = np.nan
        return Rates(rate, slope)

    shifts = find_shifts(expect, nobody, Targets(GROUP, np.array([0.1, 0.2, 0.3]), 0.2))
    assert expect(shifts.areas).rate[0] == pytest.approx(0.1, rel=1e-9)


def test_rates_that_hardly_move_are_still_brought_there():
    """Nearly everybody at 0 or at 1: Newton's first steps lead far astray."""

    def expect(shift):
        low, high = expit(shift - 25), expit(shift + 25)
        return Rates((low + high) / 2, (low * (1 - low) + high * (1 - high)) / 2)

    shifts = find_shifts(expect, np.ones(1), Targets(np.zeros(1, np.int32), np.array([0.6]), 0.6))
    assert expect(shifts.areas).rate[0] == pytest.approx(0.6, rel=1e-8)


def test_without_a_benchmark_nothing_moves():
    shifts = no_shifts(3, 2)
    assert (shifts.areas == 0).all()
    assert (shifts.domains == 0).all()
    assert not shifts.borrowed.any()
