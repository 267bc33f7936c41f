"""Each link of the index's chain against a slow, obvious version or an identity."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from mirti.index.aggregate import aggregate
from mirti.index.design import scaled
from mirti.index.impute import impute
from mirti.index.normalise import HIGHEST, LOWEST, normalise
from mirti.index.treat import POWERS, Rules, box_cox, is_extreme, moments, treat, winsorise
from mirti.index.weigh import budget, squared_loadings, weigh
from tests.support.indexes import DIMENSION, NAMES, chain, design, parents, values

RULES = Rules()
NO_GOALPOSTS = np.full((5, 2), np.nan)
SIGN = np.array([1.0, 1.0, -1.0, 1.0, 1.0])


def power_of(what: str) -> float:
    return float(what.split("lambda=")[1].split()[0])


def test_skewness_and_kurtosis_are_those_a_spreadsheet_prints() -> None:
    x = values()[:, 4]
    n, z = len(x), (x - x.mean()) / x.std(ddof=1)
    skewness = n / ((n - 1) * (n - 2)) * sum(z**3)
    kurtosis = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * sum(z**4) - 3 * (n - 1) ** 2 / (
        (n - 2) * (n - 3)
    )
    assert moments(x) == pytest.approx((skewness, kurtosis))


def test_automatic_treats_only_who_breaks_both_limits() -> None:
    normal, skewed = values()[:, 0], np.append(np.arange(50.0), 10_000.0)
    assert treat(normal, "automatic", RULES).what == "none"
    assert is_extreme(skewed, RULES)
    treated = treat(skewed, "automatic", RULES)
    assert treated.what.startswith("winsorised")
    assert not is_extreme(treated.values, RULES)


def test_automatic_takes_box_cox_where_pulling_in_the_ends_is_not_enough() -> None:
    heavy = np.exp(2.5 * np.random.default_rng(3).normal(size=500))
    assert is_extreme(winsorise(heavy, RULES).values, RULES)
    treated = treat(heavy, "automatic", RULES)
    assert treated.what.startswith("box_cox lambda=0.0")  # the logarithm, for what is log-normal
    assert abs(moments(treated.values)[0]) < 0.3


def test_winsorising_moves_the_ends_and_nothing_else() -> None:
    x = np.arange(200.0)
    low, high = np.quantile(x, RULES.quantiles)
    expected = [min(max(each, low), high) for each in x]
    assert winsorise(x, RULES).values.tolist() == expected
    assert "values=10" in winsorise(x, RULES).what


def test_winsorising_never_makes_a_constant() -> None:
    mostly_zero = np.zeros(1000)
    mostly_zero[:5] = 7
    assert winsorise(mostly_zero, RULES).what == "none"
    assert len(set(treat(mostly_zero, "automatic", RULES).values)) == 2


@pytest.mark.parametrize("x", [values()[:, 4], -values()[:, 4], np.append(np.zeros(300), np.arange(20.0))])
def test_box_cox_keeps_the_order_and_stays_within_its_powers(x: np.ndarray) -> None:
    treated = box_cox(x)
    assert np.isfinite(treated.values).all()
    np.testing.assert_array_equal(stats.rankdata(treated.values), stats.rankdata(x))
    power = power_of(treated.what)
    assert POWERS[0] <= power <= POWERS[1]


def test_box_cox_finds_the_power_of_greatest_likelihood() -> None:
    x = values()[:, 4]
    found = power_of(box_cox(x).what)
    grid = np.arange(-1, 1, 0.001)
    assert found == pytest.approx(grid[np.argmax([stats.boxcox_llf(power, x) for power in grid])], abs=2e-3)


def test_missing_values_stay_missing_through_treatment() -> None:
    x = values()[:, 4].copy()
    x[3] = np.nan
    for how in ("automatic", "winsorise", "box_cox", "none"):
        assert np.flatnonzero(np.isnan(treat(x, how, RULES).values)).tolist() == [3]


def test_the_median_is_the_one_of_the_areas_above_the_same_domain() -> None:
    matrix, parent = values(8), np.array([0, 0, 0, 0, 1, 1, 2, -1], dtype=np.int32)
    matrix[[0, 6, 7], 1] = np.nan
    filled = impute(matrix, DIMENSION, parent, "median")
    assert filled[0, 1] == np.median(matrix[1:4, 1])
    # The only area of its domain, and one of no domain, take the country's.
    assert filled[6, 1] == filled[7, 1] == np.median(matrix[1:6, 1])
    known = ~np.isnan(matrix)
    np.testing.assert_array_equal(filled[known], matrix[known])


def test_the_regression_finds_back_a_value_that_follows_from_the_others() -> None:
    matrix = values()
    matrix[:, 0] = 3 + 2 * matrix[:, 1] - 0.5 * matrix[:, 2]
    truth = matrix.copy()
    hidden = np.argsort(matrix[:, 0])[20:25]  # not the extremes: a prediction is kept within what occurs
    matrix[hidden, 0] = np.nan
    np.testing.assert_allclose(impute(matrix, DIMENSION, parents(), "regression"), truth, rtol=1e-10)


def test_the_regression_never_leaves_the_values_that_occur() -> None:
    matrix = values()
    matrix[:, 3] = 10 * matrix[:, 4]
    highest = int(np.argmax(matrix[:, 3]))
    matrix[highest, 3] = np.nan
    assert impute(matrix, DIMENSION, parents(), "regression")[highest, 3] == np.nanmax(matrix[:, 3])


def test_an_indicator_alone_in_its_dimension_takes_the_median() -> None:
    matrix, alone = values(), np.array([0, 0, 0, 1, 2], dtype=np.int32)
    matrix[5, 4] = np.nan
    by_median, by_regression = (impute(matrix, alone, parents(), how) for how in ("median", "regression"))
    np.testing.assert_array_equal(by_median, by_regression)


def test_min_max_z_and_rank_by_hand() -> None:
    x = np.array([[2.0], [4.0], [4.0], [10.0]])
    up, ends = np.array([1.0]), np.array([[0.0, 8.0]])
    mean, deviation = 5.0, math.sqrt((9 + 1 + 1 + 25) / 4)
    expected = {
        "min_max": [0, 0.25, 0.25, 1],
        "z": [0.5 + (each - mean) / deviation / 6 for each in (2, 4, 4, 10)],
        "rank": [0, 0.5, 0.5, 1],  # places 1, 2.5, 2.5 and 4
        "goalposts": [0.25, 0.5, 0.5, 1],  # 10 lies beyond the upper end
    }
    for how, shares in expected.items():
        found = normalise(x, up, ends, how)  # type: ignore[arg-type]
        np.testing.assert_allclose(found[:, 0], 1 + 99 * np.array(shares), err_msg=how)


@pytest.mark.parametrize("how", ["min_max", "z", "rank", "goalposts"])
def test_the_other_direction_turns_the_scale_round(how: str) -> None:
    matrix, ends = values(), design().goalposts
    one, other = (normalise(matrix, sign, ends, how) for sign in (SIGN, -SIGN))  # type: ignore[arg-type]
    np.testing.assert_allclose(one + other, LOWEST + HIGHEST)
    assert one.min() >= LOWEST
    assert one.max() <= HIGHEST


@pytest.mark.parametrize("how", ["min_max", "z", "rank"])
def test_units_do_not_matter(how: str) -> None:
    matrix = values()
    other = 32 + 1.8 * matrix
    one, two = (normalise(each, SIGN, NO_GOALPOSTS, how) for each in (matrix, other))  # type: ignore[arg-type]
    np.testing.assert_allclose(one, two)


def test_weights_sum_to_one_in_the_index_and_in_each_dimension() -> None:
    its_design = design(budget=budget([{"lag": 60, "crowding": 40}], NAMES, DIMENSION))
    for how in ("equal", "declared", "pca", "budget"):
        weights = weigh(values(), its_design, how)  # type: ignore[arg-type]
        assert weights.of_indicators(DIMENSION).sum() == pytest.approx(1)
        assert weights.dimensions.sum() == pytest.approx(1)
        np.testing.assert_allclose(np.bincount(DIMENSION, weights=weights.within), 1)


def test_equal_and_declared_weights() -> None:
    equal, declared = weigh(values(), design(), "equal"), weigh(values(), design(), "declared")
    np.testing.assert_allclose(equal.of_indicators(DIMENSION), [1 / 6, 1 / 6, 1 / 6, 1 / 4, 1 / 4])
    np.testing.assert_allclose(declared.dimensions, [0.75, 0.25])
    np.testing.assert_allclose(declared.within, [1 / 6, 2 / 6, 3 / 6, 4 / 5, 1 / 5])


def test_squared_loadings_are_those_of_the_singular_value_decomposition() -> None:
    x = values()[:, :3]
    _, _, vectors = np.linalg.svd((x - x.mean(0)) / x.std(0))
    np.testing.assert_allclose(squared_loadings(x), vectors[0] ** 2)
    # With two indicators each shares as much with the other.
    np.testing.assert_allclose(squared_loadings(x[:, :2]), [0.5, 0.5])


def test_an_indicator_apart_from_its_dimension_gets_next_to_nothing_by_pca() -> None:
    x = values(4000)
    x[:, 0] = np.random.default_rng(9).normal(size=4000)
    assert weigh(x, design(), "pca").within[0] < 0.01


def test_experts_points_are_averaged_as_shares() -> None:
    experts = [{"illiteracy": 10, "lag": 30, "crowding": 60}, {"illiteracy": 1, "informality": 1}]
    weights = budget(experts, NAMES, DIMENSION)
    np.testing.assert_allclose(weights.of_indicators(DIMENSION), [0.3, 0.15, 0, 0.25, 0.3])
    doubled = budget([{k: 2 * v for k, v in experts[0].items()}, experts[1]], NAMES, DIMENSION)
    np.testing.assert_allclose(doubled.of_indicators(DIMENSION), weights.of_indicators(DIMENSION))


def test_weights_that_are_all_nothing_count_as_alike() -> None:
    weights = scaled(np.zeros(2), np.array([0.0, 0, 0, 1, 3]), DIMENSION)
    np.testing.assert_allclose(weights.dimensions, 0.5)
    np.testing.assert_allclose(weights.within, [1 / 3, 1 / 3, 1 / 3, 0.25, 0.75])


@pytest.mark.parametrize("how", ["arithmetic", "geometric", "mixed"])
def test_aggregation_by_loops(how: str) -> None:
    scores = normalise(values(), SIGN, NO_GOALPOSTS, "min_max")
    weights = weigh(scores, design(), "declared")
    total, parts = aggregate(scores, DIMENSION, weights, how)  # type: ignore[arg-type]
    for a in range(len(scores)):
        slow = [
            _mean(
                [(scores[a, i], weights.within[i]) for i in range(5) if DIMENSION[i] == d], how == "geometric"
            )
            for d in range(2)
        ]
        assert parts[a] == pytest.approx(slow)
        assert total[a] == pytest.approx(
            _mean(list(zip(slow, weights.dimensions, strict=True)), how != "arithmetic")
        )


def _mean(parts: list[tuple[float, float]], geometric: bool) -> float:
    return math.prod(x**w for x, w in parts) if geometric else sum(x * w for x, w in parts)


def test_a_zero_of_an_indicator_never_makes_a_zero_of_the_index() -> None:
    matrix = values()
    matrix[:, 0] -= matrix[:, 0].min()
    for normalisation in ("min_max", "z", "rank", "goalposts"):
        scores = normalise(matrix, SIGN, design().goalposts, normalisation)  # type: ignore[arg-type]
        total, _ = aggregate(scores, DIMENSION, weigh(scores, design(), "equal"), "geometric")
        assert total.min() >= LOWEST


def test_the_more_unequal_the_dimensions_the_lower_the_geometric_mean() -> None:
    its_chain = chain()
    scores = normalise(its_chain.values, SIGN, NO_GOALPOSTS, "min_max")
    weights = weigh(scores, design(), "equal")
    arithmetic, parts = aggregate(scores, DIMENSION, weights, "arithmetic")
    mixed, _ = aggregate(scores, DIMENSION, weights, "mixed")
    assert (mixed <= arithmetic + 1e-9).all()
    gap = np.abs(parts[:, 0] - parts[:, 1])
    assert stats.spearmanr(gap, arithmetic - mixed).statistic > 0.9
