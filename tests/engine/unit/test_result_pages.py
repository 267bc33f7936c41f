"""Pages of a comparison and a validation: whole in four languages, on their own, and as text for a terminal."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from importlib.resources import files
from string import Formatter

import numpy as np
import pytest

from mirti import pipeline
from mirti.declarations import LANGUAGES
from mirti.documents import LeaveOneOutRecord, LeftOutRecord
from mirti.io.release_writer import write_release
from mirti.pipeline.comparison import compare_releases
from mirti.report.catalogue import catalogue
from mirti.report.comparison_page import render_comparison
from mirti.report.plain import comparison_text, validation_text
from mirti.report.validation_page import render_validation
from tests.engine.unit.test_validation import columns, measured
from tests.support.drawn import drawn_release
from tests.support.releases import LONG_NAME, synthetic_release

# Sentences that are asked for by a key that is put together, or from Python.
BUILT = ("remark_", "differs_", "verdict_", "weights_", "benchmark_", "legend_", "calibration_")
LINES = {
    "pearson", "spearman", "bias", "rmse", "rmse_net", "kappa", "kappa_ranked", "top_fifth",
    "inside_interval", "within_errors", "figure_interval", "no_measure", "no_area",
}  # fmt: skip


TEMPLATES = ("comparison.html.j2", "validation.html.j2", "agreement.html.j2")


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def comparisons():
    moved = np.where(np.arange(240) < 40, 1.0, 0.0)
    later = drawn_release(2, moved=moved, name="second", survey="2")
    return {
        "judged": compare_releases(drawn_release(1), later),
        "bare": compare_releases(synthetic_release(1, boundaries=False), later, "A reason."),
    }


@pytest.fixture(scope="module")
def validations(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    write_release(folder / "release", drawn_release(1))
    given = columns(None)
    given["municipality"][0] = "nowhere"
    full = measured(folder / "release", folder, given, se="se")
    row = LeftOutRecord(code="01", predicted=0.1, predicted_se=None, direct=0.2, direct_se=None, z=None)
    left_out = LeaveOneOutRecord(
        compared=1, pearson=None, bias=-0.1, rmse=0.1, rmse_net=None, covered=None, domains=(row,)
    )
    parts = full.validation.model_copy(update={"leave_one_out": left_out})
    return {
        "full": full.model_copy(update={"validation": parts}),
        "bare": pipeline.validate(folder / "release"),
    }


@pytest.fixture(scope="module")
def pages(comparisons, validations):
    rendered = {
        name: render_comparison(made.record, made.changes, made.geojson) for name, made in comparisons.items()
    }
    return [*rendered.values(), *(render_validation(report) for report in validations.values())]


@pytest.mark.parametrize("name", ["comparison", "validation"])
def test_every_sentence_is_there_in_every_language_with_the_same_values(name):
    for key, sentences in catalogue(name).items():
        assert set(sentences) == set(LANGUAGES), key
        assert all(text.strip() for text in sentences.values()), key
        assert len({frozenset(fields(text)) for text in sentences.values()}) == 1, key
    assert not set(catalogue(name)) & set(catalogue())


@pytest.mark.parametrize("name", ["comparison", "validation"])
def test_no_sentence_lies_idle(name):
    source = "".join(files("mirti.report").joinpath("templates", each).read_text() for each in TEMPLATES)
    asked = set(re.findall(r"'(\w+)'", source)) | LINES
    idle = [key for key in catalogue(name) if key not in asked and not key.startswith(BUILT)]
    assert idle == []


def test_the_pages_are_whole_and_speak_four_languages(pages):
    for page in pages:
        tree = ET.fromstring(page.replace("<!doctype html>", ""))  # noqa: S314 - our own page
        articles = tree.findall(".//article")
        assert [article.get("lang") for article in articles] == list(LANGUAGES)
        assert len({len(article.findall(".//tr")) for article in articles}) == 1
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        for element in tree.iter():
            for attribute in ("aria-labelledby", "for"):
                assert set((element.get(attribute) or "").split()) <= set(ids)
        for table in tree.findall(".//table"):
            assert table.find("caption") is not None
            assert table.find("thead") is not None


def test_nothing_comes_from_outside_and_no_script_runs(pages):
    for page in pages:
        assert "<script" not in page
        assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", page)
        assert not re.search(r"url\((?!#)", page)


def test_the_map_paints_every_area_by_its_verdict(comparisons):
    made = comparisons["judged"]
    page = render_comparison(made.record, made.changes, made.geojson)
    store = page[page.index('<g id="shapes">') : page.index("</g>")]
    assert store.count('class="c3"') == made.record.up
    assert store.count('class="c1"') == made.record.down
    assert store.count('class="c2"') == made.record.compared - made.record.up - made.record.down
    assert store.count('class="none"') == 1


def test_a_comparison_that_is_not_judged_never_says_that_a_rate_rose(comparisons):
    made = comparisons["bare"]
    page = render_comparison(made.record, made.changes, made.geojson)
    assert "more than chance: " not in page
    assert catalogue("comparison")["not_judged"]["en"] in page
    assert "A reason." in page
    text = comparison_text(made.record, made.changes)
    assert "rose" not in text.replace("The rate rose", "")
    assert "A reason." in text


def test_names_are_escaped_and_long_ones_kept(comparisons):
    made = comparisons["judged"]
    at = made.changes.schema.get_field_index("name")
    names = ["<b>&", *made.changes["name"].to_pylist()[1:]]
    spoiled = made.changes.set_column(at, "name", [names])
    page = render_comparison(made.record, spoiled, made.geojson)
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;" in page
    assert LONG_NAME in render_comparison(made.record, made.changes, made.geojson)


def test_the_terminal_gets_country_areas_classes_and_remarks(comparisons):
    made = comparisons["judged"]
    text = comparison_text(made.record, made.changes)
    assert made.record.nation.name in text
    assert f"{made.record.up} areas rose" in text
    assert "class 3 before" in text
    assert "independent" in text
    strongest = max(made.changes.to_pylist(), key=lambda row: abs(row["difference"]))
    assert strongest["code"] in text


def test_the_terminal_gets_figures_tenths_and_what_did_not_join(validations):
    text = validation_text(validations["full"])
    for said in ("Pearson", "tenth", "nowhere", "department", "predicts it"):
        assert said in text
    assert "tenth" not in validation_text(validations["bare"])
