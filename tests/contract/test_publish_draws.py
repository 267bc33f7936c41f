"""Releases with a bootstrap and of an index: every table arrives, and nothing of the survey's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from almenara.places.models import Level, Territory
from almenara.risk import queries
from almenara.risk.actions import publish
from almenara.risk.facts import fact_sheet
from almenara.risk.gateway import open_release
from almenara.risk.models import Coefficient, Driver, Indicator, ProfileValue, Release, ScenarioEffect, Spot
from mirti.io.release_reader import verify_release
from mirti.io.release_writer import write_release
from tests.support.releases import COUNTRY, Kind, synthetic_release, write_synthetic_release

pytestmark = pytest.mark.django_db
SECRETS = {"sample_n", "direct", "direct_se", "sample_share"}


@pytest.fixture
def folder(tmp_path: Path, kind: Kind) -> Path:
    write_synthetic_release(tmp_path / kind, kind=kind)
    return tmp_path / kind


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return rows


def published(folder: Path) -> Release:
    return publish(folder=folder, by=None, create_territories=True).release


@pytest.mark.parametrize("kind", ["coefficients", "bootstrap", "index"])
def test_the_synthetic_releases_keep_the_contract(folder: Path) -> None:
    assert verify_release(folder) == []


@pytest.mark.parametrize("kind", ["bootstrap", "index"])
def test_every_column_of_an_area_arrives_as_it_was_written(folder: Path) -> None:
    release = published(folder)
    spots = {row["code"]: row for row in table(folder, "hotspots")}
    types = {row["code"]: row["type"] for row in table(folder, "types")}
    shown = {row.place.code: row for row in queries.estimates(release)}
    written = table(folder, "areas")
    assert set(shown) == {row["code"] for row in written}
    same = (
        "risk",
        "se",
        "ci_low",
        "ci_high",
        "expected",
        "cv",
        "reliability",
        "rank_low",
        "rank_high",
        "p_top",
    )
    for row in written:
        figures, spot = shown[row["code"]], spots[row["code"]]
        assert [getattr(figures, name) for name in same] == [row[name] for name in same]
        assert figures.class_probabilities == tuple(row[f"p_{number}"] for number in (1, 2, 3))
        assert (figures.share_hot, figures.p_adjusted) == (spot["share_hot"], spot["p_adjusted"])
        assert (figures.spot == Spot.HOT, figures.spot == Spot.COLD) == (spot["hot_spot"], spot["cold_spot"])
        assert figures.area_type == types[row["code"]]
    assert {Spot.HOT, Spot.COLD, Spot.NONE} == {figures.spot for figures in shown.values()}


@pytest.mark.parametrize("kind", ["bootstrap"])
def test_scenarios_drivers_and_profile_arrive_row_by_row(folder: Path) -> None:
    release = published(folder)
    wanted = {(row["scenario"], row["code"]): row for row in table(folder, "scenarios")}
    rows = ScenarioEffect.objects.filter(release=release).select_related("territory")
    assert {(row.scenario, row.territory.code) for row in rows} == set(wanted)
    names = ("risk", "difference", "ci_low", "ci_high", "expected_difference", "moved")
    for row in rows:
        written = wanted[row.scenario, row.territory.code]
        assert [getattr(row, name) for name in names] == [written[name] for name in names]
    drivers = {(row.territory.code, row.factor): row for row in Driver.objects.select_related("territory")}
    for written in table(folder, "drivers"):
        found = drivers.pop((written["code"], written["factor"]))
        assert (found.contribution, found.ci_low, found.ci_high) == (
            written["contribution"], written["ci_low"], written["ci_high"],
        )  # fmt: skip
    assert drivers == {}
    assert ProfileValue.objects.count() == len(table(folder, "profile"))


@pytest.mark.parametrize("kind", ["bootstrap"])
def test_the_largest_difference_of_children_comes_first(folder: Path) -> None:
    release = published(folder)
    found = queries.effects(release, "schooling_98")
    sizes = [abs(effect.expected_difference) for effect in found]
    assert len(found) == 240
    assert sizes == sorted(sizes, reverse=True)
    [country] = queries.effects(release, "schooling_98", level=Level.COUNTRY)
    assert country.expected_difference == pytest.approx(sum(effect.expected_difference for effect in found))
    place = Territory.objects.get(code="02005")
    sheet = fact_sheet(release, place)
    assert sheet is not None
    assert [effect.scenario for effect in sheet.scenarios] == ["schooling_98", "rural_half"]


@pytest.mark.parametrize("kind", ["index"])
def test_an_index_arrives_with_its_weights_and_without_a_model(folder: Path) -> None:
    release = published(folder)
    assert (release.is_index, release.survey_year, release.census_year) == (True, None, None)
    assert not Coefficient.objects.exists()
    assert not ScenarioEffect.objects.exists()
    weights = [(row.name, row.weight, row.year) for row in Indicator.objects.order_by("position")]
    assert weights == [(row["indicator"], row["weight"], row["year"]) for row in table(folder, "weights")]
    assert all(figures.is_index for figures in queries.estimates(release))
    assert [row.expected for row in queries.classes(release)] == [None, None, None]


@pytest.mark.parametrize("kind", ["index"])
def test_an_index_does_not_take_the_place_of_a_rate_that_is_shown(folder: Path, tmp_path: Path) -> None:
    write_synthetic_release(tmp_path / "rate")
    rate = published(tmp_path / "rate")
    assert publish(folder=folder, by=None).instead == rate == queries.current_release(COUNTRY)


@pytest.mark.parametrize("kind", ["bootstrap"])
def test_the_survey_s_own_figures_stay_in_the_folder(folder: Path) -> None:
    data = open_release(folder)
    assert set(pq.read_schema(folder / "areas.parquet").names) >= SECRETS
    for rows in (data.areas, data.domains, data.scenarios, data.hot_spots, data.types):
        assert not SECRETS & set(rows[0])
    assert not SECRETS & set(_keys(data.diagnostics))
    assert {"national", "validation"}.isdisjoint(data.diagnostics)


def test_what_tells_of_the_survey_s_own_rates_stays_in_the_folder_too(tmp_path: Path) -> None:
    release = synthetic_release(kind="bootstrap")
    diagnostics = release.diagnostics
    assert diagnostics.model is not None
    rates = {"direct_rate": 0.1, "mean_prediction": 0.1, "auc": 0.7}
    told = diagnostics.model_copy(update={"model": diagnostics.model.model_copy(update={"measures": rates})})
    write_release(tmp_path / "told", replace(release, diagnostics=told))
    data = open_release(tmp_path / "told")
    assert data.diagnostics["model"]["measures"] == {"auc": 0.7}
    records = data.diagnostics["benchmark"]
    assert {tuple(sorted(record)) for record in records} == {("code", "own", "shift")}
    assert len(records) == len(diagnostics.benchmark)


def _keys(document: Any) -> Iterator[str]:
    parts = (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    )
    if isinstance(document, dict):
        yield from document
    for part in parts:
        yield from _keys(part)
