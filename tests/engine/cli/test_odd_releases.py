"""What the statistics make of odd input that is no fault, end to end: a sound release in which it is flagged."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mirti.io.release_tables import Release
from tests.support.odd import (
    DEPARTMENTS,
    JACKKNIFE,
    TABLE,
    added,
    areas,
    both,
    both_of,
    estimator,
    file,
    in_spec,
    measure,
    of_areas,
    outcome,
    projection,
    released,
    replicated,
    sampled,
    scenario,
    warned,
    weights_of_psus,
    with_replicates,
)
from tests.support.small_country import WIDE, Row, SmallCountry, add_area, small_country, wide_country

# --- what is odd: areas and departments -----------------------------------------------------------------------------


def uneven() -> SmallCountry:
    """0101 with one child in the census, 0202 with one in the sample, 0102 without variation; departments 04 without a
    sample, and 05 and 06 whose few sampled children all have the outcome, and have it not."""
    country, random_state = wide_country(), random.Random(9)
    for position, (area, value) in enumerate((("0501", "1"), ("0601", "0")), start=16):
        add_area(country, area, position, random_state, sampled=8)
        outcome(value, lambda row, area=area: row["area"] == area)(country)
    lone = next(row for row in country.census if row["area"] == "0101")
    country.census = [lone, *(row for row in country.census if row["area"] != "0101")]
    first = next(row for row in country.survey if row["area"] == "0202")
    country.survey = [first, *(row for row in country.survey if row["area"] != "0202")]
    sampled(lambda row: not row["area"].startswith("04"))(country)
    outcome("0", lambda row: row["area"] == "0102")(country)
    added('[benchmark]\nto = "departments"')(country)
    return country


@pytest.fixture(scope="module")
def of_uneven(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return released(tmp_path_factory.mktemp("uneven"), uneven())


def test_departments_without_a_rate_of_their_own_take_the_nations_shift_and_are_flagged(
    of_uneven: Release,
) -> None:
    records = {record.code: record for record in of_uneven.diagnostics.benchmark}
    assert {code: record.reason for code, record in records.items() if not record.own} == {
        "04": "no_sample",
        "05": "zero_or_one",
        "06": "zero_or_one",
    }
    assert len({records[code].shift for code in ("04", "05", "06")}) == 1
    assert warned(of_uneven, "take the nation's shift in the benchmark: 04, 05, 06.")


def test_departments_with_a_rate_of_their_own_agree_with_it(of_uneven: Release) -> None:
    domains = {row["code"]: row for row in of_uneven.domains.to_pylist()}
    for code in ("01", "02", "03"):
        assert domains[code]["risk"] == pytest.approx(domains[code]["direct"], rel=1e-9)
    assert (domains["05"]["direct"], domains["06"]["direct"]) == (1.0, 0.0)
    assert 0 < domains["06"]["risk"] < domains["05"]["risk"] < 1


def test_an_area_with_one_child_has_a_rate_like_every_other(of_uneven: Release) -> None:
    found = areas(of_uneven, "children", "risk", "ci_low", "ci_high", "expected")["0101"]
    assert found["children"] == 1
    assert found["expected"] == pytest.approx(found["risk"])
    assert 0 < found["ci_low"] < found["risk"] < found["ci_high"] < 1


def test_a_sample_of_one_child_or_of_one_answer_decides_nothing(of_uneven: Release) -> None:
    found = areas(of_uneven, "sample_n", "direct", "direct_se", "risk", "sample_share")
    assert (found["0202"]["sample_n"], found["0202"]["direct_se"]) == (1, None)
    assert found["0202"]["sample_share"] < found["0201"]["sample_share"]
    assert found["0102"]["direct"] == 0
    assert 0 < found["0102"]["risk"] < min(found[code]["risk"] for code in ("0101", "0103"))


def test_without_a_sample_an_area_lends_nothing_to_itself_and_is_surest_of_nothing(
    of_uneven: Release,
) -> None:
    found = areas(of_uneven, "sample_share", "direct", "reliability")
    for code in ("0401", "0402", "0403", "0404"):
        assert found[code]["sample_share"] == 0
        assert found[code]["direct"] is None
        assert found[code]["reliability"] not in ("A", "B")


def test_left_out_departments_without_a_standard_error_are_not_judged_by_one(of_uneven: Release) -> None:
    validation = of_uneven.diagnostics.validation
    assert validation is not None
    assert validation.leave_one_out is not None
    found = {record.code: record for record in validation.leave_one_out.domains}
    assert validation.leave_one_out.no_sample == ("04",)
    assert found["05"].z is None
    assert found["06"].z is None


# --- what is odd: declarations --------------------------------------------------------------------------------------


def bare() -> SmallCountry:
    """Equal weights, no PSUs, no departments, islands, classes and a top that tell nothing, a scenario that moves
    nobody, a candidate that cannot be fitted, a measure that is the same everywhere."""
    country = wide_country()
    country.each(lambda row: row | {"weight": "10"})
    late = outcome("0", lambda row: row["sex"] == "1" and int(row["age"]) - 6 - int(row["years"]) >= 3)
    country.polygons = {code: [[[x + 5 * i, y] for x, y in rings[0]]] for i, (code, rings) in _rings(country)}
    both(
        late,
        in_spec('psu = "psu"\n', ""),
        in_spec(DEPARTMENTS, ""),
        in_spec("replicates = 50", "replicates = 50\ntop = 40"),
        added('[classes]\nmethod = "fixed"\nnumber = 5\nbreaks = [0.001, 0.002, 0.9, 0.95]'),
        added(scenario(share="0.0", direction='"up"')),
        in_spec(
            "[uncertainty]",
            '[[model.candidates]]\nname = "b"\nterms = ["sex", "lag", "sex:lag"]\n\n[uncertainty]',
        ),
        measure([0.1] * 16),
    )(country)
    return country


def _rings(country: SmallCountry) -> list[tuple[int, tuple[str, Any]]]:
    return list(enumerate(country.polygons.items()))


@pytest.fixture(scope="module")
def of_bare(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return released(tmp_path_factory.mktemp("bare"), bare())


def test_without_psus_their_effect_is_left_out_and_a_warning_says_so(of_bare: Release) -> None:
    mixed = of_bare.diagnostics.mixed
    assert mixed is not None
    assert (mixed.sigma_v, mixed.sigma_v_interval) == (None, None)
    assert warned(of_bare, "The model has no effect of PSUs", "survey.psu")


def test_equal_weights_say_nothing_of_the_outcome(of_bare: Release) -> None:
    mixed = of_bare.diagnostics.mixed
    assert mixed is not None
    assert mixed.informativeness_p_value == 1
    weighted, _, unweighted = mixed.scalings
    assert weighted.coefficients == pytest.approx(unweighted.coefficients, rel=1e-5)


def test_without_departments_the_country_is_the_only_domain(of_bare: Release) -> None:
    assert of_bare.domains["code"].to_pylist() == ["XX"]
    assert set(areas(of_bare, "parent").values()) == {None}
    assert [record.code for record in of_bare.diagnostics.benchmark] == ["XX"]


def test_islands_have_no_hot_spots_and_a_warning_says_so(of_bare: Release) -> None:
    assert "hotspots.parquet" not in of_bare.tables
    assert of_bare.diagnostics.moran is None
    assert warned(of_bare, "Hot spots were not looked for")


def test_a_top_that_holds_every_area_is_warned_of(of_bare: Release) -> None:
    assert set(areas(of_bare, "p_top").values()) == {1.0}
    assert warned(of_bare, "uncertainty.top is 40, and there are 16 areas")


def test_classes_that_hold_no_area_are_empty_and_warned_of(of_bare: Release) -> None:
    assert [row.areas for row in of_bare.classes.classes] == [0, 0, 16, 0, 0]
    for row in areas(of_bare, *(f"p_{k}" for k in range(1, 6))).values():
        assert sum(row[f"p_{k}"] for k in range(1, 6)) == pytest.approx(1)
        assert row["p_3"] > 0.9
    assert warned(of_bare, "No area has a rate within these classes of the map: 1, 2, 4, 5.")


def test_a_scenario_that_moves_nobody_changes_nothing_and_says_so(of_bare: Release) -> None:
    table = of_bare.tables["scenarios.parquet"]
    for column in ("difference", "expected_difference", "moved"):
        assert set(table[column].to_pylist()) == {0.0}
    assert warned(of_bare, 'Scenario "s" moves nobody')


def test_a_candidate_that_cannot_be_fitted_says_why_and_stops_nothing(of_bare: Release) -> None:
    found = {candidate.name: candidate for candidate in of_bare.diagnostics.candidates}
    assert found["model"].chosen
    assert found["b"].aic is None
    assert "separated" in (found["b"].failure or "")


def test_a_measure_that_is_the_same_everywhere_has_no_correlation(of_bare: Release) -> None:
    validation = of_bare.diagnostics.validation
    assert validation is not None
    assert validation.direct_measure is not None
    assert validation.direct_measure.pearson.value is None
    assert validation.direct_measure.bias is not None


def single() -> SmallCountry:
    """PSUs of one child with weights of their own, one department to agree with, one polygon, an area that the
    projection empties, a covariate of areas, a stratum with one PSU that is adjusted for."""
    country = wide_country()
    country.survey = [row | {"psu": f"{i}", "own": "3"} for i, row in enumerate(country.survey)]
    country.survey[0]["stratum"] = "lone"
    country.polygons = {"0101": country.polygons["0101"]}
    both(
        in_spec('psu = "psu"', 'psu = "psu"\npsu_weight = "own"\nsingle_psu = "adjust"'),
        in_spec(DEPARTMENTS, "parent_from_code = 1"),
        added('[benchmark]\nto = "departments"'),
        projection([*[50] * 15, 0]),
        of_areas("x", TABLE),
        file("x.csv", "x", [i * i % 7 for i in range(16)]),
    )(country)
    return country


@pytest.fixture(scope="module")
def of_single(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return released(tmp_path_factory.mktemp("single"), single())


def test_psus_of_one_child_have_no_effect_and_no_use_for_weights_of_their_own(of_single: Release) -> None:
    assert of_single.diagnostics.mixed is not None
    assert of_single.diagnostics.mixed.sigma_v is None
    assert warned(of_single, "The model has no effect of PSUs")
    assert warned(of_single, "The PSUs' own weights (survey.psu_weight) are not used")


def test_one_department_agrees_with_its_rate_and_is_not_left_out(of_single: Release) -> None:
    country, department = of_single.domains.to_pylist()
    assert (country["level"], department["level"]) == ("country", "department")
    assert department["risk"] == pytest.approx(department["direct"], rel=1e-9)
    assert department["risk"] == pytest.approx(country["risk"])
    assert of_single.diagnostics.validation is not None
    assert of_single.diagnostics.validation.leave_one_out is None


def test_an_area_that_the_projection_empties_is_left_out_and_listed(of_single: Release) -> None:
    assert of_single.diagnostics.areas_without_children == ("0404",)
    assert "0404" not in areas(of_single, "risk")
    assert warned(of_single, "left out: 0404 (1)")


def test_boundaries_of_one_polygon_make_a_map_of_one_and_no_hot_spots(of_single: Release) -> None:
    assert of_single.geojson is not None
    assert warned(of_single, "have no polygon and are on no map: 0102")
    assert warned(of_single, "Hot spots were not looked for")


def test_a_covariate_of_areas_has_a_coefficient_and_a_driver_of_its_own(of_single: Release) -> None:
    assert "x" in of_single.tables["coefficients.parquet"]["term"].to_pylist()
    assert "x" in of_single.drivers["factor"].to_pylist()


# --- what is odd: the survey ----------------------------------------------------------------------------------------


def test_replicate_weights_that_match_their_survey_give_its_standard_errors(tmp_path: Path) -> None:
    """Against the jackknife by hand: (R - 1) / R times the sum of squares about the estimate."""
    country = wide_country()
    names = replicated(country)
    with_replicates(JACKKNIFE)(country)
    found = released(tmp_path, both_of(country, estimator("logistic"))).diagnostics.national
    assert found is not None

    def rate(weight: str) -> float:
        total = math.fsum(float(row[weight]) for row in country.survey)
        return math.fsum(float(row[weight]) for row in country.survey if row["works"] == "1") / total

    squares = math.fsum((rate(name) - rate("weight")) ** 2 for name in names)
    assert found.direct == pytest.approx(rate("weight"))
    assert found.direct_se == pytest.approx(math.sqrt((len(names) - 1) / len(names) * squares))


def test_weights_of_psus_move_the_fit_and_their_multiple_does_not(tmp_path: Path) -> None:
    def fitted(name: str, weight: Callable[[Row], str] | None) -> Release:
        country = wide_country()
        if weight is not None:
            weights_of_psus(weight)(country)
        return released(tmp_path / name, country)

    without = fitted("without", None)
    once, twice = (fitted(f"{k}", lambda row, k=k: str(k * (1 + int(row["psu"]) % 4))) for k in (1, 2))
    risk = [areas(release, "risk") for release in (without, once, twice)]
    assert risk[2] == pytest.approx(risk[1], rel=1e-6)
    assert max(abs(risk[1][code] - risk[0][code]) for code in WIDE) > 1e-4
    left = [_left_out(release) for release in (without, once, twice)]
    assert left[2] == pytest.approx(left[1], rel=1e-6)
    assert left[1] != pytest.approx(left[0], rel=1e-4)
    for release in (once, twice):
        mixed = release.diagnostics.mixed
        assert mixed is not None
        assert not mixed.boundary or mixed.penalised
        own = dict(zip(*_coefficients(release), strict=True))
        assert mixed.scalings[0].coefficients == pytest.approx(
            own, rel=1e-6
        )  # the check weighs as the fit does


def _left_out(release: Release) -> dict[str, float]:
    validation = release.diagnostics.validation
    assert validation is not None
    assert validation.leave_one_out is not None
    return {record.code: record.predicted for record in validation.leave_one_out.domains}


def _coefficients(release: Release) -> tuple[list[str], list[float]]:
    table = release.tables["coefficients.parquet"]
    return table["term"].to_pylist(), table["estimate"].to_pylist()


def test_nine_sampled_areas_are_enough_for_a_model_without_their_effects(tmp_path: Path) -> None:
    country = both_of(wide_country(), sampled(lambda row: row["area"] < "0302"), estimator("logistic"))
    release = released(tmp_path, country)
    assert release.diagnostics.mixed is None
    assert release.diagnostics.areas_sampled == 9
    assert set(areas(release, "interval_kind").values()) == {"coefficients"}
    assert set(areas(release, "reliability").values()) == {None}


def test_departments_that_the_model_cannot_do_without_are_not_predicted_and_listed(tmp_path: Path) -> None:
    country = both_of(
        wide_country(), sampled(lambda row: row["area"] < "0401")
    )  # three departments of four areas
    release = released(tmp_path, country)
    assert release.diagnostics.validation is not None
    found = release.diagnostics.validation.leave_one_out
    assert found is not None
    assert (found.compared, found.domains, found.rmse, found.pearson) == (0, (), None, None)
    assert (found.no_sample, found.not_predicted) == (("04",), ("01", "02", "03"))
    assert warned(release, "3 of the 3 departments with a sample could not be predicted", "01, 02, 03")


def test_weights_that_follow_the_outcome_are_warned_of(tmp_path: Path) -> None:
    country = wide_country().each(lambda row: row | {"weight": "60" if row["works"] == "1" else "10"})
    release = released(tmp_path, country)
    mixed = release.diagnostics.mixed
    assert mixed is not None
    assert mixed.informative
    assert mixed.informativeness_p_value is not None
    assert mixed.informativeness_p_value < 0.05
    assert warned(
        release, "the design is informative", "less often than 95 times in 100", "survey.psu_weight"
    )


def rare(country: SmallCountry) -> SmallCountry:
    """Twelve children with the outcome, the first of as many areas."""
    seen: set[str] = set()

    def keep(row: Row) -> Row:
        first = row["works"] == "1" and row["area"] not in seen and len(seen) < 12
        seen.update({row["area"]} if first else ())
        return row | {"works": str(int(first))}

    return country.each(keep)


@pytest.mark.parametrize("name", ["mixed", "firth"])
def test_twelve_events_complete_and_the_release_says_that_an_index_is_the_answer(
    name: str, tmp_path: Path
) -> None:
    release = released(tmp_path, both_of(rare(wide_country()), estimator(name)))
    found = release.diagnostics.prevalence
    assert found is not None
    assert (found.events, found.advice) == (12, "index")
    assert warned(
        release, "The survey cannot carry this model", "An index (mirti index) is the honest answer"
    )


def test_firths_penalty_completes_where_the_outcome_is_separated(tmp_path: Path) -> None:
    country = both_of(
        wide_country(),
        outcome("0", lambda row: row["sex"] == "2"),
        estimator("firth"),
        in_spec("[uncertainty]", '[[model.candidates]]\nname = "b"\nterms = ["sex"]\n\n[uncertainty]'),
    )
    release = released(tmp_path, country)
    table = release.tables["coefficients.parquet"].to_pylist()
    girls = next(row for row in table if row["term"] == "sex=female")
    assert -12 < girls["estimate"] < -2
    assert release.diagnostics.candidates == ()
    assert warned(release, "The candidates are not compared")


def test_six_areas_without_a_parent_run_without_a_word_of_departments(tmp_path: Path) -> None:
    country = small_country()
    country.spec = country.spec.replace(DEPARTMENTS, "")
    release = released(tmp_path, country)
    assert release.domains.num_rows == 1
    assert not warned(release, "epartment")
