"""What the public reads: each field in its reader's language, or visibly in its own; terms by the reader's alphabet."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from almenara.content import queries
from almenara.content.actions import change
from almenara.content.kinds import Kind
from almenara.content.models import LANGUAGES, Entry, State, Text
from almenara.content.placeholders import KNOWN
from almenara.observatory.presenters.texts import figures
from tests.support.acting import acting
from tests.support.cast import Cast
from tests.web.content.test_desk import kept, row, written

pytestmark = pytest.mark.django_db
SHOWN_IN = {
    "pt": "Mostrado em espanhol: ainda não traduzido.",
    "en": "Shown in Spanish: not yet translated.",
    "fr": "Montré en espagnol : pas encore traduit.",
}


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("language", "said"), SHOWN_IN.items())
def test_what_is_not_translated_is_shown_in_its_own_language_and_says_so(
    client: Client, people: Cast, language: str, said: str
) -> None:
    written(people["editor"], "Escuela rural", public=True)
    page = body(client, f"/{language}/glossary/")
    assert '<h2 lang="es">Escuela rural</h2>' in page
    assert page.count(said) == 1
    assert said not in body(client, "/es/glossary/")


def test_each_field_falls_back_by_itself(client: Client, people: Cast) -> None:
    by = people["editor"]
    entry = written(by, "Escuela rural", public=True)
    kept(row(entry, "fr"), "École rurale", by)
    page = body(client, "/fr/glossary/")
    assert "<h2>École rurale</h2>" in page
    assert '<p lang="es">Donde se aprende: 0.</p>' in page
    assert SHOWN_IN["fr"] in page


def test_a_stale_translation_stays_and_says_that_its_original_changed(client: Client, people: Cast) -> None:
    by = people["editor"]
    entry = written(by, "Escuela rural", public=True)
    for field, words in (("name", "Rural school"), ("meaning", "Where one learns: {countries}.")):
        kept(row(entry, "en", field), words, by)
    assert "has changed since" not in body(client, "/en/glossary/")
    with acting(by):
        words = {"name": "Escuela", "meaning": "Donde se aprende."}
        change(entry=entry, words=words, seen=entry.state(), by=by)
    page = body(client, "/en/glossary/")
    assert "<h2>Rural school</h2>" in page
    assert page.count("has changed since") == 1


def test_one_field_missing_and_another_stale_are_both_told(client: Client, people: Cast) -> None:
    by = people["editor"]
    entry = written(by, "Escuela rural", public=True)
    kept(row(entry, "en"), "Rural school", by)
    with acting(by):
        words = {"name": "Escuela", "meaning": "Donde se aprende."}
        change(entry=entry, words=words, seen=entry.state(), by=by)
    page = body(client, "/en/glossary/")
    assert "has changed since" in page
    assert SHOWN_IN["en"] in page


def test_a_draft_is_for_nobody_but_editors(client: Client, editor: Client, people: Cast) -> None:
    written(people["editor"], "Escuela rural")
    assert "Escuela rural" not in body(client, "/es/glossary/")
    assert "Escuela rural" not in body(editor, "/es/glossary/")
    assert "Escuela rural" in body(editor, "/es/content/entries/")
    assert client.get("/es/about/nothing/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_that_a_new_site_begins_with_are_whole_in_every_language(
    client: Client, language: str
) -> None:
    for kind in Kind:
        for shown in queries.shown(kind, language=language):
            assert {said.state for said in shown.fields.values()} == {State.CURRENT}
            assert {said.language for said in shown.fields.values()} == {language}
    page = body(client, f"/{language}/about/about/")
    assert "{" not in page.partition("<main")[2]
    assert f'href="/{language}/about/reading/"' in body(client, f"/{language}/about/")


def test_every_placeholder_that_editors_are_offered_is_filled_in(people: Cast) -> None:
    assert {f"{{{name}}}" for name in figures()} == set(KNOWN)


@pytest.mark.parametrize(
    ("language", "order"),
    [("es", ["nube", "ñandú", "oca"]), ("pt", ["ñandú", "nube", "oca"]), ("fr", ["ñandú", "nube", "oca"])],
)
def test_terms_stand_in_the_alphabet_of_the_reader(
    client: Client, people: Cast, language: str, order: list[str]
) -> None:
    for name in ("oca", "ñandú", "nube"):
        written(people["editor"], name, f"term-{len(name)}-{name[0] if name[0] != 'ñ' else 'n'}", public=True)
    found = [term.fields["name"].text for term in queries.terms(language)]
    assert [name for name in found if name in order] == order


def test_the_glossary_asks_as_much_of_the_database_for_many_as_for_few(
    client: Client, people: Cast, django_assert_num_queries: Any
) -> None:
    with acting(people["editor"]):
        Text.objects.count()
    with django_assert_num_queries(2):
        few = len(queries.terms("en"))
    for number in range(3):
        written(people["editor"], f"Cosa {number}", f"thing-{number}", public=True)
    with django_assert_num_queries(2):
        assert len(queries.terms("en")) == few + 3


def test_what_an_editor_writes_is_shown_as_text_and_never_as_markup(client: Client, people: Cast) -> None:
    entry = written(people["editor"], "<b>Escuela</b>", public=True)
    assert Entry.objects.filter(pk=entry.pk).exists()
    page = body(client, "/es/glossary/")
    assert "<b>Escuela</b>" not in page
    assert "&lt;b&gt;Escuela&lt;/b&gt;" in page
