"""Survey and census are compared covariate by covariate before a prediction is carried across."""

from __future__ import annotations

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.survey.comparability import compare
from mirti.survey.design import build_design
from mirti.tables import CensusCells, Covariate, SurveyCells

SEX = Covariate("sex", ("boy", "girl"))
AGE = Covariate("age", ("10", "11", "12"), "numeric", (10.0, 11.0, 12.0))


def survey_of(codes: np.ndarray, seed: int = 2) -> SurveyCells:
    rng = np.random.default_rng(seed)
    m = len(codes)
    design = build_design(np.arange(m) % 3, np.arange(m) % 30 // 3)
    w, y = rng.gamma(4, 5, m) + 1, rng.integers(0, 2, m)
    return SurveyCells(
        (SEX, AGE),
        design.sample,
        ("01",),
        design.psu,
        None,
        np.zeros(m, np.int32),
        codes.astype(np.int16),
        np.ones(m, np.int64),
        y,
        w,
        w * y,
        w**2,
        w**2 * y,
    )


def census_of(boys: float, ages: tuple[float, float, float]) -> CensusCells:
    codes = np.array([[s, a] for s in range(2) for a in range(3)], dtype=np.int16)
    n = np.outer([boys, 1 - boys], np.array(ages) / sum(ages)).ravel() * 1000
    return CensusCells((SEX, AGE), ("01",), np.zeros(6, np.int32), codes, n)


@pytest.fixture
def survey() -> SurveyCells:
    rng = np.random.default_rng(1)
    return survey_of(np.column_stack([rng.random(900) < 0.5, rng.integers(0, 3, 900)]))


def standardised(survey: SurveyCells, census: CensusCells, w: np.ndarray) -> np.ndarray:
    """Differences of girls and of age, computed from persons and their formula."""
    girls = np.average(survey.codes[:, 0] == 1, weights=w)
    share = census.n[census.codes[:, 0] == 1].sum() / census.n.sum()
    ages, in_census = survey.codes[:, 1] + 10.0, census.codes[:, 1] + 10.0
    mean, mean_c = np.average(ages, weights=w), np.average(in_census, weights=census.n)
    v = np.average((ages - mean) ** 2, weights=w)
    v_c = np.average((in_census - mean_c) ** 2, weights=census.n)
    return np.array(
        [
            (girls - share) / np.sqrt((girls * (1 - girls) + share * (1 - share)) / 2),
            (mean - mean_c) / np.sqrt((v + v_c) / 2),
        ]
    )


def test_differences_are_those_of_the_formula(survey: SurveyCells) -> None:
    census = census_of(0.47, (1, 1.1, 0.9))
    found = compare(survey, census)
    expected = standardised(survey, census, survey.sw)
    assert found.covariates[0].levels[1].difference == pytest.approx(expected[0])
    assert found.covariates[0].levels[0].difference == pytest.approx(-expected[0])
    assert found.covariates[1].levels[0].difference == pytest.approx(expected[1])


def test_standard_errors_are_those_of_numerical_linearisation(survey: SurveyCells) -> None:
    """Influence of each person by a small change of its weight, then the stratified variance of PSU totals by loops."""
    census = census_of(0.47, (1, 1.1, 0.9))
    m, step = len(survey.sw), 1e-4
    influence = np.array(
        [
            (
                standardised(survey, census, survey.sw * (1 + step * (np.arange(m) == i)))
                - standardised(survey, census, survey.sw * (1 - step * (np.arange(m) == i)))
            )
            / (2 * step)
            for i in range(m)
        ]
    )
    variance = np.zeros(2)
    for h in range(3):
        psus = np.flatnonzero(survey.sample.psu_stratum == h)
        totals = np.array([influence[survey.psu == c].sum(axis=0) for c in psus])
        variance += len(psus) / (len(psus) - 1) * ((totals - totals.mean(axis=0)) ** 2).sum(axis=0)
    found = compare(survey, census)
    errors = [found.covariates[0].levels[1].se, found.covariates[1].levels[0].se]
    np.testing.assert_allclose(errors, np.sqrt(variance), rtol=1e-5)


@pytest.mark.parametrize(("boys", "verdict"), [(0.50, "same"), (0.58, "warn")])
def test_verdicts(survey: SurveyCells, boys: float, verdict: str) -> None:
    found = compare(survey, census_of(boys, (1, 1, 1)))
    assert found.covariates[0].verdict == verdict
    assert len(found.warnings) == (verdict == "warn")
    row = found.rows()[0]
    assert (row["covariate"], row["level"], row["verdict"]) == ("sex", "boy", verdict)


def test_a_wide_difference_stops_with_figures_and_remedy(survey: SurveyCells) -> None:
    with pytest.raises(InputError) as caught:
        compare(survey, census_of(0.8, (5, 1, 1)))
    text = str(caught.value)
    assert "2 covariates are distributed differently" in text
    assert "sex: -0.6" in text
    assert "0.8 in the census" in text
    assert "age: +0." in text
    assert "standard error" in text
    assert "written reason" in text


def test_a_written_reason_lets_it_through_and_is_said(survey: SurveyCells) -> None:
    reasons = {"sex": "the census counted boarders", "age": "not needed"}
    found = compare(survey, census_of(0.8, (1, 1, 1)), accepted=reasons)
    assert [c.verdict for c in found.covariates] == ["accepted", "same"]
    assert len(found.warnings) == 1
    assert "accepted: the census counted boarders" in found.warnings[0]


def test_a_level_that_neither_source_has_differs_by_nothing() -> None:
    codes = np.column_stack([np.zeros(90), np.arange(90) % 3])
    found = compare(survey_of(codes), census_of(1.0, (1, 1, 1)))
    assert [level.difference for level in found.covariates[0].levels] == [0.0, 0.0]
    assert [level.se for level in found.covariates[0].levels] == [0.0, 0.0]


def test_missing_codes_are_left_out_of_the_shares(survey: SurveyCells) -> None:
    codes = survey.codes.copy()
    codes[::7, 0] = -1
    found = compare(survey_of(codes), census_of(0.5, (1, 1, 1)))
    known = codes[:, 0] >= 0
    share = np.average(codes[known, 0], weights=survey_of(codes).sw[known])
    assert found.covariates[0].levels[1].survey == pytest.approx(share)


def test_sources_that_share_no_level_are_refused() -> None:
    with pytest.raises(InputError, match="1 covariate is distributed differently"):
        compare(survey_of(np.column_stack([np.zeros(90), np.arange(90) % 3])), census_of(0.0, (1, 1, 1)))


def test_a_number_that_is_constant_in_both_differs_or_not() -> None:
    codes = np.column_stack([np.arange(90) % 2, np.ones(90)])
    assert compare(survey_of(codes), census_of(0.5, (0, 1, 0))).covariates[1].levels[0].difference == 0
    with pytest.raises(InputError, match="age: "):
        compare(survey_of(codes), census_of(0.5, (1, 0, 0)))
