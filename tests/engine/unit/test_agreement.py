"""Agreement with a direct measure: against scipy, against the definitions, and against a truth with a known fault."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mirti.smallarea import agreement as module
from mirti.smallarea.agreement import (
    _Ranks,
    agreement,
    correlation,
    overlap_of_top,
    regression,
    tenths,
    weighted_kappa,
)

seeds = st.integers(0, 10_000)


def rates(seed=1, size=60):
    rng = np.random.default_rng(seed)
    modelled = rng.beta(4, 20, size)
    measured = np.round(np.clip(0.8 * modelled + 0.02 + rng.normal(0, 0.03, size), 0, 1), 2)  # with ties
    return modelled, measured, rng.integers(1, 9, size).astype(np.float64)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_equal_weights_give_scipys_correlations(seed):
    modelled, measured, _ = rates(seed)
    even = np.full(60, 3.0)
    assert correlation(modelled, measured, even) == pytest.approx(stats.pearsonr(modelled, measured)[0])
    ranked = correlation(_Ranks(modelled).of(even), _Ranks(measured).of(even), even)
    assert ranked == pytest.approx(stats.spearmanr(modelled, measured)[0])


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_a_weight_is_as_many_rows(seed):
    modelled, measured, children = rates(seed)
    x, y = (np.repeat(values, children.astype(int)) for values in (modelled, measured))
    assert correlation(modelled, measured, children) == pytest.approx(stats.pearsonr(x, y)[0])
    ranked = correlation(_Ranks(modelled).of(children), _Ranks(measured).of(children), children)
    assert ranked == pytest.approx(stats.spearmanr(x, y)[0])
    line = stats.linregress(x, y)
    assert regression(modelled, measured, children) == pytest.approx((line.intercept, line.slope))
    classes = (np.digitize(modelled, [0.1, 0.2]) + 1, np.digitize(measured, [0.1, 0.2]) + 1)
    rows = [np.repeat(numbers, children.astype(int)) for numbers in classes]
    assert weighted_kappa(*classes, 3, children) == pytest.approx(weighted_kappa(*rows, 3, np.ones(len(x))))


def slow_kappa(one, other):
    """1 − mean squared distance of the pairs over that of every class of one with every class of the other."""
    n = len(one)
    found = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / n
    chance = sum((a - b) ** 2 for a, b in product(one, other)) / n**2
    return 1 - found / chance


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(2, 6))
def test_kappa_is_agreement_of_squared_distances_beyond_chance(seed, classes):
    rng = np.random.default_rng(seed)
    one, other = rng.integers(1, classes + 1, (2, 25))
    one[0], other[0] = 1, classes
    assert weighted_kappa(one, other, classes, np.ones(25)) == pytest.approx(slow_kappa(one, other))


def test_kappa_is_one_for_the_same_classes_and_unknown_for_a_single_one():
    same = np.array([1, 2, 3, 3, 1])
    assert weighted_kappa(same, same, 3, np.ones(5)) == 1
    assert np.isnan(weighted_kappa(np.ones(5, int), np.ones(5, int), 3, np.ones(5)))


def test_the_top_fifth_overlaps_by_what_both_name():
    one = np.arange(20.0)
    other = one.copy()
    other[[19, 3]] = other[[3, 19]]
    assert overlap_of_top(one, one) == 1
    assert overlap_of_top(one, other) == 0.75
    assert overlap_of_top(one, -one) == 0


def test_tenths_part_the_areas_by_modelled_rate_and_weigh_by_children():
    modelled, measured, children = rates(size=63)
    rows = tenths(modelled, measured, children)
    assert sum(row.areas for row in rows) == 63
    assert {row.areas for row in rows} == {6, 7}
    assert sum(row.children for row in rows) == children.sum()
    assert sum(row.measured * row.children for row in rows) == pytest.approx((measured * children).sum())
    assert [row.modelled for row in rows] == sorted(row.modelled for row in rows)


def test_a_measure_that_is_the_modelled_rate_agrees_in_everything():
    modelled, _, children = rates()
    same = agreement(modelled, modelled, children, (0.12, 0.2), interval=(modelled, modelled))
    for figure in (same.pearson, same.spearman_children, same.slope, same.kappa, same.kappa_ranked):
        assert (figure.value, figure.low, figure.high) == pytest.approx((1, 1, 1))
    assert same.intercept.value == pytest.approx(0, abs=1e-12)
    assert (same.bias, same.rmse_children, same.top_fifth, same.inside) == (0, 0, 1, 1)


def test_a_level_that_is_off_shows_in_bias_and_kappa_but_not_in_the_order():
    modelled, _, children = rates()
    found = agreement(modelled, modelled / 2, children, (0.12, 0.2))
    assert found.spearman.value == pytest.approx(1)
    assert found.kappa_ranked.value == 1
    assert found.kappa.value < 0.5
    assert found.slope.value == pytest.approx(0.5)
    assert found.bias_children == pytest.approx(np.average(modelled / 2, weights=children))


def test_intervals_hold_the_truth_about_as_often_as_they_say(monkeypatch):
    """Correlation 0.6 in the population: of 80 samples of 80 areas some 76 intervals should hold it."""
    monkeypatch.setattr(module, "RESAMPLES", 200)
    held = 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=80)
        y = 0.6 * x + 0.8 * rng.normal(size=80)
        figure = agreement(x, y, np.ones(80), (0.0,), seed=seed).pearson
        held += figure.low <= 0.6 <= figure.high
    assert 69 <= held <= 79


def test_the_measures_own_error_is_taken_out_of_the_distance():
    rng = np.random.default_rng(1)
    truth = rng.beta(4, 20, 4000)
    errors = rng.uniform(0.01, 0.05, 4000)
    modelled = truth + rng.normal(0, 0.02, 4000)
    measured = truth + rng.normal(0, errors)
    found = agreement(modelled, measured, np.ones(4000), (0.2,), errors=(np.full(4000, 0.02), errors))
    assert found.sampling is not None
    assert found.rmse > 0.03
    assert found.sampling.rmse == pytest.approx(0.02, abs=0.004)
    assert found.sampling.within == pytest.approx(0.95, abs=0.015)
    assert np.isnan(
        agreement(modelled, measured, np.ones(4000), (0.2,), errors=(None, errors)).sampling.within
    )


def test_a_measure_that_never_varies_gives_no_correlation_rather_than_a_wrong_one():
    modelled, _, children = rates()
    found = agreement(modelled, np.full(60, 0.1), children, (0.12, 0.2))
    assert np.isnan(found.pearson.value)
    assert np.isnan(found.pearson.low)
    assert found.slope.value == pytest.approx(0)


def test_the_same_seed_gives_the_same_intervals():
    modelled, measured, children = rates()
    assert agreement(modelled, measured, children, (0.15,), seed=3) == agreement(
        modelled, measured, children, (0.15,), seed=3
    )
