"""What must not change a design-based fit, on samples drawn at will."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mirti.survey.design import build_design
from mirti.survey.variance import covariance
from tests.support.samples import Persons, covariance_by_loops, fit, sample

SAMPLES = st.builds(
    sample,
    st.integers(0, 10_000),
    strata=st.integers(1, 4),
    psus=st.integers(3, 6),
    ssus=st.integers(2, 4),
    size=st.integers(12, 16),
)
few = settings(max_examples=15, deadline=None, derandomize=True)


def assert_same(one: Persons, other: Persons) -> None:
    first, second = fit(one), fit(other)
    np.testing.assert_allclose(second.beta, first.beta, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(second.se, first.se, rtol=1e-7)
    assert second.df == first.df


@few
@given(SAMPLES, st.floats(1e-3, 1e4))
def test_multiplying_all_weights_changes_nothing(persons: Persons, by: float) -> None:
    assert_same(persons, replace(persons, weight=persons.weight * by))


@few
@given(SAMPLES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(persons: Persons, random: object) -> None:
    order = list(range(len(persons.y)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = {name: value[order] for name, value in vars(persons).items()}
    assert_same(persons, Persons(**shuffled))


@few
@given(SAMPLES)
def test_the_names_of_strata_and_psus_change_nothing(persons: Persons) -> None:
    assert_same(persons, replace(persons, stratum=100 - persons.stratum, psu=7 * persons.psu + 3))


@few
@given(SAMPLES)
def test_swapping_the_classes_flips_the_signs(persons: Persons) -> None:
    first, second = fit(persons), fit(replace(persons, y=1 - persons.y))
    np.testing.assert_allclose(second.beta, -first.beta, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(second.cov, first.cov, rtol=1e-6, atol=1e-12)


@few
@given(SAMPLES)
def test_variance_is_that_of_loops(persons: Persons) -> None:
    values = np.column_stack([persons.weight, persons.weight * persons.y])
    design = persons.design
    found = covariance(design.sample, design.psu, values, ssu=design.ssu)
    np.testing.assert_allclose(found, covariance_by_loops(persons, values), rtol=1e-9)
    first_stage = build_design(persons.stratum, persons.psu, stratum_population=persons.stratum_population)
    found = covariance(first_stage.sample, first_stage.psu, values)
    np.testing.assert_allclose(found, covariance_by_loops(persons, values, second_stage=False), rtol=1e-9)
