"""The fact sheet as a PDF: two A4 pages in each language, accessible, saying what the page says."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest
from django.test import Client
from django.utils import translation

from almenara.observatory.pdf.document import DRIVER_ROWS, PROFILE_ROWS
from almenara.observatory.pdf.render import fact_sheet_pdf
from almenara.observatory.presenters.sheet import Sheet, sheet
from almenara.places.models import Territory
from almenara.risk import queries
from almenara.risk.actions import publish
from almenara.risk.models import Release
from tests.support.releases import COUNTRY, LONG_NAME, write_synthetic_release

pytestmark = pytest.mark.django_db

A4 = (595.28, 841.89)
LANGUAGES = ("es", "pt", "en", "fr")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    write_synthetic_release(tmp_path / "release")
    return publish(folder=tmp_path / "release", by=None, create_territories=True).release


def sheet_of(release: Release, place: Territory) -> Sheet:
    facts = queries.fact_sheet(release, place)
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


def test_two_pages_also_with_more_drivers_and_profile_than_fit(release: Release) -> None:
    brief = sheet_of(release, places()[2])
    assert brief.drivers is not None
    row = replace(
        brief.drivers.rows[0],
        label="A factor with a name as long as ministries like to write them",
    )
    crowded = replace(
        brief,
        drivers=replace(brief.drivers, rows=(row,) * (DRIVER_ROWS + 30)),
        profile=tuple(replace(group, rows=group.rows * (PROFILE_ROWS + 30)) for group in brief.profile),
        department_name=LONG_NAME,
    )
    assert len(pages_of(fact_sheet_pdf(crowded, published=release.published_at))) == 2


def test_two_pages_without_boundaries_drivers_or_profile(release: Release) -> None:
    bare = replace(
        sheet_of(release, places()[2]), map=None, drivers=None, profile=(), standing=None, risk_class=None
    )
    assert len(pages_of(fact_sheet_pdf(bare, published=release.published_at))) == 2


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
        assert len(figures) == 2
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
