"""Chapters of the report on hot spots, types and agreement: there where a release has them, in four languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.resources import files
from string import Formatter

import numpy as np
import pytest
import shapely

from mirti.declarations import LANGUAGES, HotSpotsDeclaration, TypologyDeclaration
from mirti.documents import InputRecord, ValidationRecord
from mirti.io.boundaries import Boundaries
from mirti.io.measures import ROLE, Measure
from mirti.io.release_tables import floats, texts
from mirti.pipeline.space import mapped, typed
from mirti.pipeline.validated import against_measure, domains_record, left_out_record
from mirti.report.catalogue import Language, catalogue
from mirti.report.page import render
from mirti.report.space import type_name
from mirti.smallarea.leave_out import LeftOut
from tests.support.drawn import drawn_release
from tests.support.releases import FACTORS

DIRECT = np.array([0.123456, 0.2, 0.1, 0.15, 0.11, np.nan])


def full_release():
    """Department 01 is high, so its municipalities are a hot spot; one of them is named as an island."""
    release = drawn_release(1, moved=np.where(np.arange(240) < 40, 1.2, 0.0))
    codes, risk = texts(release.areas, "code"), floats(release.areas, "risk")
    children = floats(release.areas, "children")
    features = [f for f in release.geojson["features"] if f["properties"]["code"] in set(codes)]
    polygons = np.array([shapely.geometry.shape(f["geometry"]) for f in features], dtype=object)
    named = tuple(f["properties"]["code"] for f in features)
    spots = mapped(
        codes,
        risk,
        Boundaries("areas.geojson", named, named, polygons, ()),
        HotSpotsDeclaration(permutations=999),
        seed=1,
        replicates=risk[:, None],
    )
    parts = floats(release.drivers, "contribution").reshape(-1, len(FACTORS) + 1)[:240]
    types = typed(codes, (*FACTORS, "remainder"), parts, risk, children, TypologyDeclaration(), seed=1)
    record = spots.record.model_copy(update={"islands": ("99099",)})
    diagnostics = release.diagnostics.model_copy(
        update={
            "moran": record,
            "typology": types.typology,
            "types": types.types,
            "validation": _validation(codes, risk, children),
        }
    )
    source = InputRecord(role=ROLE, name="school_census.csv", sha256="d" * 64, rows=240)
    manifest = release.manifest.model_copy(update={"inputs": (*release.manifest.inputs, source)})
    tables = release.tables | {"hotspots.parquet": spots.table, "types.parquet": types.table}
    return replace(release, manifest=manifest, diagnostics=diagnostics, tables=tables)


def _validation(codes, risk, children):
    measure = Measure(tuple(codes), np.clip(risk + 0.01, 0, 1), None, None, ())
    departments = [f"{d:02d}" for d in range(1, 7)]
    se, z = DIRECT / 10, np.where(np.isfinite(DIRECT), 1.0, np.nan)
    left_out = LeftOut(np.arange(6), DIRECT * 1.1, se, DIRECT, se, z, 5, 0.9, 0.01, 0.02, 0.01, 0.8)
    return ValidationRecord(
        direct_measure=against_measure(codes, risk, children, (0.1, 0.2), measure, where="test"),
        domains=domains_record(departments, DIRECT * 1.1, DIRECT, se, "country"),
        leave_one_out=left_out_record(departments, left_out),
    )


@pytest.fixture(scope="module")
def release():
    return full_release()


@pytest.fixture(scope="module")
def page(release):
    return render(release)


@pytest.fixture(scope="module")
def tree(page):
    return ET.fromstring(page.replace("<!doctype html>", ""))  # noqa: S314 - our own page


def test_every_sentence_is_there_in_every_language_and_none_lies_idle():
    source = files("mirti.report").joinpath("templates", "space.html.j2").read_text()
    asked = set(re.findall(r"'(\w+)'", source)) | {"type_raised", "type_lowered", "type_unmarked"}
    for key, sentences in catalogue("space").items():
        assert set(sentences) == set(LANGUAGES), key
        named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in sentences.values()]
        assert all(names == named[0] for names in named), key
        assert key in asked
    assert not set(catalogue("space")) & (set(catalogue()) | set(catalogue("validation")))


def test_the_chapters_stand_in_every_language_with_ids_of_their_own(tree):
    articles = tree.findall(".//article")
    assert len({len(article.findall(".//section")) for article in articles}) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for language in LANGUAGES:
        assert {f"{language}-{name}" for name in ("spots", "types", "measure", "left-out", "domains")} <= set(
            ids
        )
    for element in tree.iter():
        for attribute in ("aria-labelledby", "for"):
            assert set((element.get(attribute) or "").split()) <= set(ids)


def test_hot_and_cold_spots_are_outlined_once_on_the_map(release, tree):
    outlines = tree.find(".//g[@id='spots']")
    kinds = [path.get("class") for path in outlines]
    assert kinds.count("spot hot") == release.diagnostics.moran.hot > 10
    assert kinds.count("spot cold") == release.diagnostics.moran.cold


def test_the_surest_hot_spots_are_named_and_islands_too(release, page):
    english = page[page.index('id="en-spots"') : page.index('id="en-types"')]
    hot = [row["code"] for row in release.tables["hotspots.parquet"].to_pylist() if row["hot_spot"]]
    assert sum(f">{code}<" in english for code in hot) == min(20, len(hot)) > 10
    assert f"of {len(hot)}" in english
    assert "99099" in english
    assert "more than chance would put them" in english


def test_types_are_named_by_what_sets_them_apart(release, page):
    english = page[page.index('id="en-types"') :]
    for each in release.diagnostics.types:
        assert type_name(each, Language("en", "space"), lambda name: name) in english


def test_agreement_is_told_without_the_direct_rates_of_departments(page):
    assert "school_census.csv" in page
    english = page[page.index('id="en-measure"') : page.index('id="en-all"')]
    assert "Predicted without it" in english
    assert "Direct estimate" not in english
    assert "12.3%" not in english  # of the first department


def test_a_release_without_them_has_no_such_chapters():
    bare = render(drawn_release(1))
    for name in ("spots", "types", "measure", "left-out", "domains"):
        assert f'id="en-{name}"' not in bare
