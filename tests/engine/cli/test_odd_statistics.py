"""What the statistics make of bad and of odd input, end to end: refused with a sentence, or done, flagged and sound."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mirti.cli import main
from mirti.io.release_tables import Release
from mirti.pipeline import verify
from tests.support.small_country import WIDE, Row, SmallCountry, add_area, small_country, wide_country
from tests.support.specs import LABEL

Spoil = Callable[[SmallCountry], object]

COUNTRY = "parent_from_code = 2"


def command(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def released(folder: Path, country: SmallCountry) -> Release:
    """The country's release, held to be sound, with no figure that is none anywhere in it."""
    assert command("run", str(country.write(folder / "in")), "--out", str(folder / "out")) == 0
    release = verify(folder / "out")
    for name, table in release.tables.items():
        for column in table.column_names:
            if pa.types.is_floating(table[column].type):
                assert not pc.any(pc.invert(pc.is_finite(table[column]))).as_py(), f"{name}: {column}"
    for name in ("manifest.json", "diagnostics.json", "classes.json"):
        json.loads((folder / "out" / name).read_text(), parse_constant=pytest.fail)
    return release


def warned(release: Release, *parts: str) -> bool:
    return any(all(part in warning for part in parts) for warning in release.manifest.warnings)


def areas(release: Release, *columns: str) -> dict[str, Any]:
    """What the areas' table says of each area in those columns."""
    rows = release.areas.select(["code", *columns]).to_pylist()
    return {row["code"]: row[columns[0]] if len(columns) == 1 else row for row in rows}


# --- how a country is spoilt ----------------------------------------------------------------------------------------


def both(*changes: Spoil) -> Spoil:
    def change(country: SmallCountry) -> None:
        for each in changes:
            each(country)

    return change


def in_spec(old: str, new: str) -> Spoil:
    def change(country: SmallCountry) -> None:
        assert old in country.spec, old
        country.spec = country.spec.replace(old, new, 1)

    return change


def added(text: str) -> Spoil:
    return lambda country: setattr(country, "spec", f"{country.spec}\n{text}\n")


def estimator(name: str) -> Spoil:
    return in_spec('estimator = "mixed"', f'estimator = "{name}"')


def outcome(value: str, where: Callable[[Row], bool]) -> Spoil:
    return lambda country: country.each(lambda row: row | {"works": value} if where(row) else row)


def sampled(keep: Callable[[Row], bool]) -> Spoil:
    return lambda country: setattr(country, "survey", [row for row in country.survey if keep(row)])


def file(name: str, column: str, values: Sequence[object], codes: Sequence[str] = WIDE) -> Spoil:
    """A table of areas with one column."""
    rows = "".join(f"{code},{value}\n" for code, value in zip(codes, values, strict=True))
    return lambda country: country.files.update({name: f"area,{column}\n{rows}"})


def scenario(**keys: str) -> str:
    declared = {"name": '"s"', "label": LABEL, "covariate": '"sex"', "levels": '["male"]'}
    written = declared | ({"share": "0.9", "direction": '"up"'} if "share" not in keys else {}) | keys
    return "[[scenarios]]\n" + "\n".join(f"{key} = {value}" for key, value in written.items())


def of_areas(name: str, declared: str) -> Spoil:
    return in_spec(
        "[uncertainty]", f'[[model.area_covariates]]\nname = "{name}"\n{declared}\n\n[uncertainty]'
    )


TABLE = 'source = { file = "x.csv" }\narea = { column = "area" }\ncolumn = "x"'
MEASURE = '[validation]\nsource = { file = "m.csv" }\narea = { column = "area" }\nrate = "rate"'
PROJECTION = (
    '[projection]\nyear = 2024\nsource = { file = "p.csv" }\narea = { column = "area" }\ncount = "children"'
)


def measure(values: Sequence[object], codes: Sequence[str] = WIDE) -> Spoil:
    return both(added(MEASURE), file("m.csv", "rate", values, codes))


def projection(values: Sequence[object]) -> Spoil:
    return both(added(PROJECTION), file("p.csv", "children", values))


def weights_of_psus(weight: Callable[[Row], str]) -> Spoil:
    named = in_spec('psu = "psu"', 'psu = "psu"\npsu_weight = "own"')
    return both(named, lambda country: country.each(lambda row: row | {"own": weight(row)}))


def replicated(
    country: SmallCountry, spoil: Callable[[str, float], object] = lambda name, weight: weight
) -> list[str]:
    """Jackknife weights rep0, rep1, … that leave one PSU out each, as if there were no strata; their names."""
    psus = sorted({row["psu"] for row in country.survey}, key=int)
    names = [f"rep{i}" for i, _ in enumerate(psus)]
    factor = len(psus) / (len(psus) - 1)

    def weights(row: Row) -> Row:
        own = {
            name: float(row["weight"]) * (0 if row["psu"] == psu else factor)
            for name, psu in zip(names, psus, strict=True)
        }
        return row | {name: f"{spoil(name, weight)}" for name, weight in own.items()}

    country.each(weights)
    return names


def with_replicates(
    declared: str, spoil: Callable[[str, float], object] = lambda name, weight: weight
) -> Spoil:
    def change(country: SmallCountry) -> None:
        replicated(country, spoil)
        country.spec = country.spec.replace("[census]\n", f"[survey.replicates]\n{declared}\n\n[census]\n", 1)

    return change


# --- what is refused ------------------------------------------------------------------------------------------------

JACKKNIFE = 'kind = "JK1"\ncolumns = ["rep*"]'
BY_STRATUM = 'kind = "JKn"\ncolumns = ["rep*"]'

REFUSED: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "a replicate weight that is not there": (
        with_replicates('kind = "JK1"\ncolumns = ["rep0", "rep99"]'),
        ('there is no column "rep99" (named by survey.replicates.columns)',),
    ),
    "replicate weights below 0": (
        with_replicates(JACKKNIFE, lambda name, weight: -weight if name == "rep3" else weight),
        ("missing or below 0, in 1 columns. (rep3)", "correct or drop the column"),
    ),
    "replicate weights of another survey": (
        with_replicates(JACKKNIFE, lambda name, weight: 5 * weight if name == "rep3" else weight),
        ("The totals of 1 of 56 replicate weights are far from the sampling weight's. (rep3: 5.01 times)",),
    ),
    "replicate factors taken for weights": (
        with_replicates(f"{JACKKNIFE}\ncombined = false"),
        ("The totals of 56 of 56 replicate weights", "Set survey.replicates.combined to false"),
    ),
    "more replicates than PSUs": (
        both(
            with_replicates(JACKKNIFE),
            lambda country: country.each(lambda row: row | {"psu": str(int(row["psu"]) // 10)}),
        ),
        ("JK1 leaves one PSU out at a time: 56 replicates are more than the survey's 14 PSUs.",),
    ),
    "replicates by stratum, neither their scales nor PSUs": (
        both(with_replicates(BY_STRATUM), in_spec('psu = "psu"\n', "")),
        ("replicate weights of kind JKn need rscales where no PSU is declared", "model.toml, line"),
    ),
    "replicates by stratum with too few scales": (
        with_replicates(f"{BY_STRATUM}\nrscales = [0.5, 0.5]"),
        ("rscales", "2", "56"),
    ),
    "replicates by stratum that leave out no PSU": (
        with_replicates(BY_STRATUM, lambda name, weight: weight if weight or name != "rep5" else 1),
        ("leave out one PSU each, and 1 of 56 replicates do not. (replicate 6: 0 PSUs)", "Give rscales"),
    ),
    "replicates by stratum that forget a PSU": (
        with_replicates(
            f'kind = "JKn"\ncolumns = {[f"rep{i}" for i in range(56) if i != 5]}'.replace("'", '"')
        ),
        ("leave every PSU out once, and 1 of 56 PSUs they do not. (1/11: 0 times)", "Name every column"),
    ),
    "a PSU's own weight that is none": (
        weights_of_psus(lambda row: "0" if row["psu"] == "3" else "2"),
        ('the weight "own" is missing, zero or negative in 10 rows', "inverse of the PSU's inclusion"),
    ),
    "a PSU's own weight that varies within it": (
        weights_of_psus(lambda row: "2" if row["home"] == "3" else "4"),
        ("'own' is not the same for all children of a PSU in an area, in 14 of 56", "PSU 0/3: 2 to 4"),
    ),
    "nine sampled areas": (
        sampled(lambda row: row["area"] < "0302"),
        ("The survey's children lie in 9 areas: too few", 'model.estimator = "logistic"'),
    ),
    "an outcome of one area": (
        outcome("0", lambda row: row["area"] != "0102"),
        ("children with the outcome live in one area", "(0102)", 'model.estimator = "logistic"'),
    ),
    "an outcome of every area but one": (
        outcome("1", lambda row: row["area"] != "0102"),
        ("children without the outcome live in one area", "(0102)"),
    ),
    "a separated outcome": (
        outcome("0", lambda row: row["sex"] == "2"),
        ("The outcome is separated", "sex=female", "drop the term"),
    ),
    "a stratum with one PSU": (
        lambda country: country.each(lambda row: row | {"stratum": "lone"} if row["psu"] == "0" else row),
        ("1 stratum has one sampled PSU", "(lone)", "survey.single_psu"),
    ),
    "departments that nothing forms": (
        both(in_spec(COUNTRY, ""), added('[benchmark]\nto = "departments"')),
        ("benchmark.to is departments, and the spec names none", "[areas]"),
    ),
    "a scenario of no covariate": (
        added(scenario(covariate='"sexo"')),
        ('changes "sexo", which is no covariate', "Did you mean sex?"),
    ),
    "a scenario of no level": (
        added(scenario(levels='["males"]')),
        ('names "males", which is no level of sex', "Did you mean male?"),
    ),
    "a scenario of no level that the files have": (
        added(scenario(covariate='"lag"', levels='["9"]')),
        ('scenario "s": lag has no such levels. (9)', "The levels of lag are"),
    ),
    "a covariate of areas that is the same everywhere": (
        both(of_areas("x", TABLE), file("x.csv", "x", [3] * 16)),
        ("has the same value everywhere (3)", "model.area_covariates"),
    ),
    "a covariate of areas that some lack": (
        both(of_areas("x", TABLE), file("x.csv", "x", range(14), WIDE[:14])),
        ("Areas of the census without a value: 2", "(0403, 0404)", "Complete the table"),
    ),
    "a covariate of areas of no level that the files have": (
        of_areas("x", 'census = "lag=9"'),
        ('"lag=9" is no level of a covariate of the model', "The levels of lag are"),
    ),
    "a covariate of areas that has a covariate's name": (
        of_areas("sex", 'census = "sex=male"'),
        ('covariate of areas "sex" has the name of a covariate', "model.toml, line"),
    ),
    "a candidate of no covariate": (
        in_spec("[uncertainty]", '[[model.candidates]]\nname = "b"\nterms = ["sexo"]\n\n[uncertainty]'),
        ('term "sexo" names "sexo", which is no covariate', "Did you mean sex?"),
    ),
    "a measure in percent": (
        measure(range(0, 32, 2)),
        ("Rates lie outside 0–1. (0102: 2, 0103: 4", "and 5 more", "divide percentages by 100"),
    ),
    "a measure of other areas": (
        measure([0.1] * 16, [f"X{code}" for code in WIDE]),
        ("0 areas of the release have a rate there", "codes begin 0101", "X0101"),
    ),
    "a sampled area that the projection empties": (
        projection([0, *[50] * 15]),
        ("the survey found children", "the census, or the projection, counts none: 1. (0101)"),
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_refused_with_its_reason_and_no_folder(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, told = REFUSED[fault]
    country = wide_country()
    spoil(country)
    code = command("run", str(country.write(tmp_path / "in")), "--out", str(tmp_path / "out"))
    message = capsys.readouterr().err
    assert code == 2, message
    for part in told:
        assert part in message
    assert "→" in message
    assert "Traceback" not in message
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


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
        in_spec(COUNTRY, ""),
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
        in_spec(COUNTRY, "parent_from_code = 1"),
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


def both_of(country: SmallCountry, *changes: Spoil) -> SmallCountry:
    both(*changes)(country)
    return country


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
    country.spec = country.spec.replace(COUNTRY, "")
    release = released(tmp_path, country)
    assert release.domains.num_rows == 1
    assert not warned(release, "epartment")
