"""The main path on a simulated country: what goes in comes out where it should, and near the truth."""

from __future__ import annotations

import csv
from collections import defaultdict

import pyarrow.parquet as pq
import pytest

from mirti import pipeline
from mirti.bench.truth import compare, comparison
from tests.support.simulated import small_country

__all__ = ["small_country"]


@pytest.fixture(scope="module")
def release(small_country, tmp_path_factory):
    out = pipeline.run(small_country / "model.toml", tmp_path_factory.mktemp("run") / "release")
    return pipeline.verify(out)


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def by_code(table, column):
    return dict(zip(table["code"].to_pylist(), table[column].to_pylist(), strict=True))


def test_every_area_of_the_country_is_there_sampled_or_not(release, small_country):
    truth = pq.read_table(small_country / "truth.parquet")
    assert set(release.areas["code"].to_pylist()) == set(truth["code"].to_pylist())
    sampled = {
        code for code, yes in zip(truth["code"].to_pylist(), truth["sampled"].to_pylist(), strict=True) if yes
    }
    found = by_code(release.areas, "sample_n")
    assert {code for code, n in found.items() if n > 0} <= sampled
    assert release.diagnostics.areas_sampled < release.diagnostics.areas


def test_children_are_those_of_the_projection(release, small_country):
    first, last = release.manifest.ages
    projected: dict[str, float] = defaultdict(float)
    for row in rows(small_country / "population.csv"):
        if first <= int(row["age"]) <= last:
            projected[row["area"].zfill(5)] += float(row["persons"])
    assert by_code(release.areas, "children") == pytest.approx(dict(projected))
    assert set(release.areas["children_source"].to_pylist()) == {"projection"}


def test_the_registers_are_in_the_profile(release, small_country):
    profile = {(row["code"], row["variable"]): row for row in release.profile.to_pylist()}
    declared = [v["column"] for register in release.manifest.spec["registers"] for v in register["variables"]]
    shown: list[bool] = []
    for row in rows(small_country / "registers.csv"):
        for column in declared:
            found = profile[row["area"].zfill(5), column]
            assert found["value"] == (None if found["withheld"] else float(row[column]))
            shown.append(not found["withheld"])
    assert sum(shown) > len(shown) / 2  # small counts are withheld, and what would give them back


def test_hazardous_work_comes_from_the_same_spec_and_is_part_of_child_labour(
    release, small_country, tmp_path
):
    out = pipeline.run(small_country / "model.toml", tmp_path / "hazardous", outcome="hazardous_work")
    hazardous = pipeline.verify(out)
    assert hazardous.manifest.outcome.rule["kind"] == "hazardous_work"
    assert hazardous.manifest.spec_sha256 == release.manifest.spec_sha256
    assert 0 < hazardous.diagnostics.model.events < release.diagnostics.model.events
    assert hazardous.manifest.release_id.startswith(f"{release.manifest.name}-hazardous-work-")


def test_every_polygon_is_on_the_map(release):
    assert release.geojson is not None
    assert release.diagnostics.boundaries.no_polygon == ()
    assert {f["properties"]["status"] for f in release.geojson["features"]} == {"ok"}


def test_rates_are_near_the_truth_and_rank_it(release, small_country):
    figures = {f.name: f.value for f in compare(comparison(release, small_country / "truth.parquet"))}
    national = release.domains.to_pylist()[0]
    assert abs(figures["truth_national_error"]) < 4 * national["se"]
    assert figures["truth_rmse"] < figures["truth_rmse_of_direct_rates"]
    assert figures["truth_spearman"] > 0.3
