"""Change between releases: intervals and p-values that keep what they promise, on simulated pairs of surveys."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit

from mirti.smallarea.change import change, paired_draws, transitions, welch


def release(rng, truth, sd, replicates=200):
    """An estimate of the truth and draws of the truth given it."""
    estimate = logit(truth) + rng.normal(0, sd, len(truth))
    draws = estimate[:, None] - rng.normal(0, sd, (len(truth), replicates))
    return expit(estimate), expit(draws).astype(np.float32)


def pair(seed=1, areas=2000, moved=0.0, sd=0.2):
    rng = np.random.default_rng(seed)
    truth = rng.beta(3, 15, areas)
    after = expit(logit(truth) + moved)
    one, other = release(rng, truth, sd), release(rng, after, sd, replicates=150)
    return after - truth, change(one[0], other[0], (one[1], other[1]), seed=seed), one, other


@pytest.mark.parametrize("moved", [0.0, 0.8])
def test_intervals_hold_the_true_change_in_95_of_100_areas(moved):
    truth, found, *_ = pair(moved=moved)
    held = ((found.low <= truth) & (truth <= found.high)).mean()
    assert held == pytest.approx(0.95, abs=0.015)


def test_p_values_are_uniform_where_nothing_changed():
    _, found, *_ = pair()
    assert stats.kstest(found.p_value, "uniform").pvalue > 0.01
    assert (found.q_value <= 0.05).mean() < 0.005


def test_two_hundred_replicates_are_enough_to_find_a_change_among_thousands():
    """Counted, no p-value of 200 draws is under 1/200, and nothing would survive 2,000 tests."""
    _, found, *_ = pair(moved=np.repeat([0.0, 1.8], [1500, 500]))
    discovered = found.q_value <= 0.05
    assert discovered[1500:].mean() > 0.95
    assert discovered[:1500].sum() / discovered.sum() < 0.08
    assert (found.difference[1500:][discovered[1500:]] > 0).all()


def test_the_p_value_is_welchs():
    rng = np.random.default_rng(4)
    one, other = expit(rng.normal(-2, 0.2, (5, 60))), expit(rng.normal(-1.8, 0.4, (5, 90)))
    for row in range(5):
        x, y = logit(one[row]), logit(other[row])
        # Means of draws are not means of a sample: their spread is not divided by their number.
        v, w = x.var(ddof=1), y.var(ddof=1)
        df = (v + w) ** 2 / (v**2 / 59 + w**2 / 89)
        expected = 2 * stats.t.sf(abs(y.mean() - x.mean()) / np.sqrt(v + w), df)
        assert welch(one, other)[row] == pytest.approx(expected)


def test_forwards_and_backwards_are_mirror_images():
    _, found, one, other = pair(areas=50)
    back = change(other[0], one[0], (other[1], one[1]), seed=1)
    assert back.difference == pytest.approx(-found.difference)
    assert back.p_value == pytest.approx(found.p_value)
    assert back.low == pytest.approx(-found.high, abs=0.02)


def test_draws_made_with_one_seed_are_not_taken_for_one_survey():
    """Replicate b of both holds the same random numbers: paired by their number the change would have no spread."""
    draws = expit(np.random.default_rng(1).normal(-2, 0.3, (3, 200)))
    found = change(draws.mean(axis=1), draws.mean(axis=1), (draws, draws), seed=1)
    independent = np.sqrt(2) * draws.std(axis=1)
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(independent, rel=0.15)


@pytest.mark.parametrize(("first", "second"), [(200, 200), (200, 150), (60, 50), (5, 7), (3, 3)])
def test_no_pair_of_replicates_comes_twice(first, second):
    one = np.arange(first)[None, :] * 1000.0
    other = np.arange(second)[None, :].astype(np.float64)
    draws = paired_draws(one, other, np.random.default_rng(1))[0]
    assert len(set(draws.tolist())) == len(draws) == min(max(2000, first, second), first * second)


def test_without_replicates_there_is_a_difference_and_no_judgement():
    found = change(np.array([0.1, 0.2]), np.array([0.15, 0.1]), None)
    assert found.difference == pytest.approx([0.05, -0.1])
    for judged in (found.low, found.high, found.p_value, found.q_value, found.p_up):
        assert np.isnan(judged).all()


def test_rates_without_spread_are_the_same_or_surely_not():
    still = np.full((2, 60), 0.1)
    moved = still.copy()
    moved[1] = 0.2
    assert welch(still, moved).tolist() == [1.0, 0.0]


def test_transitions_part_the_areas_and_their_children():
    before, after = np.array([1, 1, 2, 3, 3]), np.array([1, 2, 2, 3, 1])
    children = np.array([10.0, 20, 30, 40, 50]), np.array([11.0, 21, 31, 41, 51])
    rows = transitions(before, after, children, 3)
    assert len(rows) == 9
    assert sum(row.areas for row in rows) == 5
    assert sum(row.children_before for row in rows) == 150
    assert sum(row.children_after for row in rows) == 155
    assert next(r.children_after for r in rows if (r.before, r.after) == (3, 1)) == 51
