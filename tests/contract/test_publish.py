"""The engine's writer writes, the gateway verifies and reads, the platform publishes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from almenara.common.errors import RefusedError
from almenara.places.models import Boundary, Level, Territory
from almenara.risk import queries
from almenara.risk.actions import publish, show
from almenara.risk.facts import fact_sheet
from almenara.risk.gateway import open_release
from almenara.risk.models import (
    Coefficient,
    Driver,
    Estimate,
    Indicator,
    ProfileValue,
    ProfileVariable,
    Release,
    ScenarioEffect,
)
from mirti.io.release_writer import write_release
from tests.support.releases import COUNTRY, LONG_NAME, synthetic_release, write_synthetic_release

pytestmark = pytest.mark.django_db

MODELS = (Release, Estimate, Driver, Coefficient, Indicator, ScenarioEffect, ProfileVariable, ProfileValue, Territory,
          Boundary)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_synthetic_release(tmp_path / "release")
    return tmp_path / "release"


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in MODELS}


def published(folder: Path) -> Release:
    return publish(folder=folder, by=None, create_territories=True).release


def test_every_row_of_the_release_arrives(folder: Path) -> None:
    release = published(folder)
    written = {name: pq.read_table(folder / f"{name}.parquet").num_rows for name in
               ("areas", "domains", "drivers", "coefficients", "profile")}  # fmt: skip
    assert Estimate.objects.filter(release=release).count() == written["areas"] + written["domains"]
    assert Driver.objects.count() == written["drivers"]
    assert Coefficient.objects.count() == written["coefficients"]
    assert ProfileValue.objects.count() == written["profile"]
    assert release.is_current
    with translation.override("es"):  # a page that another test asked for leaves its language behind
        assert release.title == "Riesgo de trabajo infantil"


def test_the_figures_are_those_of_the_folder(folder: Path) -> None:
    release = published(folder)
    expected = {row["code"]: row for row in pq.read_table(folder / "areas.parquet").to_pylist()}
    shown = queries.estimates(release)
    assert [figures.rank for figures in shown] == sorted(row["rank"] for row in expected.values())
    for figures in shown:
        row = expected[figures.place.code]
        assert (figures.risk, figures.ci_low, figures.ci_high) == (row["risk"], row["ci_low"], row["ci_high"])
        assert (figures.risk_class, figures.rank, figures.children) == (
            row["class"],
            row["rank"],
            row["children"],
        )
        assert (figures.cv, figures.reliability, figures.class_probabilities) == (None, None, None)


def test_classes_are_those_of_the_folder(folder: Path) -> None:
    release = published(folder)
    written = json.loads((folder / "classes.json").read_text())["classes"]
    assert [vars(row) | {"class": row.number} for row in queries.classes(release)] == [
        {**row, "number": row["class"]} for row in written
    ]


def test_publishing_twice_changes_nothing(folder: Path) -> None:
    first = publish(folder=folder, by=None, create_territories=True)
    before = rows()
    second = publish(folder=folder, by=None, create_territories=True)
    assert (first.already, second.already) == (False, True)
    assert second.release.pk == first.release.pk
    assert rows() == before


def test_a_release_of_another_outcome_does_not_take_the_place_of_the_one_shown(
    folder: Path, tmp_path: Path
) -> None:
    first = published(folder)
    other = synthetic_release(seed=2)
    rule = other.manifest.outcome.rule | {"kind": "hazardous_work"}
    outcome = other.manifest.outcome.model_copy(update={"rule": rule})
    manifest = other.manifest.model_copy(update={"outcome": outcome})
    write_release(tmp_path / "hazardous", replace(other, manifest=manifest))
    done = publish(folder=tmp_path / "hazardous", by=None)
    assert done.instead == first == queries.current_release(COUNTRY)
    show(release=done.release, by=None)
    assert queries.current_release(COUNTRY) == done.release


def test_publishing_an_earlier_release_again_does_not_bring_it_back(folder: Path, tmp_path: Path) -> None:
    first = published(folder)
    write_synthetic_release(tmp_path / "later", seed=2)
    later = published(tmp_path / "later")
    published(folder)
    assert queries.current_release(COUNTRY) == later != first


def test_earlier_releases_stay_and_can_be_shown_again(folder: Path, tmp_path: Path) -> None:
    first = published(folder)
    write_synthetic_release(tmp_path / "later", seed=2)
    later = published(tmp_path / "later")
    assert queries.current_release(COUNTRY) == later
    assert set(queries.releases(COUNTRY)) == {first, later}
    assert len(queries.estimates(first)) == len(queries.estimates(later))
    show(release=first, by=None)
    assert queries.current_release(COUNTRY) == first
    assert Release.objects.filter(is_current=True).count() == 1


def test_unknown_territories_are_refused_with_the_list_and_nothing_is_written(folder: Path) -> None:
    with pytest.raises(RefusedError) as refusal:
        publish(folder=folder, by=None)
    fault = refusal.value.faults[0]
    assert fault.count == 1 + 6 + 240
    assert "01001" in fault.items
    assert "--create-territories" in fault.remedy
    assert set(rows().values()) == {0}


def test_territories_known_beforehand_need_no_creation(folder: Path, tmp_path: Path) -> None:
    published(folder)
    Release.objects.all().delete()
    assert publish(folder=folder, by=None).territories == 0


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize(
    ("file", "tamper", "said"),
    [
        ("classes.json", lambda path: path.write_text(path.read_text() + " "), "changed since the release"),
        ("areas.parquet", cut, "changed since the release"),
        ("drivers.parquet", Path.unlink, "are missing"),
        ("more.parquet", Path.touch, "were added"),
    ],
)
def test_a_tampered_release_is_refused_and_nothing_is_written(
    folder: Path, file: str, tamper: Callable[[Path], object], said: str
) -> None:
    tamper(folder / file)
    with pytest.raises(RefusedError, match=rf"{said}.*{file}"):
        published(folder)
    assert set(rows().values()) == {0}


def test_figures_that_do_not_add_up_are_refused_though_every_hash_is_right(tmp_path: Path) -> None:
    release = synthetic_release()
    areas = release.tables["areas.parquet"]
    doubled = pa.array([2 * value for value in areas["children"].to_pylist()])
    release.tables["areas.parquet"] = areas.set_column(
        areas.column_names.index("children"), "children", doubled
    )
    write_release(tmp_path / "sums", release, None)
    with pytest.raises(RefusedError, match="children"):
        published(tmp_path / "sums")
    assert set(rows().values()) == {0}


@pytest.mark.parametrize("version", ["0.9", "99.0"])
def test_an_older_or_newer_schema_version_is_refused(folder: Path, version: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["schema_version"] = version
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RefusedError, match=f"schema version {version}"):
        published(folder)
    assert set(rows().values()) == {0}


def test_the_same_figures_of_another_run_change_nothing_and_this_is_told(folder: Path) -> None:
    release = published(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["timings"] = {"collapse": 99.0}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    again = publish(folder=folder, by=None)
    assert (again.release, again.already, again.another_run) == (release, True, True)


def test_a_folder_without_a_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no release here"):
        published(tmp_path)


def test_a_territory_known_at_another_level_is_refused(folder: Path) -> None:
    published(folder)
    Release.objects.all().delete()
    Territory.objects.filter(code="01001").update(level=Level.DEPARTMENT)
    with pytest.raises(RefusedError, match="01001: department, municipality in the release"):
        publish(folder=folder, by=None)
    assert not Release.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("almenara.risk.rows._create_profile", fail)
    with pytest.raises(type(error)):
        published(folder)
    assert set(rows().values()) == {0}


def test_the_survey_s_own_figures_stay_in_the_folder(folder: Path) -> None:
    data = open_release(folder)
    private = {"sample_n", "direct", "direct_se"}
    assert private <= set(pq.read_schema(folder / "areas.parquet").names)
    assert not private & set(data.areas[0])
    assert not private & set(data.domains[0])
    assert "national" not in data.diagnostics


def test_territories_are_taken_from_the_release(folder: Path) -> None:
    published(folder)
    assert Territory.objects.get(code=COUNTRY).name == "Sintética"
    assert Territory.objects.get(code="01001").name == LONG_NAME
    newly = Territory.objects.get(code="99001")
    assert newly.parent is not None
    assert newly.parent.code == COUNTRY
    assert Boundary.objects.count() == 1 + 6 + 240 + 1
    department = Territory.objects.get(code="01")
    assert department.bounds is not None


def test_a_release_without_boundaries_is_published(tmp_path: Path) -> None:
    write_synthetic_release(tmp_path / "bare", boundaries=False)
    published(tmp_path / "bare")
    assert Boundary.objects.count() == 0
    assert len(queries.estimates(Release.objects.get())) == 240


def test_a_fact_sheet_places_the_territory(folder: Path) -> None:
    release = published(folder)
    place = Territory.objects.get(code="02005")
    sheet = fact_sheet(release, place)
    assert sheet is not None
    siblings = queries.estimates(release, parent="02", order="risk", descending=True)
    assert [s.place.code for s in siblings].index("02005") + 1 == sheet.rank_in_parent
    assert (sheet.parent_size, sheet.ranked) == (40, 240)
    assert [above.place.code for above in sheet.above] == [COUNTRY, "02"]
    national = sheet.above[0]
    assert sum(part.contribution for part in sheet.drivers) == pytest.approx(
        sheet.figures.risk - national.risk
    )
    assert [figure.name for figure in sheet.profile] == ["children.rural=rural", "enrolment"]


def test_a_territory_without_an_estimate_has_no_sheet(folder: Path) -> None:
    assert fact_sheet(published(folder), Territory.objects.get(code="99001")) is None
