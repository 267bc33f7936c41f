"""The living page, and the frame that every page stands in."""

from __future__ import annotations

import inspect
import re

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from almenara.accounts.access import PUBLIC
from almenara.config.access import ROUTES
from almenara.design import urls
from almenara.design.catalogue import COMPONENTS, FAMILIES, MODULES, OF_THE_FRAME
from almenara.design.contrast import PAIRS
from almenara.design.presenters import parameters

LANGUAGES = ("es", "pt", "en", "fr")
TITLES = {
    "es": "De qué están hechas estas páginas",
    "pt": "De que são feitas estas páginas",
    "en": "What these pages are made of",
    "fr": "De quoi ces pages sont faites",
}


@pytest.fixture
def page(client: Client, language: str) -> str:
    return client.get(f"/{language}/styleguide/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_living_page_speaks_each_language(page: str, language: str) -> None:
    assert f'<html lang="{language}">' in page
    assert page.count(TITLES[language]) >= 2  # its title and its heading
    assert {other for other in LANGUAGES if f'href="/{other}/styleguide/"' in page} == set(LANGUAGES)


@pytest.mark.parametrize("language", ["es"])
def test_a_stranger_reads_it_without_the_database(page: str) -> None:
    assert "line-strong" in page  # this test may not touch the database, and pytest-django holds it to that


@pytest.mark.parametrize("language", ["en"])
def test_it_shows_contrasts_as_they_are_measured(page: str) -> None:
    assert "21.0 : 1" in page  # black ink on white paper, in print
    assert page.count("<code>line-strong</code> / <code>") == 4
    assert page.count(" : 1") >= 4 * len(PAIRS)


def test_every_component_is_in_the_catalogue_with_every_parameter_that_it_takes() -> None:
    made = {name for module in MODULES for name in module.register.tags}
    assert set(COMPONENTS) == made - set(OF_THE_FRAME)
    for component in COMPONENTS.values():
        assert {told.name for told in parameters(component)} == set(component.takes), component.name
        takes_content = "content" in inspect.signature(component.tag).parameters
        assert takes_content == (component.inside is not None), component.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FAMILIES)
def test_every_family_shows_every_one_of_its_parts(client: Client, code: str, language: str) -> None:
    page = client.get(f"/{language}/styleguide/{code}/").content.decode()
    with translation.override(language):
        assert escape(str(FAMILIES[code].lede)) in page
        for component in FAMILIES[code].components:
            assert re.search(rf'<section class="shown"\s+id="{component.name}"', page)
            assert escape(str(component.purpose)) in page
            for told in parameters(component):
                assert escape(str(told.about)) in page


def test_there_is_no_other_family(client: Client) -> None:
    assert client.get("/es/styleguide/stock-pictures/").status_code == 404


@pytest.mark.django_db
def test_the_examples_keep_nothing(client: Client) -> None:
    draft = client.post("/en/styleguide/draft/", {"name": "x"})
    assert (draft.status_code, draft.content) == (204, b"")
    assert client.get("/en/styleguide/draft/").status_code == 405
    asked = client.post("/en/styleguide/question/")
    assert (asked.status_code, asked.headers["Location"]) == (302, "/en/styleguide/panels/")


def test_a_job_is_a_part_for_htmx_and_a_page_for_everybody_else(client: Client) -> None:
    part = client.get("/en/styleguide/job/3/", headers={"hx-request": "true"})
    assert (
        part.content.decode()
        .strip()
        .startswith('<div class="job job--running" hx-get="/en/styleguide/job/4/"')
    )
    assert "HX-Request" in part.headers["Vary"]
    page = client.get("/en/styleguide/job/3/").content.decode()
    assert '<a href="/en/styleguide/job/4/">' in page
    assert page.count("<h1>") == 1
    assert (
        "hx-get" not in client.get("/en/styleguide/job/10/", headers={"hx-request": "true"}).content.decode()
    )


def test_the_living_page_is_open_in_the_demonstration_and_elsewhere() -> None:
    assert {name for name, access in ROUTES.items() if name.startswith("design:") and access == PUBLIC} == {
        f"design:{pattern.name}" for pattern in urls.urlpatterns
    }
