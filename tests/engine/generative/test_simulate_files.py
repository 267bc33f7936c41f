"""The files of a simulated country: complete, consistent with each other, the same for the same seed."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import shapely

from mirti.declarations import Source, SpecDeclaration
from mirti.errors import InputError, MachineError
from mirti.io.readers import connect, open_source
from mirti.io.simulated import FORMATS, write_country
from mirti.io.survey import collapse_survey
from mirti.io.toml_text import toml
from mirti.outcome import outcome_column
from mirti.simulate import plan as plan_module
from mirti.simulate.children import LOG_ODDS
from mirti.simulate.spec import spec
from mirti.spec import load
from tests.support.simulated import PERSONS, SEED, small_country

__all__ = ["small_country"]

FILES = {
    "boundaries.geojson", "country.geojson", "departments.geojson", "model-stored.toml", "model.toml", "population.csv",
    "registers.csv", "survey.parquet", "territories.csv", "truth-sample.parquet", "truth.parquet",
}  # fmt: skip


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def census(small_country: Path) -> pa.Table:
    return pq.read_table(small_country / "census")


@pytest.fixture(scope="module")
def survey(small_country: Path) -> pa.Table:
    return pq.read_table(small_country / "survey.parquet")


@pytest.fixture(scope="module")
def truth(small_country: Path) -> pa.Table:
    return pq.read_table(small_country / "truth.parquet")


def column(table: pa.Table, name: str) -> np.ndarray:
    return table[name].to_numpy(zero_copy_only=False)


def test_the_folder_holds_what_a_run_needs(small_country: Path) -> None:
    assert {path.name for path in small_country.iterdir()} == FILES | {"census"}
    assert not small_country.with_name("country.partial").exists()


def test_same_seed_same_bytes_and_another_seed_another_country(small_country: Path, tmp_path: Path) -> None:
    again = hashes(write_country(tmp_path / "again", PERSONS, SEED))
    other = hashes(write_country(tmp_path / "other", PERSONS, SEED + 1))
    kept = hashes(small_country)
    data = [name for name in again if not name.endswith(".toml")]  # the fixture adds to the specs
    assert {name: again[name] for name in data} == {name: kept[name] for name in data}
    assert not set(other.values()) & set(again.values())


def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(plan_module, "HOUSEHOLDS_OF_PIECE", 1_200)
    with pytest.raises(KeyboardInterrupt):
        write_country(tmp_path / "country", 20_000, 3, interrupt)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int, int]] = []
    monkeypatch.setattr(plan_module, "HOUSEHOLDS_OF_PIECE", 2_000)
    write_country(tmp_path / "country", 20_000, 3, lambda *step: seen.append(step))
    assert seen == [("census", i, len(seen)) for i in range(1, len(seen) + 1)]
    assert len(seen) >= 2


def test_a_folder_that_exists_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(InputError, match="exists already"):
        write_country(tmp_path, 20_000, 1)
    assert (tmp_path / "mine").read_text() == "keep"


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not known\. \(\.xls\)"):
        write_country(tmp_path / "country", 20_000, 1, survey_formats=(".xls",))


def test_a_disk_that_fails_is_the_machines_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(MachineError, match="No space left on device"):
        write_country(tmp_path / "country", 20_000, 1)
    assert list(tmp_path.iterdir()) == []


def test_the_truth_counts_the_census(census: pa.Table, truth: pa.Table) -> None:
    area, age = column(census, "area"), column(census, "age")
    codes, persons = np.unique(area, return_counts=True)
    _, children = np.unique(area[(age >= 5) & (age <= 17)], return_counts=True)
    order = np.argsort(column(truth, "code"))
    assert [f"{code:05d}" for code in codes] == column(truth, "code")[order].tolist()
    assert column(truth, "persons")[order].tolist() == persons.tolist()
    assert column(truth, "children")[order].tolist() == children.tolist()
    assert column(truth, "expected_rate") * column(truth, "children") == pytest.approx(
        column(truth, "expected_children")
    )


def test_the_census_does_not_tell_who_works(census: pa.Table) -> None:
    assert not {"hours", "branch", "occupation", "chores_hours", "child_labour"} & set(census.column_names)
    young = pc.filter(census["activity"], pc.less(census["age"], 18))
    assert young.null_count == len(young)


def test_households_are_numbered_throughout_the_country(census: pa.Table) -> None:
    household, person = column(census, "household"), column(census, "person")
    assert np.unique(household).tolist() == list(range(1, household.max() + 1))
    assert len(np.unique(household * 100 + person)) == len(household)
    assert (np.bincount(household)[1:] == np.bincount(household, column(census, "relation") == 1)[1:] * column(
        census, "members")[column(census, "relation") == 1]).all()  # fmt: skip


def test_half_of_the_municipalities_have_no_sample(survey: pa.Table, truth: pa.Table) -> None:
    sampled = set(column(truth, "code")[column(truth, "sampled")])
    assert {f"{code:05d}" for code in column(survey, "area")} == sampled
    assert len(sampled) == truth.num_rows // 2


def test_every_stratum_has_two_units_or_more(survey: pa.Table) -> None:
    units = survey.group_by("stratum").aggregate([("psu", "count_distinct")])
    assert column(units, "psu_count_distinct").min() >= 2


def test_weights_give_back_the_households_of_each_stratum(survey: pa.Table, census: pa.Table) -> None:
    """With probability proportional to size and non-response made up for inside the unit this is an identity."""
    heads, homes = column(survey, "person") == 1, column(census, "person") == 1
    estimate = np.bincount(column(survey, "stratum")[heads], column(survey, "weight")[heads])
    counted = np.bincount(
        10 * (column(census, "area")[homes] // 1000) + column(census, "zone")[homes], minlength=len(estimate)
    )
    assert estimate == pytest.approx(counted)
    assert column(survey, "weight").sum() == pytest.approx(census.num_rows, rel=0.05)
    assert column(survey, "weight").max() > 2 * column(survey, "weight").min()


def test_the_stages_of_the_design_are_stated(survey: pa.Table, census: pa.Table) -> None:
    homes = census.filter(pc.equal(census["person"], 1))
    units = homes.group_by("segment").aggregate([("household", "count")])
    households = dict(zip(column(units, "segment"), column(units, "household_count"), strict=True))
    assert [households[psu] for psu in column(survey, "psu")] == column(survey, "psu_households").tolist()
    stratum = column(homes, "area") // 1000 * 10 + column(homes, "zone")
    segments = np.unique(np.stack([column(homes, "segment"), stratum]), axis=1)
    strata, number = np.unique(segments[1], return_counts=True)
    stated = dict(zip(column(survey, "stratum"), column(survey, "stratum_psus"), strict=True))
    assert stated == dict(zip(strata, number, strict=True))


def test_sampled_persons_are_the_census_persons(survey: pa.Table, census: pa.Table) -> None:
    known = dict(zip(_keys(census), _facts(census), strict=True))
    assert all(known[key] == row for key, row in zip(_keys(survey), _facts(survey), strict=True))


def _keys(table: pa.Table) -> list[tuple[int, int]]:
    return list(zip(table["household"].to_pylist(), table["person"].to_pylist(), strict=True))


def _facts(table: pa.Table) -> list[tuple[int, ...]]:
    facts = ("area", "zone", "age", "sex", "relation", "members")
    return list(zip(*(table[name].to_pylist() for name in facts), strict=True))


def test_the_rule_applied_to_the_questionnaire_gives_back_the_truth(small_country: Path) -> None:
    declaration = load(small_country / "model.toml").declaration
    table = ibis.duckdb.connect().read_parquet(small_country / "survey.parquet")
    ruled = table.mutate(ruled=outcome_column(declaration.outcome, table, age="age"))
    children = ruled.filter(ruled.age.between(5, 17)).select("household", "person", "ruled").to_pyarrow()
    sample = pq.read_table(small_country / "truth-sample.parquet").join(children, ["household", "person"])
    assert sample.num_rows == children.num_rows
    known = sample.filter(pc.is_valid(sample["ruled"]))
    assert known["ruled"].to_pylist() == known["child_labour"].to_pylist()
    assert known.num_rows > 0.98 * sample.num_rows
    assert 0 < pc.sum(known["ruled"]).as_py() < known.num_rows


@pytest.mark.parametrize("stored", [False, True])
def test_the_spec_is_ready_and_names_thirteen_covariates(small_country: Path, stored: bool) -> None:
    path = small_country / ("model-stored.toml" if stored else "model.toml")
    declaration = load(path).declaration
    assert [covariate.name for covariate in declaration.covariates] == list(LOG_ODDS)
    assert len(declaration.covariates) == 13
    derived = [c.name for c in declaration.covariates if c.census.column is None]
    assert bool(derived) is not stored


def test_household_features_worked_out_equal_the_stored_ones(small_country: Path, tmp_path: Path) -> None:
    con = connect(temp=tmp_path)
    cells = []
    for name in ("model.toml", "model-stored.toml"):
        loaded = load(small_country / name)
        opened = open_source(con, loaded.declaration.survey.source, small_country, "survey")
        cells.append(collapse_survey(con, opened, loaded).cells)
    derived, stored = cells
    for name in ("codes", "area", "psu", "n", "ny", "sw"):
        assert np.array_equal(getattr(derived, name), getattr(stored, name)), name


def test_levels_and_effects_agree() -> None:
    declaration = SpecDeclaration.model_validate(spec("Nadie", 1))
    levels = {covariate.name: len(covariate.levels) for covariate in declaration.covariates}
    assert levels == {name: len(effects) for name, effects in LOG_ODDS.items()}


@pytest.mark.parametrize("stored", [False, True])
def test_toml_text_reads_back(stored: bool) -> None:
    tables = spec('Ñandú "el Grande"', 1, stored=stored)
    assert tomllib.loads(toml(tables)) == tables


def test_boundaries_join_the_territories(small_country: Path, truth: pa.Table) -> None:
    def read(name: str) -> tuple[list[dict[str, str]], list[shapely.Geometry]]:
        features = json.loads((small_country / name).read_text(encoding="utf-8"))["features"]
        return [f["properties"] for f in features], [
            shapely.from_geojson(json.dumps(f["geometry"])) for f in features
        ]

    municipal, polygons = read("boundaries.geojson")
    provincial, departments = read("departments.geojson")
    _, (country,) = read("country.geojson")
    assert {own["code"] for own in municipal} == set(column(truth, "code"))
    assert shapely.coverage_is_valid(polygons)
    for own, shape in zip(provincial, departments, strict=True):
        members = [p for p, at in zip(polygons, municipal, strict=True) if at["parent"] == own["code"]]
        assert shapely.coverage_union_all(members).equals(shape)
        assert {at["code"][:2] for at in municipal if at["parent"] == own["code"]} == {own["code"]}
    assert shapely.coverage_union_all(departments).equals(country)


def test_territory_names_include_one_of_ninety_characters(small_country: Path) -> None:
    rows = (small_country / "territories.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert max(len(row.split('"')[3]) for row in rows) == 90


def test_the_projection_has_moved_on_from_the_census(small_country: Path, census: pa.Table) -> None:
    projected = np.genfromtxt(small_country / "population.csv", delimiter=",", names=True)
    young = census.filter(pc.less(census["age"], 18))
    assert set(projected["age"]) == set(range(18))
    assert set(projected["sex"]) == {1, 2}
    ratio = projected["persons"].sum() / young.num_rows
    assert 0.9 < ratio < 1.2
    by_area = [
        projected["persons"][projected["area"] == code].sum() for code in np.unique(column(young, "area"))
    ]
    counted = np.unique(column(young, "area"), return_counts=True)[1]
    assert np.std(np.array(by_area) / counted) > 0.01


def test_registers_are_tied_to_the_truth(small_country: Path, truth: pa.Table) -> None:
    registers = np.genfromtxt(small_country / "registers.csv", delimiter=",", names=True)
    assert [f"{int(code):05d}" for code in registers["area"]] == column(truth, "code").tolist()
    covered = registers["beneficiaries"] / column(truth, "children")
    assert np.corrcoef(covered, column(truth, "expected_rate"))[0, 1] > 0.2
    assert (registers["enrolment"] <= 1.02 * column(truth, "children") + 1).all()


def test_the_survey_is_the_same_in_every_format(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "country", 20_000, 3, survey_formats=FORMATS)
    con = connect(temp=tmp_path / "temp")
    tables = {}
    for suffix in FORMATS:
        source = Source(file=f"survey{suffix}")
        tables[suffix] = open_source(con, source, folder, f"survey{suffix}").table.to_pyarrow()
    for suffix, table in tables.items():
        assert table.num_rows == tables[".parquet"].num_rows, suffix
        for name in ("area", "age", "weight", "schooling", "hours", "water"):
            expected = column(tables[".parquet"], name).astype(float)
            assert column(table, name).astype(float) == pytest.approx(expected, nan_ok=True), (suffix, name)
