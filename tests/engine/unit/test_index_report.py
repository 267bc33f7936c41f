"""The report of an index: complete in four languages, on its own, saying what its intervals hold."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import get_args

import numpy as np
import pytest
import shapely

from mirti.declarations import LANGUAGES, HotSpotsDeclaration, TypologyDeclaration
from mirti.declarations.index import Aggregation, Imputation, Normalisation, Treatment, Weighting
from mirti.io.boundaries import Boundaries
from mirti.io.release_tables import Release, floats, texts
from mirti.pipeline import run_index, verify
from mirti.pipeline.space import mapped, typed
from mirti.report.catalogue import Language, catalogue
from mirti.report.index_facts import index_facts
from mirti.report.index_page import IndexLanguage, index_catalogue, render_index
from tests.support.indexes import spec_text, values, write_country

TEMPLATE = "".join(
    files("mirti.report").joinpath("templates", name).read_text(encoding="utf-8")
    for name in ("index_body.html.j2", "space.html.j2")
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    holes = values()
    holes[4, 1] = np.nan
    text = spec_text('imputation = "median"\ntreatment = "winsorise"', "draws = 101\nsensitivity_points = 64")
    folder = tmp_path_factory.mktemp("report")
    return verify(run_index(write_country(folder / "country", holes, spec=text), folder / "release"))


@pytest.fixture(scope="module")
def page(release: Release) -> str:
    return render_index(release)


@pytest.fixture(scope="module")
def tree(page: str) -> ET.Element:
    return ET.fromstring(page.replace("<!doctype html>", ""))  # noqa: S314 - our own page


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_sentence_is_there_in_every_language_with_the_same_values() -> None:
    for key, sentences in index_catalogue().items():
        assert set(sentences) == set(LANGUAGES), key
        assert all(text.strip() for text in sentences.values()), key
        assert len({frozenset(fields(text)) for text in sentences.values()}) == 1, key


def test_no_sentence_is_asked_for_in_vain_and_none_lies_idle() -> None:
    asked = {key for said in re.findall(r"say\(([^,)]*)", TEMPLATE) for key in re.findall(r"'(\w+)'", said)}
    stems = set(re.findall(r"say\('(\w+_)' \+", TEMPLATE))
    own, shared = set(index_catalogue()), set(catalogue())
    places = set(catalogue("space"))
    assert not own & shared
    never = {"_", "withheld"}  # a letter between two names; no area of an index is withheld
    assert asked - stems - never <= own | shared | places
    assert own == {key for key in own if key in asked - stems or any(key.startswith(stem) for stem in stems)}


def test_every_choice_that_a_spec_may_make_has_its_words() -> None:
    kinds = {
        "treatment": Treatment,
        "imputation": Imputation,
        "normalisation": Normalisation,
        "weighting": Weighting,
        "aggregation": Aggregation,
    }
    wanted = {f"index_value_{kind}_{value}" for kind, values in kinds.items() for value in get_args(values)}
    assert wanted - set(index_catalogue()) == {
        "index_value_imputation_none"
    }  # nothing is missing: nothing is said


def test_the_page_is_whole_and_speaks_four_languages(tree: ET.Element) -> None:
    articles = tree.findall(".//article")
    assert [article.get("lang") for article in articles] == list(LANGUAGES)
    for article in articles:
        assert len(article.findall(".//h1")) == 1
        assert len({len(each.findall(".//tr")) for each in articles}) == 1


def test_ids_are_unique_and_what_refers_to_them_finds_them(tree: ET.Element) -> None:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        for attribute in ("aria-labelledby", "for"):
            assert set((element.get(attribute) or "").split()) <= set(ids)


def test_nothing_comes_from_outside_and_no_script_runs(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", page)
    assert not re.search(r"url\((?!#)", page)


def test_what_the_interval_holds_is_said_in_every_section_that_shows_one(tree: ET.Element) -> None:
    for article in tree.findall(".//article"):
        language = IndexLanguage(article.get("lang") or "")
        told = [
            section
            for section in article.findall(".//section")
            if language.say("interval") in [cell.text for cell in section.iter("th")]
        ]
        assert len(told) == 3  # the ends, the departments, all territories
        for section in told:
            assert language.say("index_holds", draws="101") in "".join(section.itertext())


def test_it_never_speaks_of_expected_children_or_of_a_survey(page: str) -> None:
    for key in ("expected", "main_driver", "national_rate", "legend_unreliable"):
        for text in catalogue()[key].values():
            assert f">{text}<" not in page


def with_hot_spots(release: Release) -> Release:
    """The south of the map is high; two types of territories by the parts of their scores."""
    codes, children = texts(release.areas, "code"), floats(release.areas, "children")
    south = np.array([-(int(code[2:]) // 10) for code in codes], dtype=np.float64)
    features = release.geojson["features"] if release.geojson else []
    polygons = np.array([shapely.geometry.shape(each["geometry"]) for each in features], dtype=object)
    drawn = tuple(each["properties"]["code"] for each in features)
    boundaries = Boundaries("areas.geojson", drawn, drawn, polygons, ())
    spots = mapped(codes, south, boundaries, HotSpotsDeclaration(permutations=999), seed=1)
    parts = np.column_stack([south, -south])
    types = typed(
        codes, ("education", "living"), parts, south, children, TypologyDeclaration(), seed=1, is_rate=False
    )
    update = {"moran": spots.record, "typology": types.typology, "types": types.types}
    return replace(
        release,
        diagnostics=release.diagnostics.model_copy(update=update),
        tables=release.tables | {"hotspots.parquet": spots.table, "types.parquet": types.table},
    )


def test_hot_spots_and_types_that_a_release_has_are_shown_as_those_of_scores(release: Release) -> None:
    release = with_hot_spots(release)
    spots = release.tables["hotspots.parquet"].to_pylist()
    hot = {row["code"] for row in spots if row["hot_spot"]}
    assert hot
    page = ET.fromstring(render_index(release).replace("<!doctype html>", ""))  # noqa: S314 - our own page
    for article in page.findall(".//article"):
        code = article.get("lang") or ""
        language = IndexLanguage(code)
        sections = {each.get("aria-labelledby"): each for each in article.findall(".//section")}
        shown, types = sections[f"{code}-spots"], sections[f"{code}-types"]
        assert (
            language.say("spots_heading")
            == shown.findtext("h2")
            != Language(code, "space").say("spots_heading")
        )
        assert language.say("spots_caption_by_level", shown=len(hot), count=len(hot)) == shown.findtext(
            ".//caption"
        )
        risk = {row["code"]: language.score(row["risk"]) for row in release.areas.to_pylist()}
        rows = [[cell.text for cell in row] for row in shown.findall(".//tbody/tr")]
        assert sorted(row[1] for row in rows) == sorted(risk[code] for code in hot)
        assert language.say("index_score") in [cell.text for cell in shown.iter("th")]
        assert language.say("expected") not in [cell.text for cell in types.iter("th")]
        means = [row.findall("td")[-1].text for row in types.findall(".//tbody/tr")]
        assert means == [language.score(each.risk) for each in release.diagnostics.types]


def test_units_treatments_and_imputations_are_in_the_readers_language(tree: ET.Element) -> None:
    for article in tree.findall(".//article"):
        language = IndexLanguage(article.get("lang") or "")
        text = "".join(article.itertext())
        assert language.say("index_imputed", areas="1") in text
        assert language.say("index_value_treatment_winsorise") in text
        assert "winsorised low=" not in text


def test_scores_are_points_of_a_hundred_in_the_languages_numbers() -> None:
    assert [IndexLanguage(code).score(0.4567) for code in LANGUAGES] == ["45,7", "45,7", "45.7", "45,7"]
    assert IndexLanguage("en").score(None) == "–"
    assert IndexLanguage("fr").count(12345.0) == "12\u202f345"


def test_median_ranks_are_those_of_the_ranks_by_draw(release: Release) -> None:
    draws = release.tables["replicates.parquet"].to_pandas()
    ranks = draws.assign(rank=draws.groupby("replicate")["risk"].rank(ascending=False, method="min"))
    medians = ranks.groupby("code")["rank"].median()
    for area in index_facts(release).areas:
        assert area["median_rank"] == medians[area["code"]]


def test_the_dimension_that_raises_an_area_most_is_its_greatest_contribution(release: Release) -> None:
    found = index_facts(release).drivers
    parts = release.drivers.to_pandas().pivot(index="code", columns="factor", values="contribution")
    dimensions = parts.drop(columns="remainder")
    for code, row in dimensions.iterrows():
        assert found.get(str(code)) == (row.idxmax() if row.max() > 0 else None)


def test_without_boundaries_the_page_says_which_file_to_add(tmp_path: Path) -> None:
    text = spec_text().replace('[boundaries]\nfile = "boundaries.geojson"\n', "")
    found = verify(run_index(write_country(tmp_path / "country", spec=text), tmp_path / "release"))
    page = render_index(found)
    assert catalogue()["no_map"]["es"] in page
    assert 'role="img"' not in page
