"""The mixed model beside R's lme4: its likelihood at lme4's estimate, and its own estimate."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.models.mixed.data import MixedData, mixed_data
from mirti.models.mixed.fit import fit_mixed, log_likelihood
from mirti.tables import Floats, SurveyCells
from tests.support.mixed import cells_of
from tests.support.survey_reference import answers, table

LME4 = answers("mixed_lme4")
PERSONS = table("mixed.csv")
AS_MANY_NODES = (25, 1)


def survey(*, weighted: bool) -> SurveyCells:
    w = PERSONS.w.to_numpy() if weighted else np.ones(len(PERSONS))
    return cells_of(PERSONS.area.to_numpy() - 1, PERSONS.psu.to_numpy() - 1, PERSONS.y.to_numpy(float), w)


def columns(names: list[str]) -> Floats:
    return np.column_stack([np.ones(len(PERSONS)), *(PERSONS[name] for name in names[1:])]).astype(float)


def data_of(case: str, *, weighted: bool = False, nested: bool = False) -> MixedData:
    names = LME4[case]["names"]
    return mixed_data(columns(names), survey(weighted=weighted), names=names, nested=nested)


CASES = [("one", False), ("weighted", True), ("cells", False)]


@pytest.mark.parametrize(("case", "weighted"), CASES)
def test_the_likelihood_at_lme4s_estimate_is_its_own(case, weighted):
    data, expected = data_of(case, weighted=weighted), LME4[case]
    found = log_likelihood(data, np.array(expected["beta"]), expected["sigma"], 0.0, AS_MANY_NODES)
    assert found == pytest.approx(expected["log_likelihood"], rel=1e-9, abs=0)


@pytest.mark.parametrize(("case", "weighted"), CASES)
def test_the_estimate_is_lme4s(case, weighted):
    expected = LME4[case]
    fit = fit_mixed(data_of(case, weighted=weighted), nodes=AS_MANY_NODES, penalty="never")
    np.testing.assert_allclose(fit.beta, expected["beta"], rtol=1e-6)
    assert fit.sigma_u == pytest.approx(expected["sigma"], rel=1e-6)
    assert fit.sigma_v == 0.0
    assert fit.log_likelihood >= expected["log_likelihood"] - 1e-9


def test_with_one_node_nested_effects_are_lme4s_laplace_approximation():
    """lme4 knows Laplace only for two levels of effects; one node at each of ours is the same."""
    expected, data = LME4["nested_laplace"], data_of("nested_laplace", nested=True)
    assert expected["groups"] == ["psu:area", "area"]
    sigma_v, sigma_u = expected["sigma"]
    found = log_likelihood(data, np.array(expected["beta"]), sigma_u, sigma_v, (1, 1))
    assert found == pytest.approx(expected["log_likelihood"], rel=1e-9, abs=0)
