"""What is read from the bootstrap, against loops over replicates and exact coverage."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm

from mirti.declarations import ClassesDeclaration, ReliabilityDeclaration
from mirti.maps.breaks import classify
from mirti.smallarea.ranks import competition_ranks
from mirti.smallarea.uncertainty import (
    break_stability,
    class_probabilities,
    letters,
    linear_intervals,
    rank_intervals,
    rate_intervals,
    replicate_ranks,
    stretched_warnings,
    top_probabilities,
    truths,
    uncertainty,
    variation,
)

LIMITS = ReliabilityDeclaration()


@pytest.fixture
def made():
    rng = np.random.default_rng(1)
    estimate = rng.uniform(0.02, 0.6, 25)
    errors = rng.normal(0.02, rng.uniform(0.05, 0.6, 25), (100, 25))
    return estimate, errors


def test_intervals_are_the_estimates_logit_less_the_errors_quantiles(made):
    estimate, errors = made
    low, high, stretched = rate_intervals(estimate, errors)
    for d in range(25):
        ordered = np.sort(errors[:, d])
        # Type 6: the p-th quantile of B stands at p (B + 1); 2.525 and 98.475 of 100.
        first = ordered[1] + 0.525 * (ordered[2] - ordered[1])
        last = ordered[97] + 0.475 * (ordered[98] - ordered[97])
        assert low[d] == pytest.approx(expit(logit(estimate[d]) - last))
        assert high[d] == pytest.approx(expit(logit(estimate[d]) - first))
    assert not stretched.any()
    assert stretched_warnings(uncertainty(estimate, errors, LIMITS)) == ()


@pytest.mark.parametrize("replicates", [50, 100])
def test_a_hundred_replicates_keep_the_level_on_average(replicates):
    """The next error falls between the quantiles of the others as often as it should."""
    rng = np.random.default_rng(2)
    errors = rng.standard_normal((replicates, 60_000))
    low, high, _ = linear_intervals(np.zeros(60_000), errors)
    truth = -rng.standard_normal(60_000)
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.95, abs=0.004)


def test_a_one_sided_bootstrap_is_stretched_to_the_estimate_and_said(made):
    estimate, errors = made
    errors = errors.copy()
    errors[:, 3] = np.abs(errors[:, 3]) + 0.1
    errors[:, 4] = -np.abs(errors[:, 4]) - 0.1
    low, high, stretched = rate_intervals(estimate, errors)
    assert np.flatnonzero(stretched).tolist() == [3, 4]
    assert high[3] == pytest.approx(estimate[3])
    assert low[4] == pytest.approx(estimate[4])
    assert ((low <= estimate) & (estimate <= high)).all()
    found = uncertainty(estimate, errors, LIMITS)
    nation = uncertainty(estimate[[3]], errors[:, [3]], LIMITS)
    assert stretched_warnings(found, nation)[0].startswith("Of 26 intervals 3 begin or end")


def test_mean_squared_errors_are_of_the_rates_about_the_estimate(made):
    estimate, errors = made
    found = uncertainty(estimate, errors, LIMITS)
    for d in (0, 9):
        squares = [(expit(logit(estimate[d]) - e) - estimate[d]) ** 2 for e in errors[:, d]]
        assert found.mse[d] == pytest.approx(np.mean(squares))
    assert found.se == pytest.approx(np.sqrt(found.mse))


def test_coefficients_of_variation_above_and_below_the_low_rate():
    rate, se = np.array([0.2, 0.05]), np.array([0.03, 0.01])
    centre, half = logit(rate), np.array([0.5, 1.3])
    found = variation(rate, se, expit(centre - half), expit(centre + half), 0.10)
    assert found == pytest.approx([0.15, 1.3 / 1.959964 * 0.95])


def test_letters_by_the_limits_each_limit_on_its_better_side():
    cv = np.array([0.0, 0.15, 0.1500001, 0.30, 0.31, 0.50, 0.51, 4.0, np.nan])
    assert letters(cv, LIMITS).tolist() == ["A", "A", "B", "B", "C", "C", "withheld", "withheld", ""]
    strict = ReliabilityDeclaration(a=0.05, b=0.1, withheld=0.2)
    assert letters(cv[:4], strict).tolist() == ["A", "C", "C", "withheld"]


def test_a_rate_that_is_unknown_stays_unknown(made):
    estimate, errors = made
    estimate, errors = estimate.copy(), errors.copy()
    estimate[2], errors[:, 2] = np.nan, np.nan
    found = uncertainty(estimate, errors, LIMITS)
    assert np.isnan([found.low[2], found.high[2], found.se[2], found.cv[2]]).all()
    assert found.letter[2] == ""
    assert np.isfinite(np.delete(found.cv, 2)).all()


def test_chances_of_classes_and_of_the_top_are_those_of_smoothed_replicates(made):
    estimate, errors = made
    replicates = truths(estimate, errors)
    breaks = np.array([0.1, 0.3])
    chances = class_probabilities(replicates, breaks)
    ranks = replicate_ranks(replicates)
    top = top_probabilities(replicates, 5, seed=1)
    logits = logit(replicates)
    mean, deviation = logits.mean(axis=0), logits.std(axis=0)
    for d in range(25):
        centres = mean[d] + 0.8 * (logits[:, d] - mean[d])  # 0.8² + 0.6² = 1: the variance is kept
        below = [norm.cdf((logit(cut) - centres) / (0.6 * deviation[d])).mean() for cut in breaks]
        by_hand = [below[0], below[1] - below[0], 1 - below[1]]
        assert chances[d] == pytest.approx(by_hand, abs=1e-12)
        above = (replicates > replicates[:, [d]]).sum(axis=1)
        assert (ranks[:, d] == above + 1).all()
        assert top[d] == pytest.approx((above < 5).mean(), abs=0.12)
    assert chances.sum(axis=1) == pytest.approx(1)
    assert top.sum() == pytest.approx(5)


def test_smoothing_brings_chances_nearer_to_what_they_estimate():
    rng = np.random.default_rng(8)
    centre, deviation = rng.normal(-1.5, 0.5, 300), rng.uniform(0.2, 0.5, 300)
    replicates = expit(centre + deviation * rng.standard_normal((100, 300)))
    true = norm.cdf((logit(0.2) - centre) / deviation)
    smoothed = class_probabilities(replicates, np.array([0.2]))[:, 0]
    counted = (replicates <= 0.2).mean(axis=0)
    assert ((smoothed - true) ** 2).mean() < 0.75 * ((counted - true) ** 2).mean()


def test_smoothing_leaves_what_areas_have_in_common():
    """An error that all areas share moves no rank: smoothed area by area it would."""
    rng = np.random.default_rng(9)
    centre, shared = rng.normal(-2, 0.5, 60), rng.normal(0, 0.5, (100, 1))
    own = 0.05 * rng.standard_normal((100, 60))
    true = (replicate_ranks(expit(centre + 0.05 * rng.standard_normal((4000, 60)))) <= 12).mean(axis=0)
    replicates = expit(centre + shared + own)
    top, counted = top_probabilities(replicates, 12, seed=1), (replicate_ranks(replicates) <= 12).mean(axis=0)
    assert ((top - true) ** 2).mean() < ((counted - true) ** 2).mean() < 0.02**2


def test_without_an_error_a_chance_is_0_or_1_a_rate_at_a_break_in_the_class_below():
    replicates = np.full((20, 2), [0.1, 0.2])
    chances = class_probabilities(replicates, np.array([0.1, 0.15]))
    assert chances.tolist() == [[1, 0, 0], [0, 0, 1]]


def test_ranges_of_ranks_hold_the_published_rank(made):
    estimate, errors = made
    ranks = replicate_ranks(truths(estimate, errors))
    rank = competition_ranks(estimate)
    best, worst = rank_intervals(rank, ranks)
    assert ((best <= rank) & (rank <= worst)).all()
    assert (best >= 1).all()
    assert (worst <= 25).all()
    inside = (ranks >= best) & (ranks <= worst)
    assert (inside.mean(axis=0) >= 0.94).all()
    far = np.full(25, 25)
    assert (rank_intervals(far, ranks)[1] == 25).all()


def test_no_error_gives_certainty():
    estimate = np.array([0.1, 0.2, 0.4])
    replicates = truths(estimate, np.zeros((50, 3)))
    assert class_probabilities(replicates, np.array([0.15])).tolist() == [[1, 0], [0, 1], [0, 1]]
    assert top_probabilities(replicates, 1, seed=1).tolist() == [0, 0, 1]


def test_breaks_cut_anew(made):
    estimate, errors = made
    declared = ClassesDeclaration(method="quantiles", number=4)
    children = np.ones(25)

    def cut(risk):
        return np.array(classify(risk, children, declared).breaks)

    published = cut(estimate)
    replicates = truths(estimate, errors)
    found = break_stability(estimate, replicates, published, cut)
    cuts = np.array([cut(rates) for rates in replicates])
    assert (found.low <= np.median(cuts, axis=0)).all()
    assert (np.median(cuts, axis=0) <= found.high).all()
    kept = [np.mean([np.searchsorted(c, r) == np.searchsorted(published, r) for r in estimate]) for c in cuts]
    assert found.kept == pytest.approx(np.mean(kept))
    still = break_stability(estimate, np.tile(estimate, (5, 1)), published, cut)
    assert still.kept == 1.0
    assert still.low == pytest.approx(still.high)


def test_breaks_that_cannot_be_cut_as_often_say_nothing(made):
    estimate, errors = made
    replicates = truths(estimate, errors)
    assert break_stability(estimate, replicates, np.array([0.1, 0.2]), lambda risk: np.array([0.1])) is None
    assert break_stability(estimate, replicates, np.zeros(0), lambda risk: np.zeros(0)) is None


def test_intervals_of_many_quantities_take_little_more_memory_than_their_errors():
    errors = np.random.default_rng(3).normal(size=(60, 400, 90)).astype(np.float32)
    tracemalloc.start()
    low, high, _ = linear_intervals(np.zeros((400, 90)), errors)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * errors.nbytes
    by_hand = np.quantile(errors[:, 399, 80].astype(np.float64), [0.025, 0.975], method="weibull")
    assert (-high[399, 80], -low[399, 80]) == pytest.approx(tuple(by_hand), abs=1e-15)
