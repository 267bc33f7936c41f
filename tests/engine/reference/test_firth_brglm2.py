"""Firth's estimate is that of R's brglm2, and its corrected intercept that of R's fit with an offset."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from mirti.models.firth import FirthFit, fit_firth
from mirti.survey.design import build_design
from mirti.tables import Floats
from tests.support.survey_reference import answers, table

R = answers("firth_brglm2")


def endometrial() -> tuple[Floats, Floats, Floats]:
    """Heinze & Schemper (2002): neovasculation, NV, separates the classes."""
    data = table("endometrial.csv")
    return _matrix(data[["NV", "PI", "EH"]]), data.HG.to_numpy(float), np.ones(len(data))


def rare() -> tuple[Floats, Floats, Floats]:
    """Eleven events in 600 weighted children, none of them in zone c."""
    data = table("rare.csv")
    columns = pd.DataFrame({"age": data.age, "b": data.zone == "b", "c": data.zone == "c"})
    return _matrix(columns), data.y.to_numpy(float), data.weight.to_numpy(float)


def _matrix(columns: pd.DataFrame) -> Floats:
    return np.column_stack([np.ones(len(columns)), columns.to_numpy(float)])


CASES = {"endometrial": endometrial, "rare": rare}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[FirthFit, Floats, Floats, dict[str, Any]]:
    x, y, w = CASES[request.param]()
    design, expected = build_design(None, None, rows=len(y)), R[request.param]
    fit = fit_firth(x, w, w * y, design.psu, design.sample, names=expected["names"])
    return fit, x, w, expected


def test_the_estimate_and_its_penalised_likelihood_are_brglm2_s(case: Any) -> None:
    fit, _, _, expected = case
    penalised = [fit.penalised_intercept, *fit.beta[1:]]
    np.testing.assert_allclose(penalised, expected["firth"], rtol=1e-8, atol=1e-9)
    assert fit.penalised == pytest.approx(expected["penalised"], rel=1e-12)


def test_the_corrected_intercept_is_that_of_a_fit_with_an_offset(case: Any) -> None:
    fit, x, w, expected = case
    np.testing.assert_allclose(fit.beta, expected["flic"], rtol=1e-8, atol=1e-9)
    mean = w @ expit(x @ fit.beta) / w.sum()
    assert mean == pytest.approx(expected["mean_prediction"], rel=1e-12)


def test_the_information_is_r_s_at_the_effective_size(case: Any) -> None:
    fit, _, _, expected = case
    information = np.linalg.inv(fit.naive_cov) * fit.effective_size / fit.children
    np.testing.assert_allclose(information, expected["information"], rtol=1e-7, atol=1e-9)
