"""Survey cells arranged for the mixed model, and their scaled weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mirti.errors import InputError
from tests.support.mixed import Simulated, simulate


@pytest.fixture(scope="module")
def survey() -> Simulated:
    return simulate(areas=6, psus=3, children=5, seed=4)


def groups(data):
    return [slice(a, b) for a, b in zip(data.psu_start[:-1], data.psu_start[1:], strict=True)]


def test_size_scaling_sums_to_the_children_of_each_psu(survey):
    data = survey.data()
    assert [data.sw[rows].sum() for rows in groups(data)] == pytest.approx([5.0] * 18)


def test_effective_scaling_sums_to_kishs_effective_size(survey):
    data, w = survey.data(scaling="effective"), survey.cells.sw
    for c, rows in enumerate(groups(data)):
        inside = w[survey.cells.psu == c]
        assert data.sw[rows].sum() == pytest.approx(inside.sum() ** 2 / (inside**2).sum())


def scale_to_effective(weights):
    """So that each row sums to (Σw)² / Σw²."""
    return weights.sum(axis=1, keepdims=True) / (weights**2).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("scaling", ["size", "effective"])
def test_level_two_is_the_mean_weight_scaled_to_the_effective_psus_of_the_area(survey, scaling):
    data, cells = survey.data(scaling=scaling), survey.cells
    means = np.array([cells.sw[cells.psu == c].mean() for c in range(18)]).reshape(6, 3)
    np.testing.assert_allclose(data.psu_weight.reshape(6, 3), means * scale_to_effective(means))


def test_without_weights_every_child_and_psu_counts_once(survey):
    data = survey.data(scaling="none")
    assert (data.sw == 1).all()
    assert (data.psu_weight == 1).all()
    assert data.swy.sum() == survey.cells.ny.sum()


def test_without_psu_effect_weights_are_scaled_within_the_area(survey):
    data = survey.data(nested=False)
    assert data.psus == 6
    assert [data.sw[rows].sum() for rows in groups(data)] == pytest.approx([15.0] * 6)
    assert (data.psu_weight == 1).all()


def test_stage_weights_replace_the_mean_weight(survey):
    stage = np.arange(1.0, 19)[survey.cells.psu]
    data = survey.data(stage_weights=stage)
    expected = np.arange(1.0, 19).reshape(6, 3)
    np.testing.assert_allclose(data.psu_weight.reshape(6, 3), expected * scale_to_effective(expected))
    np.testing.assert_array_equal(data.sw, survey.data().sw)


def test_stage_weights_that_vary_within_a_psu_are_refused(survey):
    stage = np.ones(len(survey.x))
    stage[survey.cells.psu == 7] = [1, 2, 1, 1, 1]
    with pytest.raises(
        InputError, match="PSUs whose children have different weights of the PSU: 1"
    ) as refused:
        survey.data(stage_weights=stage)
    assert refused.value.problems[0].items == ("1 to 2",)


def test_a_weight_of_zero_is_refused(survey):
    factor = np.ones(len(survey.x))
    factor[3] = 0
    with pytest.raises(InputError, match="Weights that are missing or not above 0: 1"):
        survey.weighing(factor).data()


def test_a_psu_that_crosses_areas_is_a_group_in_each(survey):
    crossing = replace(survey.cells, psu=np.where(survey.cells.psu < 6, 2, survey.cells.psu).astype(np.int32))
    data = Simulated(survey.x, crossing).data()
    assert np.diff(data.area_start).tolist() == [1, 1, 3, 3, 3, 3]
    assert data.psus == 14


def test_areas_without_sample_keep_their_place(survey):
    kept = survey.rows(np.flatnonzero(~np.isin(survey.cells.area, [0, 4])))
    assert kept.data().areas.tolist() == [1, 2, 3, 5]


@pytest.mark.parametrize("scaling", ["size", "effective", "none"])
def test_another_outcome_comes_in_the_callers_order_and_weights(survey, scaling):
    shuffled = survey.rows(np.random.default_rng(1).permutation(len(survey.x)))
    y = (np.arange(len(survey.x)) % 3 == 0).astype(float)
    cells, w = shuffled.cells, shuffled.cells.sw
    other = replace(cells, ny=y.astype(np.int64), swy=w * y, sw2y=w**2 * y)
    found = shuffled.data(scaling=scaling).with_outcome(y if scaling == "none" else w * y)
    expected = Simulated(shuffled.x, other).data(scaling=scaling)
    np.testing.assert_allclose(found.swy, expected.swy, rtol=1e-14)
    np.testing.assert_array_equal(found.sw, expected.sw)


@pytest.mark.parametrize(("psus", "children"), [(1, 6), (3, 1)])
def test_a_psu_effect_that_nothing_tells_apart_is_left_out(psus, children):
    survey = simulate(areas=12, psus=psus, children=children)
    data = survey.data(nested=True)
    assert not data.nested
    np.testing.assert_array_equal(data.sw, survey.data(nested=False).sw)


def test_one_area_of_two_psus_is_enough_for_a_psu_effect(survey):
    kept = np.isin(survey.cells.psu, [0, 1, 3, 6, 9, 12, 15])
    assert survey.rows(np.flatnonzero(kept)).data().nested
