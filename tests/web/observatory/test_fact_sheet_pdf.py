"""The fact sheet as a PDF: two A4 pages in each language, accessible, saying what the page says."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest
from django.test import Client
from django.utils import translation

from almenara.design.charts.drawn import table_of
from almenara.observatory.pdf.document import PROFILE_ROWS
from almenara.observatory.pdf.render import fact_sheet_pdf
from almenara.observatory.presenters.children import Split, SplitRow
from almenara.observatory.presenters.sheet import MOST_NEIGHBOURS, Sheet, sheet
from almenara.places.models import Population, Territory
from almenara.risk.actions import publish
from almenara.risk.facts import fact_sheet
from almenara.risk.models import Release
from tests.support.database import owner_rights
from tests.support.releases import CHILDREN_YEAR, COUNTRY, LONG_NAME, write_synthetic_release

pytestmark = pytest.mark.django_db

A4 = (595.28, 841.89)
LANGUAGES = ("es", "pt", "en", "fr")
SPLIT = Split((SplitRow("5 to 17 years", "1,000,000", "1,000,000", "2,000,000"),) * 8, LONG_NAME, LONG_NAME)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    write_synthetic_release(tmp_path / "release")
    return publish(folder=tmp_path / "release", by=None, create_territories=True).release


def sheet_of(release: Release, place: Territory) -> Sheet:
    facts = fact_sheet(release, place)
    assert facts is not None
    return sheet(facts)


def places() -> list[Territory]:
    """The country, a department, the municipality of the longest name."""
    named = Territory.objects.filter(country=COUNTRY)
    return [
        named.get(level="country"),
        named.filter(level="department").order_by("code")[0],
        named.get(name=LONG_NAME),
    ]


def pages_of(content: bytes) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(content)).pages)


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pages_of(content)).split())


def no_spaces(text: str) -> str:
    return "".join(text.split()).replace("\u00ad", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_a4_pages_at_every_level_and_in_every_language(release: Release, language: str) -> None:
    with translation.override(language):
        for place in places():
            pages = pages_of(fact_sheet_pdf(sheet_of(release, place), published=release.published_at))
            assert len(pages) == 2
            for page in pages:
                assert tuple(map(float, page.mediabox[2:])) == pytest.approx(A4, abs=0.1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_pages_also_with_the_longest_names_and_more_rows_than_fit(
    release: Release, language: str
) -> None:
    with translation.override(language):
        brief = sheet_of(release, places()[2])
        assert brief.drivers is not None
        assert len(LONG_NAME) == 90
        step = replace(brief.drivers.chart.steps[0], label=LONG_NAME)
        end = replace(brief.drivers.chart.end, value=brief.drivers.chart.start.value + 10 * step.value)
        chart = replace(brief.drivers.chart, steps=(step,) * 10, end=end)
        row = replace(brief.profile[0].rows[0], label=LONG_NAME, above=("12.3%", "45.6%"))
        listed = brief.neighbours[0]
        crowded = replace(
            brief,
            drivers=replace(brief.drivers, chart=chart),
            protective=" ".join([brief.protective, *[LONG_NAME] * 5]),
            profile=tuple(replace(group, rows=(row,) * (PROFILE_ROWS + 30)) for group in brief.profile),
            profile_above=(LONG_NAME, LONG_NAME),
            bordering=(replace(listed, name=LONG_NAME),) * MOST_NEIGHBOURS,
            department_name=LONG_NAME,
            split=SPLIT,
        )
        content = fact_sheet_pdf(crowded, published=release.published_at)
    assert len(pages_of(content)) == 2
    assert no_spaces(LONG_NAME) in no_spaces(words_of(content)).replace("-", "")


def test_two_pages_without_boundaries_drivers_or_profile(release: Release) -> None:
    bare = replace(
        sheet_of(release, places()[2]),
        map=None,
        drivers=None,
        profile=(),
        standing=None,
        risk_class=None,
        bordering=(),
    )
    assert len(pages_of(fact_sheet_pdf(bare, published=release.published_at))) == 2


NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def numbers_of(text: str) -> set[str]:
    return set(NUMBER.findall(text))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("place", range(3))
def test_every_number_of_the_pdf_is_on_the_page(
    release: Release, client: Client, language: str, place: int
) -> None:
    territory = places()[place]
    count_people(territory)
    with translation.override(language):
        content = fact_sheet_pdf(sheet_of(release, territory), published=release.published_at)
        pages = {translation.gettext("Page 1 of 2"), translation.gettext("Page 2 of 2")}
    address = f"/{language}/countries/{COUNTRY}/territories/{territory.code}/"
    markup = client.get(address).content.decode()
    on_paper = words_of(content)
    for said in pages:
        on_paper = on_paper.replace(said, "")
    on_page = html.unescape(re.sub(r"<[^>]+>", " ", markup))
    assert numbers_of(on_paper) - numbers_of(on_page) == set()
    assert len(numbers_of(on_paper)) > 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_sheet_is_on_page_and_paper(
    release: Release, client: Client, language: str
) -> None:
    territory = places()[2]
    count_people(territory)
    with translation.override(language):
        brief = sheet_of(release, territory)
        on_paper = no_spaces(words_of(fact_sheet_pdf(brief, published=release.published_at))).replace("-", "")
    address = f"/{language}/countries/{COUNTRY}/territories/{territory.code}/"
    on_page = no_spaces(html.unescape(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))).replace(
        "-", ""
    )
    assert brief.split is not None
    assert brief.drivers is not None
    parts = [
        brief.name, brief.lead, brief.interval_holds, brief.rank, brief.rank_in_department, brief.protective,
        brief.split.share, brief.split.source, *brief.method, *brief.limits, *brief.absent, brief.published,
        brief.provenance.digest, brief.provenance.address, brief.provenance.release, brief.legend.method,
        *(text for row in brief.split.rows for text in vars(row).values()),
        *(text for item in brief.bordering for text in (item.name, item.risk)),
        *(text for item in brief.classes for text in (item.risk_class.range, item.risk_class.children, item.chance)),
        *(text for row in table_of(brief.drivers.chart).rows for text in row[1:2]),
        *(text for group in brief.profile for row in group.rows for text in (row.label, row.value)),
    ]  # fmt: skip
    for text in parts:
        wanted = no_spaces(text).replace("-", "")
        assert wanted in on_paper, text
        assert wanted in on_page, text
    assert len(brief.bordering) > 1


def count_people(place: Territory, each: int = 40) -> None:
    """By single years and sex, in the year that the release's children are of."""
    with owner_rights():
        Population.objects.bulk_create(
            Population(
                territory=place, year=CHILDREN_YEAR, age_from=age, age_to=age, sex=sex, count=each, source="P"
            )
            for age in range(20)
            for sex in ("female", "male")
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_declares_and_carries_what_pdf_ua_asks_for(release: Release, language: str) -> None:
    with translation.override(language):
        content = fact_sheet_pdf(sheet_of(release, places()[2]), published=release.published_at)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.open_metadata()["pdfuaid:part"] == "1"
        assert str(document.Root.Lang).startswith(language)
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        figures = [item for item in structure(document.Root.StructTreeRoot) if item.get("/S") == "/Figure"]
        assert len(figures) == 3
        assert all(str(item.Alt) for item in figures)


def structure(node: pikepdf.Object) -> list[pikepdf.Dictionary]:
    kids = node.get("/K")
    if kids is None or isinstance(kids, int):
        return []
    found = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid, *structure(kid)]
    return found


def test_it_says_the_risk_its_interval_and_what_the_interval_holds(release: Release) -> None:
    with translation.override("en"):
        brief = sheet_of(release, places()[2])
        said = no_spaces(words_of(fact_sheet_pdf(brief, published=release.published_at)))
    told = (
        brief.name,
        brief.figures.risk,
        brief.figures.interval,
        brief.interval_holds,
        brief.figures.expected,
    )
    for text in (*told, brief.children_basis, brief.rank, *brief.method):
        assert no_spaces(text) in said.replace("-", "") or no_spaces(text) in said, text


def test_the_same_sheet_gives_the_same_bytes(release: Release) -> None:
    brief = sheet_of(release, places()[1])
    assert fact_sheet_pdf(brief, published=release.published_at) == fact_sheet_pdf(
        brief, published=release.published_at
    )


def test_the_address_serves_it_inline_under_a_name_a_person_can_file(
    release: Release, client: Client
) -> None:
    code = places()[2].code
    response = client.get(f"/es/countries/{COUNTRY}/territories/{code}/fact-sheet.pdf")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert f"{code}.pdf" in response["Content-Disposition"]


def test_an_unknown_territory_has_none(release: Release, client: Client) -> None:
    assert client.get(f"/es/countries/{COUNTRY}/territories/nowhere/fact-sheet.pdf").status_code == 404
