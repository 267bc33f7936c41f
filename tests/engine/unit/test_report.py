"""The report: complete in four languages, on its own, and silent on what may not be published."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from string import Formatter

import numpy as np
import pyarrow as pa
import pytest

from mirti.declarations import LANGUAGES
from mirti.report.catalogue import Language, catalogue
from mirti.report.drawing import draw_map, forest_axis
from mirti.report.page import PAGES, render
from mirti.report.palette import class_colours
from tests.support.releases import synthetic_release

OWN = (
    "catalogue",
    "places",
    "modelled",
    "fit",
    "reasons",
)  # pages of sentences that these templates alone use
TEMPLATES = (
    "report.html.j2",
    "body.html.j2",
    "macros.html.j2",
    "brief.html.j2",
    "classes.html.j2",
    "ranks.html.j2",
    "why.html.j2",
    "what_if.html.j2",
    "model.html.j2",
    "fit.html.j2",
    "checks.html.j2",
    "sources.html.j2",
)


@pytest.fixture(scope="module")
def page():
    return render(synthetic_release())


@pytest.fixture(scope="module")
def tree(page):
    text = page.replace("<!doctype html>", "")
    return ET.fromstring(text)  # noqa: S314 - our own page


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", OWN)
def test_every_sentence_is_there_in_every_language_with_the_same_values(name):
    for key, sentences in catalogue(name).items():
        assert set(sentences) == set(LANGUAGES), key
        assert all(text.strip() for text in sentences.values()), key
        assert len({frozenset(fields(text)) for text in sentences.values()}) == 1, key


def test_no_page_of_sentences_overrides_anothers():
    keys = [key for page in ("catalogue", *PAGES) for key in catalogue(page)]
    assert len(keys) == len(set(keys))


def test_no_sentence_is_asked_for_in_vain_and_none_lies_idle():
    source = "".join(files("mirti.report").joinpath("templates", name).read_text() for name in TEMPLATES)
    calls = re.findall(r"say\(([^()]*)", source)
    stems = set(re.findall(r"say\('(\w+_)' \+", source))
    asked = {key for call in calls for key in re.findall(r"'([a-z_A-Z]+)'", call.split("=")[0])} - stems
    own = {key for page in OWN for key in catalogue(page)}
    built = {key for key in own if any(key.startswith(stem) for stem in stems)}
    headings = set(re.findall(r'"(\w+_heading)"', files("mirti.report").joinpath("page.py").read_text()))
    elsewhere = {key for page in set(PAGES) - set(OWN) for key in catalogue(page)}
    assert {key for key in asked if key in own | elsewhere} >= own - built
    assert asked - own - elsewhere <= {"own", "withheld", "_means"}  # parts of keys that are built
    assert headings <= own | elsewhere


def test_the_page_is_whole_and_speaks_four_languages(tree):
    articles = tree.findall(".//article")
    assert [article.get("lang") for article in articles] == list(LANGUAGES)
    for article in articles:
        assert len(article.findall(".//h1")) == 1
        assert len({len(a.findall(".//tr")) for a in articles}) == 1


def test_ids_are_unique_and_what_refers_to_them_finds_them(tree):
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        for attribute in ("aria-labelledby", "for"):
            assert set((element.get(attribute) or "").split()) <= set(ids)
        assert not (element.get("href") or "#").removeprefix("#") or element.get("href")[1:] in ids


def test_nothing_comes_from_outside_and_no_script_runs(page):
    assert "<script" not in page
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", page)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page


def test_every_table_has_headers_and_a_caption_and_every_map_a_title(tree):
    for table in tree.iter("table"):
        assert table.find("caption") is not None
        assert table.findall(".//th")
    maps = [svg for svg in tree.iter("svg") if svg.get("role") == "img"]
    assert len(maps) == len(LANGUAGES)
    assert all(svg.find("title") is not None and svg.find("desc") is not None for svg in maps)


def test_what_the_interval_holds_is_said_in_every_section_that_shows_one(tree):
    sentence = {code: catalogue()["holds_coefficients"][code] for code in LANGUAGES}
    for article in tree.findall(".//article"):
        code = article.get("lang") or ""
        heading = catalogue()["interval"][code]
        for section in article.findall(".//section"):
            text = "".join(section.itertext())
            if section.get("aria-labelledby") in {
                f"{code}-{name}" for name in ("ends", "departments", "all")
            }:
                assert heading in text
                assert sentence[code] in text


def test_no_area_shows_its_sample_or_its_direct_rate(page):
    release = synthetic_release()
    areas = release.areas
    for name in ("sample_n", "direct", "direct_se"):
        field = areas.schema.field(name)
        other = pa.array(np.random.default_rng(5).integers(100, 999, areas.num_rows), type=field.type)
        areas = areas.set_column(areas.schema.get_field_index(name), field, other)
    assert render(replace(release, tables=release.tables | {"areas.parquet": areas})) == page


def test_without_boundaries_the_page_says_which_file_to_add():
    page = render(synthetic_release(boundaries=False))
    assert catalogue()["no_map"]["es"] in page
    assert 'role="img"' not in page


def test_the_map_draws_a_shape_a_polygon_in_the_colour_of_its_class():
    release = synthetic_release()
    assert release.geojson is not None
    classes = dict(zip(release.areas["code"].to_pylist(), release.areas["class"].to_pylist(), strict=True))
    drawn = draw_map(release.geojson, classes, unreliable={"01001"})
    assert {shape.code: shape.number for shape in drawn.shapes} == classes | {"99001": 0}
    assert [shape.code for shape in drawn.shapes if shape.hatched] == ["01001"]
    for shape in drawn.shapes:
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", shape.path)]
        assert min(numbers) >= 0
        assert max(numbers[::2]) <= drawn.width + 0.5
        assert max(numbers[1::2]) <= drawn.height + 0.5


@pytest.mark.parametrize("number", range(1, 10))
def test_colours_darken_with_the_class(number):
    def lightness(colour):
        return sum(int(colour[i : i + 2], 16) * w for i, w in ((1, 0.21), (3, 0.72), (5, 0.07)))

    values = [lightness(colour) for colour in class_colours(number)]
    assert len(values) == number
    assert all(a - b > 5 for a, b in pairwise(values))


def test_the_axis_of_the_odds_ratios_holds_them_all_and_one():
    axis = forest_axis([0.3, 4.0])
    assert axis.low <= 0.3
    assert axis.high >= 4.0
    assert 0 <= axis.place(0.3) < axis.place(1) < axis.place(4.0) <= 100
    assert axis.place(1e9) == 100


def test_numbers_are_written_as_each_language_writes_them():
    written = [(l.rate(0.0473), l.count(1234567), l.number(-0.5)) for l in map(Language, LANGUAGES)]  # noqa: E741
    assert written == [
        ("4,7\u00a0%", "1.234.567", "−0,50"),
        ("4,7%", "1.234.567", "−0,50"),
        ("4.7%", "1,234,567", "−0.50"),
        ("4,7\u202f%", "1\u202f234\u202f567", "−0,50"),
    ]
    assert Language("es").number(-0.001) == "0,00"
