"""The estimates on cells and on persons are R survey's on its smallest design: two PSUs in each of three strata."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.survey_reference import (
    AGREEMENT,
    Survey,
    answers,
    assert_estimates_are,
    assert_fit_is,
    assert_pair_is,
    number,
    table,
)

R = answers("survey_scd")
DESIGN = {"strata": "ESA", "psu": "ambulance"}


@pytest.fixture(params=["with_replacement", "with_fpc"])
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    fpc = {"stratum_population": "ambulances"} if request.param == "with_fpc" else {}
    return DESIGN | fpc, R[request.param]


@pytest.fixture
def ambulances() -> pd.DataFrame:
    return table("scd.csv").assign(one=1.0, ambulances=5)


@pytest.fixture
def arrests(ambulances: pd.DataFrame) -> pd.DataFrame:
    persons = ambulances.loc[ambulances.index.repeat(ambulances.arrests)]
    order = persons.groupby(["ESA", "ambulance"]).cumcount()
    lived = (order < persons.alive).astype(int)
    return persons.assign(alive=lived, third=(persons.ESA == 3).astype(int)).reset_index(drop=True)


def test_ratio_and_total_on_cells(ambulances: pd.DataFrame, case: tuple[Any, Any]) -> None:
    design, expected = case
    survey = Survey.of(ambulances, "one", **design)
    ratio = survey.ratios(ambulances.alive.to_numpy(float), ambulances.arrests.to_numpy(float))
    assert_estimates_are(ratio, expected["ratio"])
    assert_pair_is(survey.total("alive"), expected["total"])


def test_fit_and_domains_on_persons(arrests: pd.DataFrame, case: tuple[Any, Any]) -> None:
    design, expected = case
    survey = Survey.of(arrests, "one", **design)
    assert_estimates_are(survey.means("alive", by="ESA"), expected["by_area"])
    fit = survey.fit("alive", (number(arrests, "third"),))
    assert_fit_is(fit, expected["fit"])
    assert fit.children == 1811
    assert (fit.psus, fit.strata, fit.df) == (6, 3, 2)


def test_a_model_of_two_parameters_gives_back_the_two_rates(arrests: pd.DataFrame) -> None:
    survey = Survey.of(arrests, "one", **DESIGN)
    fit = survey.fit("alive", (number(arrests, "third"),))
    rates = arrests.groupby("third").alive.mean().to_numpy()
    np.testing.assert_allclose(fit.predict(np.array([[1.0, 0.0], [1.0, 1.0]])), rates, rtol=AGREEMENT)
