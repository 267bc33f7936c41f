"""The mixed model's benchmark simulates what it says, and a different answer fails it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mirti.bench import mixed as bench


def test_the_cells_are_those_that_are_promised():
    data = bench.simulate()
    assert (data.children, len(data.sw), len(data.areas)) == (750_000, 32_000, 438)
    assert data.sw.sum() == pytest.approx(750_000)
    assert (data.swy <= data.sw).all()


def test_ours_finds_what_was_put_in():
    answer = bench.fit_ours(bench.simulate(children=60_000, cells=6_000, areas=200))
    assert answer.sigma == pytest.approx(bench.SIGMA, rel=0.25)
    assert abs(answer.beta[0] + 2.5) < 4 * answer.se[0]


def test_a_difference_in_any_part_of_the_answer_counts():
    one = bench.Answer(1.0, np.array([1.0, 2.0]), np.array([0.5, 0.25]), 0.5)
    assert bench.difference(one, one) == 0
    for other in (
        replace(one, beta=np.array([1.0, 2.01])),
        replace(one, se=np.array([0.51, 0.25])),
        replace(one, sigma=0.51),
    ):
        assert bench.difference(other, one) > bench.AGREES
