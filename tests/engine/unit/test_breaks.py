"""Classes of risk: natural breaks are the optimum, equal risks stay together, every class says what it holds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapclassify import FisherJenks

from mirti.declarations import ClassesDeclaration
from mirti.maps.breaks import class_of, classify, natural_breaks

METHODS = ("natural_breaks", "quantiles", "equal_width")
risks = st.lists(st.integers(0, 12).map(lambda i: i / 100), min_size=1, max_size=14).map(np.array)


def within(risk, breaks):
    numbers = class_of(risk, np.asarray(breaks))
    return sum(((risk[numbers == k] - risk[numbers == k].mean()) ** 2).sum() for k in np.unique(numbers))


def every_cut(risk, number):
    """The slow obvious version: try each way of cutting the sorted distinct risks."""
    values = np.unique(risk)
    return min(within(risk, cut) for cut in combinations(values[:-1], min(number, len(values)) - 1))


@settings(max_examples=60, deadline=None)
@given(risks, st.integers(1, 4))
def test_natural_breaks_are_the_best_of_all_cuts(risk, number):
    assert within(risk, natural_breaks(risk, number)) == pytest.approx(every_cut(risk, number), abs=1e-12)


@pytest.mark.filterwarnings("ignore:Numba not installed:UserWarning")  # slow, and right all the same
@pytest.mark.parametrize("seed", [2, 3])
def test_natural_breaks_are_never_worse_than_mapclassify(seed):
    risk = np.random.default_rng(seed).beta(2, 20, 500)
    theirs = FisherJenks(risk, k=5).bins[:-1]
    assert within(risk, natural_breaks(risk, 5)) <= within(risk, theirs) * (1 + 1e-12)


@settings(max_examples=100, deadline=None)
@given(risks, st.integers(2, 5), st.sampled_from(METHODS))
def test_classes_part_the_areas_and_never_equal_risks(risk, number, method):
    children = np.arange(1.0, len(risk) + 1)
    classes = classify(risk, children, ClassesDeclaration(method=method, number=number))
    assert sum(c.areas for c in classes.summary) == len(risk)
    assert sum(c.children for c in classes.summary) == pytest.approx(children.sum())
    assert sum(c.expected for c in classes.summary) == pytest.approx((risk * children).sum())
    assert len(classes.summary) <= number
    for value in np.unique(risk):
        assert len(set(classes.number[risk == value])) == 1
    for c in classes.summary:
        inside = risk[classes.number == c.number]
        assert ((inside >= c.low) & (inside <= c.high)).all()


@settings(max_examples=50, deadline=None)
@given(risks, st.integers(2, 5), st.sampled_from(("natural_breaks", "quantiles")))
def test_no_class_is_empty_unless_cuts_are_fixed_or_equal(risk, number, method):
    classes = classify(risk, np.ones(len(risk)), ClassesDeclaration(method=method, number=number))
    assert all(c.areas for c in classes.summary)


def test_as_many_classes_as_distinct_risks_when_there_are_fewer():
    classes = classify(np.array([0.1, 0.2, 0.1]), np.ones(3), ClassesDeclaration(number=5))
    assert classes.breaks == (0.1,)
    assert classes.number.tolist() == [1, 2, 1]


def test_one_risk_everywhere_is_one_class():
    for method in METHODS:
        classes = classify(np.full(4, 0.07), np.ones(4), ClassesDeclaration(method=method, number=3))
        assert [c.areas for c in classes.summary] == [4]


def test_fixed_cuts_are_kept_with_their_empty_classes_and_a_risk_on_a_cut_falls_below_it():
    declaration = ClassesDeclaration(method="fixed", number=3, breaks=(0.05, 0.10))
    classes = classify(np.array([0.05, 0.01]), np.array([100.0, 300.0]), declaration)
    assert classes.number.tolist() == [1, 1]
    assert [(c.low, c.high, c.areas) for c in classes.summary] == [
        (0.01, 0.05, 2),
        (0.05, 0.10, 0),
        (0.10, 0.10, 0),
    ]
    assert classes.summary[0].expected == pytest.approx(8.0)


def test_quantile_classes_hold_equal_numbers_of_areas():
    classes = classify(np.arange(1, 13) / 100, np.ones(12), ClassesDeclaration(method="quantiles", number=4))
    assert [c.areas for c in classes.summary] == [3, 3, 3, 3]
