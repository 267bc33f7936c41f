"""The benchmark's two fits of the same data agree, on fewer rows than it times."""

from __future__ import annotations

import numpy as np

from mirti.bench import fit as bench


def test_svy_gives_the_same_answer() -> None:
    data = bench.simulate(rows=6000)
    ours, theirs = bench.fit_ours(data), bench.fit_svy(data)()
    np.testing.assert_allclose(ours.beta, theirs.beta, rtol=bench.SVY_AGREES)
    np.testing.assert_allclose(ours.se, theirs.se, rtol=bench.SVY_AGREES)


def test_a_difference_in_any_coefficient_or_error_fails_the_benchmark() -> None:
    one = bench.Answer(1.0, np.array([1.0, 2.0]), np.array([0.5, 0.25]))
    other = bench.Answer(1.0, np.array([1.0, 2.001]), np.array([0.5, 0.25]))
    assert bench.agreement("svy", bench.relative(one, one), bench.SVY_AGREES).ok
    assert not bench.agreement("svy", bench.relative(one, other), bench.SVY_AGREES).ok
    assert bench.in_errors(one, other) > bench.R_AGREES
