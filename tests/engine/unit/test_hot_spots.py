"""Hot spots: pseudo-p against every permutation there is, against R's spdep, and what is not assessed is said."""

from __future__ import annotations

import json
import math
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirti.maps.association import QUADRANTS, global_moran, hot_spots, local_moran
from mirti.maps.contiguity import Neighbours
from mirti.maps.permutations import count_tails, draw_areas

SPDEP = json.loads((Path(__file__).parents[2] / "reference" / "spdep_moran.json").read_text())


def neighbours_of(lists):
    start = np.concatenate([[0], np.cumsum([len(of) for of in lists])]).astype(np.int32)
    others = np.concatenate([np.asarray(of, dtype=np.int32) for of in lists])
    return Neighbours(tuple(f"{i:03d}" for i in range(len(lists))), start, others.astype(np.int32))


def lists_of(neighbours):
    ends = pairwise(neighbours.start)
    return [neighbours.others[first:last].tolist() for first, last in ends]


def grid(columns, rows):
    def around(i):
        c, r = divmod(i, rows)
        spots = [(c + dc, r + dr) for dc in (-1, 0, 1) for dr in (-1, 0, 1) if dc or dr]
        return [a * rows + b for a, b in spots if 0 <= a < columns and 0 <= b < rows]

    return neighbours_of([around(i) for i in range(columns * rows)])


MAP = neighbours_of(SPDEP["neighbours"])
RATE = np.array(SPDEP["rate"])


def clustered(columns=12, rows=10, seed=3):
    """A high corner and a low corner on a noisy plain."""
    rng = np.random.default_rng(seed)
    c, r = np.divmod(np.arange(columns * rows), rows)
    high, low = (c < 4) & (r < 4), (c >= 8) & (r >= 6)
    rate = 0.10 + 0.10 * high - 0.07 * low + rng.normal(0, 0.008, columns * rows)
    return grid(columns, rows), rate, high, low


def test_moran_of_the_map_is_spdeps():
    moran = global_moran(RATE, MAP, np.random.default_rng(1))
    assert moran.value == pytest.approx(SPDEP["moran"]["value"], rel=1e-12)
    assert moran.expected == pytest.approx(SPDEP["moran"]["expected"], rel=1e-12)
    assert moran.sd == pytest.approx(math.sqrt(SPDEP["moran"]["variance"]), rel=0.03)  # of 9,999 permutations
    assert moran.p_value == 2 / 10_000


def test_local_moran_and_its_quadrants_are_spdeps():
    local = local_moran(RATE, MAP, draw_areas(42, 8, 999, np.random.default_rng(1)))
    assert local.value == pytest.approx(np.array(SPDEP["local"]["value"]), rel=1e-11)
    assert [QUADRANTS[q] for q in local.quadrant] == [
        name.lower().replace("-", "_") for name in SPDEP["local"]["quadrant"]
    ]


def test_the_shared_draws_have_the_exact_moments_of_conditional_randomisation():
    draws = draw_areas(42, 8, 60_000, np.random.default_rng(5))
    z = (RATE - RATE.mean()) / RATE.std()
    for i, of in enumerate(SPDEP["neighbours"]):
        lags = np.array(
            [z[np.array([a for a in draw if a != i][: len(of)])].mean() for draw in draws[i::42][:1400]]
        )
        mean, variance = SPDEP["local"]["expected"][i], SPDEP["local"]["variance"][i]
        error = math.sqrt(variance / len(lags))
        assert abs(z[i] * lags.mean() - mean) < 5 * error
        assert (z[i] * lags).var() == pytest.approx(variance, rel=0.25)


def exact_tails(z, lists):
    """Shares of all ways to choose the neighbours whose sum reaches the one found, above and below."""
    tails = []
    for i, of in enumerate(lists):
        others = [j for j in range(len(z)) if j != i]
        sums = np.array([z[list(chosen)].sum() for chosen in combinations(others, len(of))])
        own = z[list(of)].sum()
        tails.append(((sums >= own - 1e-9).mean(), (sums <= own + 1e-9).mean()))
    return np.array(tails)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(0, 6), min_size=12, max_size=12).filter(lambda v: len(set(v)) > 1), st.integers(0, 9)
)
def test_tails_are_those_of_every_choice_of_neighbours_ties_included(values, seed):
    neighbours = grid(4, 3)
    lists = lists_of(neighbours)
    z = np.array(values, dtype=np.float64)
    z = (z - z.mean()) / z.std()
    draws = draw_areas(12, 8, 20_000, np.random.default_rng(seed))
    tails = count_tails(z, neighbours.sums(z), neighbours, draws)
    exact = exact_tails(z, lists)
    assert np.abs(tails.at_least / 20_000 - exact[:, 0]).max() < 0.02
    assert np.abs(tails.at_most / 20_000 - exact[:, 1]).max() < 0.02


def slow_tails(z, lists, draws):
    """The obvious version: each draw without the area itself, cut to the number of its neighbours."""
    at_least, at_most = [], []
    for i, of in enumerate(lists):
        sums = np.array([z[[a for a in draw if a != i][: len(of)]].sum() for draw in draws])
        own = z[list(of)].sum()
        at_least.append(int((sums >= own - 1e-9).sum()))
        at_most.append(int((sums <= own + 1e-9).sum()))
    return at_least, at_most


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 6), st.integers(2, 5))
def test_the_fast_count_is_the_obvious_one(seed, columns, rows):
    rng = np.random.default_rng(seed)
    neighbours = grid(columns, rows)
    lists = lists_of(neighbours)
    z = rng.integers(0, 5, columns * rows).astype(np.float64)
    draws = draw_areas(len(z), int(neighbours.degree.max()), 200, rng)
    assert all(len(set(draw)) == len(draw) for draw in draws.tolist())
    tails = count_tails(z, neighbours.sums(z), neighbours, draws)
    assert (tails.at_least.tolist(), tails.at_most.tolist()) == slow_tails(z, lists, draws)


def test_the_high_corner_is_hot_the_low_corner_cold_and_the_plain_neither():
    neighbours, rate, high, low = clustered()
    spots = hot_spots(neighbours.codes, rate, neighbours, permutations=9_999, seed=1)
    # but for the corners' tips, which border on the plain
    assert min(spots.hot[high].mean(), spots.cold[low].mean()) > 0.8
    assert max(spots.hot[~high].sum(), spots.cold[~low].sum()) <= 6
    assert spots.moran is not None
    assert spots.moran.p_value < 0.001
    found = spots.q_value <= 0.05
    assert (spots.hot == (found & (spots.quadrant == "high_high"))).all()
    assert (spots.cold == (found & (spots.quadrant == "low_low"))).all()


def test_an_area_unlike_its_neighbours_is_told_apart():
    neighbours, rate, _, _ = clustered()
    rate = rate.copy()
    rate[1 * 10 + 1] = 0.02  # in the middle of the high corner
    spots = hot_spots(neighbours.codes, rate, neighbours, permutations=9_999)
    assert spots.quadrant[11] == "low_high"
    assert spots.q_value[11] <= 0.05
    assert not spots.hot[11]


def test_rates_that_fall_anywhere_give_few_false_spots():
    neighbours = grid(20, 15)
    found = 0
    for seed in range(40):
        rate = np.random.default_rng(seed).beta(2, 20, 300)
        spots = hot_spots(neighbours.codes, rate, neighbours, permutations=1999)
        found += bool((spots.q_value <= 0.05).any())
    assert found <= 7  # 5 % of the maps may hold any: 2 of 40


def test_the_same_seed_finds_the_same_and_the_order_of_map_and_areas_matters_not():
    neighbours, rate, _, _ = clustered()
    one = hot_spots(neighbours.codes, rate, neighbours, permutations=999, seed=4)
    two = hot_spots(neighbours.codes, rate, neighbours, permutations=999, seed=4)
    assert np.array_equal(one.p_value, two.p_value)
    turned = neighbours.taken(np.arange(len(rate))[::-1])
    three = hot_spots(neighbours.codes, rate, turned, permutations=999, seed=4)
    assert np.array_equal(one.p_value, three.p_value)
    assert one.local == pytest.approx(three.local)


def test_the_share_of_replicates_is_one_where_they_all_agree_and_small_where_they_are_noise():
    neighbours, rate, high, _ = clustered()
    rng = np.random.default_rng(2)
    steady = np.repeat(rate[:, None], 5, axis=1)
    noise = rng.permuted(steady, axis=0)
    sure = hot_spots(neighbours.codes, rate, neighbours, permutations=999, replicates=steady)
    unsure = hot_spots(neighbours.codes, rate, neighbours, permutations=999, replicates=noise)
    assert (sure.hot_share == sure.hot).all()
    assert (sure.cold_share == sure.cold).all()
    assert sure.hot.any()
    assert sure.cold.any()
    assert unsure.hot_share[high].max() <= 0.4
    assert np.isnan(hot_spots(neighbours.codes, rate, neighbours, permutations=999).hot_share).all()


def test_islands_and_areas_off_the_map_are_listed_and_carry_no_statistic():
    neighbours, rate, _, _ = clustered()
    with_island = neighbours_of([*lists_of(neighbours), []])
    codes = (*with_island.codes, "nowhere")
    spots = hot_spots(codes, np.append(rate, [0.5, 0.4]), with_island, permutations=999, seed=4)
    alone = hot_spots(neighbours.codes, rate, neighbours, permutations=999, seed=4)
    assert spots.islands == ("120",)
    assert spots.off_map == ("nowhere",)
    assert spots.quadrant[-2:].tolist() == [None, None]
    assert spots.neighbours.tolist() == [*neighbours.degree.tolist(), 0, 0]
    assert np.isnan(spots.p_value[-2:]).all()
    assert np.array_equal(spots.p_value[:-2], alone.p_value)
    assert spots.pairs == len(neighbours.others) / 2


def test_fewer_than_ten_areas_and_equal_rates_are_not_assessed_and_say_why():
    small = grid(3, 3)
    few = hot_spots(small.codes, np.linspace(0.1, 0.2, 9), small)
    same = hot_spots(MAP.codes, np.full(42, 0.1), MAP)
    assert (few.unassessed, same.unassessed) == ("few_areas", "same_rates")
    assert few.moran is same.moran is None
    assert set(few.quadrant) == set(same.quadrant) == {None}
    assert few.hot.sum() == same.hot.sum() == 0
