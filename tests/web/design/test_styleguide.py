"""The living page, and the frame that every page stands in."""

from __future__ import annotations

import pytest
from django.test import Client

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
