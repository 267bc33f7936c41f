"""Pages of a composite index: points and never a share of children, no survey, no expected children."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from almenara.common import numbers
from almenara.common.caching import cache
from almenara.observatory.pdf.render import fact_sheet_pdf
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.sheet import sheet
from almenara.places.models import Territory
from almenara.risk import queries
from almenara.risk.facts import fact_sheet
from almenara.risk.models import Estimate, Indicator, Release, in_language
from tests.support.observatory import map_areas, publish_synthetic, published
from tests.support.releases import COUNTRY
from tests.web.observatory.reading import pdf_words, words_of

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "pt", "en", "fr")
PAGES = ("", "map/", "map/?layer=spots", "map/?layer=types", "ranking/", "territories/", "territories/XX/",
         "territories/02/", "territories/01001/", "territories/99001/", "method/", "data/")  # fmt: skip
POINTS = {"es": "puntos", "pt": "pontos", "en": "points", "fr": "points"}
HOLDS_NO = {"es": "ningún error muestral", "pt": "Não contém erro amostral", "en": "holds no sampling error",
            "fr": "ni erreur d’échantillonnage"}  # fmt: skip


@pytest.fixture(scope="module")
def release(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    with published(tmp_path_factory.mktemp("release"), django_db_blocker, kind="index") as release:
        yield release


def at(path: str, language: str = "en") -> str:
    return f"/{language}/countries/{COUNTRY}/{path}"


def page(client: Client, path: str, language: str = "en") -> str:
    response = client.get(at(path, language))
    assert response.status_code == 200, path
    return words_of(response.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_no_page_speaks_of_a_survey_a_share_or_of_expected_children(
    client: Client, release: Release, path: str, language: str
) -> None:
    said = page(client, path, language)
    assert "None" not in said
    with translation.override(language):
        for rate_only in ("Working children expected", "Rank, from the highest risk", "Risk map"):
            assert translation.gettext(rate_only) not in said
    for number in (row.risk for row in queries.estimates(release)[:3]):
        assert not re.search(rf"{number * 100:.1f}".replace(".", "[.,]") + r"\s?%", said), (
            "a score is no percentage"
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "map/", "ranking/", "territories/01001/", "method/", "data/"])
def test_every_page_with_an_interval_says_that_it_holds_no_sampling_error(
    client: Client, release: Release, path: str, language: str
) -> None:
    assert HOLDS_NO[language] in page(client, path, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_says_the_score_its_place_and_the_children(
    client: Client, release: Release, language: str
) -> None:
    own = queries.figures(release, Territory.objects.get(code="02003"))
    assert own is not None
    assert own.ci_low is not None
    assert own.ci_high is not None
    said = page(client, "territories/02003/", language)
    with translation.override(language):
        wanted = (
            numbers.score(own.risk),
            numbers.score_interval(own.ci_low, own.ci_high),
            numbers.count(own.children),
            wording.ages(release)[1:],
        )
    for text in (*wanted, POINTS[language]):
        assert text in said


def test_the_sheet_names_dimensions_and_sources(client: Client, release: Release) -> None:
    said = page(client, "territories/02003/")
    for text in ("Dimensions of the index", "Education", "Dimensions act together, not one by one",
                 "Source: School census", "Pupils behind for their age", "% of pupils", "2019",
                 "The index brings together 3 indicators in 3 dimensions", "Indicators of 2019 to 2021",
                 "It is among the 48 municipalities of highest vulnerability"):  # fmt: skip
        assert text in said
    assert "coefficient" not in said


def test_the_method_page_holds_every_weight(client: Client, release: Release) -> None:
    said = page(client, "method/")
    for row in Indicator.objects.filter(release=release):
        with translation.override("en"):
            assert f"{in_language(row.labels)} {numbers.rate(row.weight)}" in said
        assert f"{row.unit} {row.year} {row.source}" in said
    assert "The index was made again by 60 draws of the choices of method." in said
    assert "Two indicators of poverty are hardly correlated." in said


def test_the_legend_gives_points_and_children_of_each_class(client: Client, release: Release) -> None:
    said = page(client, "map/")
    for item in release.classes["classes"]:
        assert f"{item['low'] * 100:.1f} to {item['high'] * 100:.1f} points" in said
        assert f"{item['areas']} territories · {item['children']:,.0f} children" in said


def test_the_file_gives_the_score_in_points_under_its_own_name(client: Client, release: Release) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(at("data/municipalities.csv")).getvalue().decode())))
    own = {
        row.territory.code: row
        for row in Estimate.objects.select_related("territory").filter(release=release)
    }
    assert {"risk", "expected", "cv", "reliability"}.isdisjoint(rows[0])
    for row in rows:
        estimate = own[row["code"]]
        assert float(row["score"]) == pytest.approx(100 * estimate.risk, abs=1e-4)
        assert float(row["score_low"]) <= float(row["score"]) <= float(row["score_high"])
        assert float(row["p_2"]) == pytest.approx(estimate.class_probabilities[1], abs=1e-4)
    with translation.override("en"):
        assert "Survey" not in client.get(at("data/columns.csv")).content.decode()


def test_the_map_s_layer_has_no_expected_children(client: Client, release: Release) -> None:
    cache.clear()
    known = [area for area in map_areas(client, at("map/values.json")) if area["status"] == "estimate"]
    assert len(known) == 240
    assert all("expected" not in item and item["children"] > 0 for item in known)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [COUNTRY, "02", "01001"])
def test_the_pdf_says_points_and_no_expected_children(release: Release, language: str, code: str) -> None:
    facts = fact_sheet(release, Territory.objects.get(code=code))
    assert facts is not None
    with translation.override(language):
        said = pdf_words(fact_sheet_pdf(sheet(facts), published=release.published_at))
        expected = translation.gettext("Working children expected")
    whole = joined(said)
    assert POINTS[language] in said
    assert joined(HOLDS_NO[language]) in whole
    assert expected not in said
    assert "None" not in said


def joined(text: str) -> str:
    """Without spaces and hyphens: where a line ends is the typesetter's."""
    return "".join(text.split()).replace("-", "").replace("\u00ad", "")


def test_a_search_and_the_tree_lead_to_scores(client: Client, release: Release) -> None:
    [top] = queries.estimates(release)[:1]
    with translation.override("en"):
        assert f"{top.place.name} {numbers.score(top.risk)}" in page(client, "territories/")
    response = client.get(f"/en/search/?q={top.place.name}", follow=True)
    assert top.place.name in response.content.decode()


def test_lists_of_both_kinds_say_which_is_which(client: Client, release: Release, tmp_path: Path) -> None:
    publish_synthetic(tmp_path, name="rate")
    said = page(client, "data/")
    assert "Index in points: no share of children" in said
    assert "Rate: share of the children" in said
    earlier = words_of(client.get(at(f"?release={release.release_id}")).content.decode())
    assert "points Index of vulnerability" in earlier


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [("en", 0.01, "1.0 points"), ("es", 0.01, "1,0 punto"), ("es", 0.014, "1,4 puntos"), ("pt", 0.014, "1,4 ponto"),
     ("fr", 0.014, "1,4 point"), ("fr", 0.021, "2,1 points"), ("en", 0.4234, "42.3 points")],
)  # fmt: skip
def test_points_agree_with_their_number(language: str, value: float, text: str) -> None:
    with translation.override(language):
        assert numbers.score(value) == text


@pytest.mark.parametrize(
    ("language", "unit"), [("es", "% del alumnado"), ("pt", "% dos alunos"), ("fr", "% des élèves")]
)
def test_a_unit_is_said_in_the_readers_language(
    client: Client, release: Release, language: str, unit: str
) -> None:
    labels = {"es": "% del alumnado", "pt": "% dos alunos", "en": "% of pupils", "fr": "% des élèves"}
    indicator = {"name": "lag", "unit": "% of pupils", "unit_label": labels}
    release.manifest["spec"]["dimensions"] = [{"name": "education", "indicators": [indicator]}]
    release.save(update_fields=["manifest"])
    for path in ("territories/02003/", "method/"):
        said = page(client, path, language=language)
        assert unit in said
        assert "% of pupils" not in said
