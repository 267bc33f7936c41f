"""The fit and the direct estimates are R survey's with finite populations at one, two and three stages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.survey_reference import (
    Survey,
    answers,
    assert_estimates_are,
    assert_fit_is,
    assert_pair_is,
    number,
    table,
)

R = answers("survey_stages")
ONE: dict[str, Any] = {"strata": "stratum", "psu": "village", "stratum_population": "villages"}
TWO = ONE | {"ssu": "home", "psu_population": "homes"}
DESIGNS = {"one": ONE, "two": TWO, "three": TWO | {"stages": [("child", "children")]}}


@pytest.mark.parametrize("stages", DESIGNS)
def test_fit_and_estimates(stages: str) -> None:
    persons, expected = table("three_stages.csv"), R[stages]
    survey = Survey.of(persons, "w", **DESIGNS[stages])
    assert len(survey.design.sample.stages) == list(DESIGNS).index(stages)
    assert_pair_is(survey.total("y"), expected["total"])
    assert_estimates_are(survey.means("y"), expected["rate"])
    assert_estimates_are(survey.means("y", by="boy"), expected["by_boy"])
    assert_fit_is(survey.fit("y", (number(persons, "x"),)), expected["fit"])
    boys = survey.within(persons.boy == 1)
    assert_fit_is(boys.fit("y", (number(persons, "x"),)), expected["boys"])


def test_every_stage_adds_to_the_variance() -> None:
    errors = [R[stages]["total"]["se"] for stages in DESIGNS]
    assert errors == sorted(errors)
    assert errors[0] < errors[1] < errors[2]
