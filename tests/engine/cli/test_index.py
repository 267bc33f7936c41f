"""`mirti index`, whole: a made-up country and, where its files are, Brazil with its 5,565 municipalities."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mirti.cli import INPUT, main
from mirti.errors import InputError
from mirti.io.release_sums import check_sums
from mirti.io.release_tables import Release
from mirti.pipeline import run_index, verify
from mirti.spec import load_index
from tests.support.indexes import CHILDREN, PUBLISHED, chain, codes, parents, spec_text, values, write_country

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "brazil-index" / "index.toml"
DATA = ROOT.parent / "shared" / "data" / "brazil"
FILES = pytest.mark.skipif(
    not DATA.is_dir(), reason="shared/data is not beside this checkout: the real run is skipped"
)


def table(release: Path, name: str) -> pd.DataFrame:
    return pq.read_table(release / f"{name}.parquet").to_pandas()


def document(release: Path, name: str) -> dict[str, object]:
    read: dict[str, object] = json.loads((release / f"{name}.json").read_text())
    return read


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    return run_index(write_country(folder / "country"), folder / "release")


@pytest.fixture(scope="module")
def read(release: Path) -> Release:
    return verify(release)


def test_the_release_is_sound_and_says_that_it_is_an_index(read: Release) -> None:
    manifest = read.manifest
    assert (manifest.measure, manifest.interval_kind, manifest.replicates) == ("index", "choices", 200)
    assert (manifest.survey_year, manifest.census_year, manifest.children_year) == (None, None, 2020)
    assert manifest.outcome.rule == {"kind": "index"}
    assert read.diagnostics.model is None


def test_scores_are_those_of_the_chain_divided_by_a_hundred(release: Path) -> None:
    areas = table(release, "areas").set_index("code")
    score = pd.Series(chain().run(PUBLISHED).score, index=codes()) / 100
    pd.testing.assert_series_equal(areas["risk"], score.loc[areas.index], check_names=False)
    assert areas["risk"].between(0.01, 1).all()
    assert areas["children"].to_dict() == dict(zip(codes(), CHILDREN.astype(float), strict=True))


def test_nothing_of_a_survey_is_made_up(release: Path) -> None:
    for name in ("areas", "domains"):
        nothing = table(release, name)[["sample_n", "direct", "direct_se", "expected", "cv", "reliability"]]
        assert nothing.isna().all(axis=None)
    assert not (release / "coefficients.parquet").exists()
    assert all(row["expected"] is None for row in document(release, "classes")["classes"])  # type: ignore[attr-defined]


def test_departments_and_country_are_means_weighted_by_children(release: Path) -> None:
    areas, domains = table(release, "areas"), table(release, "domains").set_index("code")
    for code in domains.index:
        inside = areas if code == "XX" else areas[areas["parent"] == code]
        assert domains.loc[code, "risk"] == pytest.approx(
            np.average(inside["risk"], weights=inside["children"])
        )
        assert domains.loc[code, "areas"] == len(inside)


def test_intervals_are_those_of_the_replicates(release: Path) -> None:
    areas = table(release, "areas").set_index("code")
    draws = (
        table(release, "replicates").pivot(index="code", columns="replicate", values="risk").loc[areas.index]
    )
    assert draws.shape == (60, 200)
    low, high = np.quantile(draws, [0.025, 0.975], axis=1)
    np.testing.assert_allclose(areas["ci_low"], np.minimum(low, areas["risk"]), atol=1e-6)
    np.testing.assert_allclose(areas["ci_high"], np.maximum(high, areas["risk"]), atol=1e-6)
    np.testing.assert_allclose(areas[["p_1", "p_2", "p_3"]].sum(axis=1), 1)
    assert (areas["rank_low"] <= areas["rank"]).all()
    assert (areas["rank"] <= areas["rank_high"]).all()
    assert areas["p_top"].sum() == pytest.approx(12)  # in every draw a fifth of the 60 are the top


def test_weights_and_profile_describe_every_indicator(release: Path) -> None:
    weights, profile = table(release, "weights"), table(release, "profile")
    assert weights["weight"].sum() == pytest.approx(1)
    assert weights["treatment"].str.match(r"none$|winsorised low=|box_cox lambda=").all()
    raw = profile[profile["variable"] == "crowding"].set_index("code").loc[codes(), "value"]
    np.testing.assert_allclose(raw, values()[:, 4])
    assert set(profile["year"]) == {2019}


def test_the_same_spec_gives_the_same_release_and_another_seed_another(tmp_path: Path, read: Release) -> None:
    again = write_country(tmp_path / "again")
    other = write_country(tmp_path / "other", spec=spec_text().replace("seed = 3", "seed = 4"))
    one, two = (verify(run_index(spec, tmp_path / spec.parent.name / "out")) for spec in (again, other))
    assert one.manifest.release_id == read.manifest.release_id
    assert two.manifest.release_id != read.manifest.release_id
    assert two.areas["risk"].equals(read.areas["risk"])


def test_missing_values_are_imputed_if_the_spec_says_so(tmp_path: Path) -> None:
    holes = values()
    holes[:6, 1] = np.nan
    with pytest.raises(InputError, match=r"'lag' has no value in areas \(01000, 01004"):
        run_index(write_country(tmp_path / "refused", holes), tmp_path / "none")
    text = spec_text(
        'imputation = "regression"', 'draws = 100\nsensitivity_points = 64\nimputation = ["median"]'
    )
    found = verify(run_index(write_country(tmp_path / "imputed", holes, spec=text), tmp_path / "out"))
    assert found.diagnostics.index is not None
    assert found.diagnostics.index.imputed == {"lag": 6}
    assert found.diagnostics.index.choices["imputation"] == ("regression", "median")
    assert any("'lag' is missing in 6 of 60 areas" in warning for warning in found.manifest.warnings)
    assert found.profile is not None
    lag = found.profile.to_pandas().query("variable == 'lag'").set_index("code")["value"]
    assert lag.loc[codes()[:6]].isna().all()  # a profile shows what the source has, never what was filled in


def test_a_constant_indicator_is_refused_or_dropped(tmp_path: Path) -> None:
    constant = values()
    constant[:, 0] = 12
    with pytest.raises(InputError, match="one and the same value"):
        run_index(write_country(tmp_path / "refused", constant), tmp_path / "none")
    text = spec_text('constant = "drop"')
    found = verify(run_index(write_country(tmp_path / "dropped", constant, spec=text), tmp_path / "out"))
    assert "illiteracy" not in found.tables["weights.parquet"]["indicator"].to_pylist()
    assert any("'illiteracy' has one and the same value" in warning for warning in found.manifest.warnings)


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric"])
@pytest.mark.parametrize("normalisation", ["z", "rank", "goalposts"])
def test_every_way_of_making_it_is_a_sound_release(
    tmp_path: Path, aggregation: str, normalisation: str
) -> None:
    method = f'aggregation = "{aggregation}"\nnormalisation = "{normalisation}"\nweighting = "declared"'
    spec = write_country(tmp_path / "country", spec=spec_text(method, "draws = 100\nsensitivity_points = 64"))
    drivers = verify(run_index(spec, tmp_path / "out")).drivers.to_pandas()
    assert ("remainder" in set(drivers["factor"])) == (aggregation == "geometric")


def test_an_area_without_children_is_left_out_and_listed(tmp_path: Path) -> None:
    spec = write_country(tmp_path / "country")
    counted = tmp_path / "country" / "children.csv"
    counted.write_text(re.sub(r"02001,\d+,\d+", "02001,0,0", counted.read_text()))
    found = verify(run_index(spec, tmp_path / "out"))
    assert found.diagnostics.areas_without_children == ("02001",)
    assert "02001" not in found.areas["code"].to_pylist()
    assert any("left out: 02001 (1)" in warning for warning in found.manifest.warnings)


def test_areas_may_have_the_country_right_above_them(tmp_path: Path) -> None:
    text = spec_text().replace("parent_from_code = 2", "")
    found = verify(run_index(write_country(tmp_path / "country", spec=text), tmp_path / "out"))
    assert found.domains["code"].to_pylist() == ["XX"]
    assert found.areas["parent"].null_count == 60


def test_without_alternatives_the_intervals_say_that_they_hold_nothing(tmp_path: Path) -> None:
    alone = (
        "treatment = []\nnormalisation = []\nweighting = []\naggregation = []\nleave_out = false\ndraws = 100"
    )
    found = verify(
        run_index(write_country(tmp_path / "country", spec=spec_text("", alone)), tmp_path / "out")
    )
    assert any("the intervals have no width" in warning for warning in found.manifest.warnings)
    assert found.diagnostics.index is not None
    assert found.diagnostics.index.first_order == {}


def test_an_indicator_that_stays_extreme_is_warned_of(tmp_path: Path) -> None:
    extreme = values()
    extreme[7, 3] = 1e6
    text = spec_text('treatment = "none"')
    told = verify(
        run_index(write_country(tmp_path / "country", extreme, spec=text), tmp_path / "out")
    ).manifest.warnings
    assert any(each.startswith("'informality' is still extreme") for each in told)


def test_a_few_areas_are_enough_for_an_index_and_too_few_are_not(tmp_path: Path) -> None:
    found = verify(run_index(write_country(tmp_path / "few", values(4)), tmp_path / "out"))
    assert any("only 4 areas" in warning for warning in found.manifest.warnings)
    with pytest.raises(InputError, match="at least 3 areas with children, there are 2"):
        run_index(write_country(tmp_path / "two", values(2)), tmp_path / "none")


def test_verify_finds_weights_that_do_not_sum_to_one(read: Release) -> None:
    weights = read.tables["weights.parquet"]
    wrong = weights.set_column(2, weights.schema.field("weight"), [[0.1] * 5])
    told = [
        problem.what for problem in check_sums(replace(read, tables=read.tables | {"weights.parquet": wrong}))
    ]
    assert told == ["The weights of the indicators do not sum to 1."]
    without = {name: table for name, table in read.tables.items() if name != "weights.parquet"}
    assert [p.what for p in check_sums(replace(read, tables=without))] == ["The index's weights are missing."]


def test_polygons_without_an_area_and_areas_without_a_polygon_are_told(read: Release) -> None:
    assert read.diagnostics.boundaries is not None
    assert read.diagnostics.boundaries.no_polygon == (codes()[-1],)
    assert any("have no polygon" in warning for warning in read.manifest.warnings)


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("index.toml", 'column = "lag"', 'column = "lags"', "Did you mean lag"),
        ("index.toml", '"girls", "boys"', '"girls", "teenagers"', "teenagers"),
        ("index.toml", "digits = 5 }", "digits = 9 }", "None of its codes is the code of an area"),
        ("index.toml", 'file = "boundaries.geojson"', 'file = "boundary.geojson"', "boundaries.geojson"),
        ("boundaries.geojson", '"code"', '"kode"', "Polygons have no code"),
        (
            "index.toml",
            'file = "boundaries.geojson"',
            'file = "boundaries.geojson"\ncode = "name"',
            "No polygon's code",
        ),
        ("children.csv", "02001,", "01000,", "listed more than once"),
        ("children.csv", "02001,", "02001,-", "missing or negative"),
        ("indicators.csv", "\n2001,", "\n2001,many", "are no numbers"),
        ("indicators.csv", "code,", "kode,", "kode"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, before: str, after: str, told: str
) -> None:
    spec, out = write_country(tmp_path / "country"), tmp_path / "deep" / "release"
    change(tmp_path / "country" / file, before, after)
    with pytest.raises(SystemExit) as left:
        main(["index", str(spec), "--out", str(out)])
    assert left.value.code == INPUT
    assert told in re.sub(r"\s+", " ", capsys.readouterr().err)
    assert [path.name for path in tmp_path.iterdir()] == ["country"]


def test_the_command_says_where_the_release_and_its_report_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "release"
    with pytest.raises(SystemExit) as left:
        main(["index", str(write_country(tmp_path / "country")), "--out", str(out)])
    assert left.value.code == 0
    assert "report.html" in capsys.readouterr().out
    assert (out / "report.html").is_file()


def test_what_a_killed_run_left_is_refused_until_discard(tmp_path: Path) -> None:
    spec, out = write_country(tmp_path / "country"), tmp_path / "release"
    (tmp_path / "release.partial").mkdir()
    with pytest.raises(InputError, match="--discard"):
        run_index(spec, out)
    verify(run_index(spec, out, leftover="discard"))
    assert not (tmp_path / "release.partial").exists()


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "uncertainty" and done > 0:
            raise KeyboardInterrupt

    spec = write_country(tmp_path / "country")
    with pytest.raises(KeyboardInterrupt):
        run_index(spec, tmp_path / "release", interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["country"]


def test_departments_of_the_made_up_country_are_those_of_the_codes(release: Path) -> None:
    areas = table(release, "areas").set_index("code")
    assert areas.loc[codes(), "parent"].tolist() == [f"{parent + 1:02d}" for parent in parents().tolist()]


def test_the_example_is_valid_without_the_data() -> None:
    declared = load_index(EXAMPLE).declaration
    assert [dimension.name for dimension in declared.dimensions] == [
        "child_education",
        "adult_education",
        "labour",
        "household_deprivation",
        "demography",
    ]
    assert len(declared.areas.parent_names) == 27


@FILES
def test_brazil(tmp_path: Path) -> None:
    found = verify(run_index(EXAMPLE, tmp_path / "release"))
    areas = found.areas.to_pandas().set_index("code")
    assert len(areas) == 5565
    assert found.geojson is not None
    assert len(found.geojson["features"]) == 5564
    assert {feature["properties"]["status"] for feature in found.geojson["features"]} == {"ok"}
    assert found.diagnostics.boundaries is not None
    assert found.diagnostics.boundaries.no_polygon == ("2206720",)
    assert any("Invalid polygons were mended" in told and "(46)" in told for told in found.manifest.warnings)
    source = pd.read_csv(DATA / "municipal_indicators_2010.csv.gz").set_index("codmun7")
    assert areas["children"].sum() == (source["homem5a9"] + source["mulh5a9"]).sum()
    # The municipal human development index is built otherwise, from other indicators, and must tell the same story.
    development = source["idhm"].rename(index=str).loc[areas.index]
    assert areas["risk"].corr(development, method="spearman") < -0.9
    assert (tmp_path / "release" / "report.html").read_text().count("<path class=") == 5564
