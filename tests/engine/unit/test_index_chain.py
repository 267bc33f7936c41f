"""The whole chain: identities it must keep, and every area's distance from the nation adding up."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mirti.index.chain import Chain
from mirti.index.contributions import contributions, logarithmic_mean
from mirti.index.design import Choice
from mirti.index.treat import Rules
from mirti.index.weigh import budget
from tests.support.indexes import DIMENSION, NAMES, PUBLISHED, chain, design, parents, values

CHOICES = [
    Choice(*each)
    for each in product(
        ("automatic", "box_cox"),
        ("median",),
        ("min_max", "z", "rank", "goalposts"),
        ("equal", "declared", "pca"),
        ("arithmetic", "geometric", "mixed"),
    )
]
CHILDREN = np.random.default_rng(4).integers(10, 9000, 60).astype(float)


@pytest.mark.parametrize("choice", CHOICES[::5])
def test_areas_in_another_order_have_the_same_scores(choice: Choice) -> None:
    order = np.random.default_rng(2).permutation(60)
    moved = Chain(values()[order], design(), parents()[order], Rules())
    np.testing.assert_allclose(moved.run(choice).score, chain().run(choice).score[order])


def test_leaving_an_indicator_out_is_an_index_without_it() -> None:
    matrix = values()
    matrix[3, 1] = np.nan
    for i in range(5):
        kept = np.delete(np.arange(5), i)
        alone = Chain(matrix[:, kept], design().keep(kept), parents(), Rules())
        for choice in (
            replace(PUBLISHED, imputation="regression", weighting="pca"),
            replace(PUBLISHED, weighting="declared"),
        ):
            whole = chain(matrix).run(replace(choice, left_out=i))
            np.testing.assert_array_equal(whole.score, alone.run(choice).score)
            assert whole.weights.of_indicators(whole.design.dimension).sum() == pytest.approx(1)


def test_a_dimension_that_loses_its_only_indicator_is_gone() -> None:
    alone = replace(design(), dimension=np.array([0, 0, 0, 0, 1], dtype=np.int32))
    left = chain(its_design=alone).run(replace(PUBLISHED, left_out=4))
    assert left.design.dimensions == ("education",)
    np.testing.assert_allclose(left.score, left.dimensions[:, 0])


def test_an_indicators_own_treatment_stands_against_the_methods() -> None:
    own = chain(its_design=design(own=(None, "winsorise", None, None, "none")))
    for treatment in ("automatic", "none", "box_cox"):
        what = own.run(replace(PUBLISHED, treatment=treatment)).prepared.what
        assert what[1].startswith("winsorised")
        assert what[4] == "none"


def test_goalposts_leave_values_untreated() -> None:
    composite = chain(its_design=design(own=("winsorise",) * 5)).run(
        replace(PUBLISHED, normalisation="goalposts")
    )
    assert composite.prepared.what == ("none",) * 5
    np.testing.assert_array_equal(composite.prepared.values, values())


def test_experts_weights_survive_a_left_out_indicator() -> None:
    points = budget([{"lag": 60, "crowding": 40}], NAMES, DIMENSION)
    its_chain = chain(its_design=design(budget=points))
    left = its_chain.run(replace(PUBLISHED, weighting="budget", left_out=4))
    np.testing.assert_allclose(left.weights.dimensions, [0.6, 0.4])  # the dimension keeps what it received
    assert np.isfinite(left.score).all()


@pytest.mark.parametrize("choice", CHOICES)
def test_contributions_sum_to_the_distance_from_the_national_score(choice: Choice) -> None:
    composite = chain().run(choice)
    parts = contributions(composite, CHILDREN)
    distance = composite.score - np.average(composite.score, weights=CHILDREN)
    np.testing.assert_allclose(parts.indicators.sum(axis=1) + parts.remainder, distance, atol=1e-10)
    np.testing.assert_allclose(parts.dimensions.sum(axis=1) + parts.remainder, distance, atol=1e-10)


def test_an_arithmetic_index_is_split_as_it_is_added() -> None:
    composite = chain().run(replace(PUBLISHED, aggregation="arithmetic", weighting="declared"))
    parts = contributions(composite, CHILDREN)
    assert parts.remainder == pytest.approx(0, abs=1e-10)
    mean = np.average(composite.dimensions, axis=0, weights=CHILDREN)
    np.testing.assert_allclose(parts.dimensions, [0.75, 0.25] * (composite.dimensions - mean), atol=1e-10)


def test_a_dimension_above_the_national_mean_never_lowers_a_geometric_index() -> None:
    for aggregation in ("geometric", "mixed"):
        composite = chain().run(replace(PUBLISHED, aggregation=aggregation))
        parts = contributions(composite, CHILDREN).indicators
        above = composite.normalised - np.average(composite.normalised, axis=0, weights=CHILDREN)
        np.testing.assert_array_equal(np.sign(parts), np.sign(above))


def test_the_logarithmic_mean_lies_between_and_is_smooth_where_both_meet() -> None:
    a = np.array([1.0, 50.0, 50.0, 50.0, 100.0])
    b = np.array([100.0, 50.0, 50.0 * (1 + 1e-9), 50.0 * (1 + 1e-5), 1.0])
    found = logarithmic_mean(a, b)
    assert found[0] == pytest.approx(99 / np.log(100))
    np.testing.assert_allclose(found[1:4], [50, 50 * (1 + 5e-10), 50 * (1 + 5e-6)], rtol=1e-9)
    np.testing.assert_allclose(found, logarithmic_mean(b, a))
