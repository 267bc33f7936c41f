"""The desk of public texts: what it lists, what it keeps, what it refuses, and who gets to it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from almenara.accounts.models import User
from almenara.content import queries
from almenara.content.actions import ChangedMeanwhileError, add, change, translate
from almenara.content.kinds import FIELDS, Kind
from almenara.content.models import LANGUAGES, Entry, State, Text
from almenara.places.paging import SIZE
from almenara.privacy.detection.forms import KEEP
from tests.support.acting import acting
from tests.support.cast import Cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db
DESK = "/en/content/"


def written(by: User, name: str = "Escuela", slug: str = "school", **more: Any) -> Entry:
    """A term of which nothing is translated."""
    with acting(by):
        entry = Entry(kind=Kind.TERM, slug=slug, language="es", **more)
        return add(entry=entry, words={"name": name, "meaning": "Donde se aprende: {countries}."}, by=by)


def row(entry: Entry, language: str, field: str = "name") -> Any:
    with owner_rights():
        return Text.objects.select_related("original", "entry").get(
            entry=entry, field=field, language=language
        )


def address(text: Text) -> str:
    return f"/en/content/translate/{text.pk}/"


def sent(text: Text, words: str, **more: str) -> dict[str, str]:
    assert text.original is not None
    return {"words": words, "seen": text.digest, "seen_original": text.original.digest, **more}


def kept(text: Text, words: str, by: User) -> Text:
    assert text.original is not None
    with acting(by):
        return translate(text=text, words=words, seen=text.digest, seen_original=text.original.digest, by=by)


def listed(client: Client, query: str = "") -> str:
    answer = client.get(DESK + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_written_waits_in_every_other_language(editor: Client, people: Cast) -> None:
    entry = written(people["editor"])
    waiting = Text.objects.translations().filter(entry=entry)
    with acting(people["editor"]):
        assert {(text.language, text.field, text.state) for text in waiting} == {
            (language, field.name, State.MISSING)
            for language in LANGUAGES
            if language != "es"
            for field in FIELDS[Kind.TERM]
        }
    body = listed(editor)
    assert body.count(">Escuela<") == 3
    assert "6 texts" in body
    assert all(f"<td>{language}</td>" in body for language in ("Portuguese", "English", "French"))


def test_a_translation_is_missing_then_up_to_date_then_stale_then_up_to_date_again(
    editor: Client, people: Cast
) -> None:
    by = people["editor"]
    entry = written(by)
    where = address(row(entry, "fr"))
    assert "missing" in editor.get(where).content.decode()
    editor.post(where, sent(row(entry, "fr"), "École"))
    assert row(entry, "fr").source == "Escuela"
    assert "up to date" in editor.get(where).content.decode()
    edit = f"/en/content/entries/{entry.pk}/"
    page = editor.get(edit)
    answer = editor.post(edit, {**page.context["form"].initial, "name": "Escuela primaria", "public": "on"})
    assert answer.status_code == 302
    body = editor.get(where).content.decode()
    assert "<ins> primaria</ins>" in body
    assert '<p class="as-written" lang="es">Escuela</p>' in body
    assert "stale" in body
    assert "Escuela primaria" in listed(editor, "?state=stale&language=fr")
    editor.post(where, sent(row(entry, "fr"), "École"))
    assert "Escuela primaria" not in listed(editor, "?state=stale&language=fr")
    assert "Escuela primaria" in listed(editor, "?state=current&language=fr")


def test_an_original_that_is_as_it_was_again_has_its_translation_up_to_date_again(people: Cast) -> None:
    by = people["editor"]
    entry = written(by)
    kept(row(entry, "fr"), "École", by)
    states = []
    with acting(by):
        for name in ("Colegio", "Escuela"):
            change(entry=entry, words={"name": name, "meaning": "Algo."}, seen=entry.state(), by=by)
            states.append(Text.objects.translations().get(entry=entry, field="name", language="fr").state)
    assert states == [State.STALE, State.CURRENT]


def test_a_change_of_one_field_leaves_the_translations_of_the_others(people: Cast) -> None:
    by = people["editor"]
    entry = written(by)
    kept(row(entry, "pt"), "Escola", by)
    kept(row(entry, "pt", "meaning"), "Onde se aprende: {countries}.", by)
    with acting(by):
        change(entry=entry, words={"name": "Escuela", "meaning": "Otra cosa."}, seen=entry.state(), by=by)
        states = {t.field: t.state for t in Text.objects.translations().filter(entry=entry, language="pt")}
    assert states == {"name": State.CURRENT, "meaning": State.STALE}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Where one learns.", "Missing: {countries}. Write it as the original does"),
        ("Where one learns: {contries}.", "The original has no {contries}"),
        ("Where one learns: %(countries)s.", "The original has no %(countries)s"),
        ("Where one learns: {countries.", "stands alone"),
        ("  \r\n ", "Nothing is written here yet"),
        ("{countries}" + "x" * 2500, "1,011 characters too many: there is room for 1,500"),
    ],
)
def test_a_translation_that_is_not_right_is_refused_in_words(
    editor: Client, people: Cast, words: str, told: str
) -> None:
    text = row(written(people["editor"]), "en", "meaning")
    answer = editor.post(address(text), sent(text, words))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert row(text.entry, "en", "meaning").text == ""


def test_a_name_of_ninety_characters_fits_and_of_ninety_one_does_not(editor: Client, people: Cast) -> None:
    text = row(written(people["editor"]), "en")
    assert "1 character too many" in editor.post(address(text), sent(text, "é" * 91)).content.decode()
    assert editor.post(address(text), sent(text, "e\u0301" * 90)).status_code == 302
    assert row(text.entry, "en").text == "é" * 90


def test_line_breaks_of_any_system_are_the_same_text(editor: Client, people: Cast) -> None:
    text = row(written(people["editor"]), "en", "meaning")
    editor.post(address(text), sent(text, "One {countries}\r\n\r\nTwo"))
    assert row(text.entry, "en", "meaning").text == "One {countries}\n\nTwo"


def test_personal_data_is_asked_about_before_it_is_kept(editor: Client, people: Cast) -> None:
    text = row(written(people["editor"]), "en", "meaning")
    words = "{countries}: write to ana.perez@example.org"
    answer = editor.post(address(text), sent(text, words))
    body = answer.content.decode()
    assert "ana.perez@example.org" in body
    assert row(text.entry, "en", "meaning").text == ""
    found = re.search(rf'name="{KEEP}"[^>]*value="([0-9a-f]+)"', body)
    assert found is not None
    assert editor.post(address(text), sent(text, words, **{KEEP: found[1]})).status_code == 302


def test_two_at_one_text_do_not_undo_each_other(editor: Client, people: Cast) -> None:
    by = people["editor"]
    entry = written(by)
    before = row(entry, "en")
    kept(before, "School", by)
    answer = editor.post(address(before), sent(before, "Academy"))
    assert answer.status_code == 422
    assert "Somebody changed this text" in answer.content.decode()
    assert "Academy" in answer.content.decode()
    assert row(entry, "en").text == "School"
    with acting(by), pytest.raises(ChangedMeanwhileError):
        change(entry=entry, words={"name": "x", "meaning": "y"}, seen="", by=by)


def test_who_writes_an_entry_does_not_show_again_what_another_took_from_the_public(
    editor: Client, people: Cast
) -> None:
    entry = written(people["editor"], public=True)
    where = f"/en/content/entries/{entry.pk}/"
    before = editor.get(where).context["form"].initial
    hidden = {name: value for name, value in before.items() if name != "public"}
    assert editor.post(where, hidden).status_code == 302
    answer = editor.post(where, {**before, "name": "Colegio", "public": "on"})
    assert answer.status_code == 422
    assert "Somebody changed this text" in answer.content.decode()
    with owner_rights():
        entry.refresh_from_db()
    assert not entry.public
    assert row(entry, "fr").original.text == "Escuela"


def test_an_original_that_changed_while_it_was_translated_is_told(editor: Client, people: Cast) -> None:
    by = people["editor"]
    entry = written(by)
    before = row(entry, "en")
    with acting(by):
        change(entry=entry, words={"name": "Colegio", "meaning": "{countries}"}, seen=entry.state(), by=by)
    assert editor.post(address(before), sent(before, "School")).status_code == 422


def test_an_original_with_a_placeholder_that_nobody_fills_is_refused(editor: Client, people: Cast) -> None:
    answer = editor.post(
        "/es/content/new/term/", {"slug": "x", "name": "Algo {persona}", "meaning": "Algo", "position": "0"}
    )
    assert answer.status_code == 422
    assert "{persona}" in answer.content.decode()


def test_a_new_entry_is_in_the_language_of_who_writes_it(editor: Client, people: Cast) -> None:
    sent_ = {"slug": "Abrigo", "name": "Abrigo", "meaning": "Lugar.", "position": "0"}
    assert editor.post("/pt/content/new/term/", sent_).status_code == 302
    with owner_rights():
        entry = Entry.objects.get(slug="abrigo")
    assert (entry.language, entry.public, entry.created_by) == ("pt", False, people["editor"])
    again = editor.post("/pt/content/new/term/", sent_)
    assert again.status_code == 422
    assert editor.get("/pt/content/new/news/").status_code == 404


def test_the_list_is_worked_through_by_key_while_its_rows_leave(editor: Client, people: Cast) -> None:
    by = people["editor"]
    for number in range(SIZE // 6 + 2):
        written(by, f"Cosa {number}", f"thing-{number}")
    first = editor.get(DESK).context["page"]
    assert (len(first.rows), first.before) == (SIZE, None)
    kept(row(first.rows[-1].entry, first.rows[-1].language, first.rows[-1].field), "{countries} x", by)
    second = editor.get(DESK, {"after": first.after}).context["page"]
    assert not {text.pk for text in first.rows} & {text.pk for text in second.rows}
    assert len(second.rows) == (SIZE // 6 + 2) * 6 - SIZE
    assert second.before is not None


def test_what_the_address_asks_for_wrongly_is_left_out(editor: Client, people: Cast) -> None:
    written(people["editor"])
    for query in ("?state=gone", "?language=de", "?kind=%00", "?after=x", "?before=-1"):
        assert editor.get(DESK + query).status_code == 200


def test_the_counts_are_those_of_the_lists(editor: Client, people: Cast) -> None:
    by = people["editor"]
    kept(row(written(by), "fr"), "École", by)
    with acting(by):
        counted = queries.counts()
        for language in LANGUAGES:
            for state in State:
                found = queries.found(queries.Filters(language, state)).count()
                assert counted.get((language, state), 0) == found


def test_every_change_is_in_the_history(people: Cast) -> None:
    by = people["editor"]
    text = kept(row(written(by), "fr"), "École", by)
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, detail->'after'->>'text' FROM witness_entry"
            " WHERE kind = 'update' AND object_type = 'content_text' AND object_id = %s",
            [str(text.pk)],
        )
        assert cursor.fetchall() == [(by.pk, "École")]


def test_the_database_itself_lets_only_editors_write_and_strangers_see_what_is_public(people: Cast) -> None:
    by = people["editor"]
    draft = written(by)
    shown = written(by, slug="shown", public=True)
    text = row(shown, "fr")
    with acting(None):
        assert set(Entry.objects.filter(pk__in=[draft.pk, shown.pk])) == {shown}
        assert {text.entry_id for text in Text.objects.filter(entry__in=[draft.pk, shown.pk])} == {shown.pk}
    for name in ("case_worker", "administrator", "statistician", "auditor"):
        with acting(people[name]):
            assert Text.objects.filter(pk=text.pk).update(text="x", source_digest="x") == 0
            with pytest.raises(DatabaseError), transaction.atomic():
                Entry.objects.create(kind="term", slug="forced", language="es")
    with acting(by), connection.cursor() as cursor:
        cursor.execute("DELETE FROM content_entry WHERE id = %s", [draft.pk])
        assert cursor.rowcount == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_opens_in_every_language(editor: Client, people: Cast, language: str) -> None:
    entry = written(people["editor"])
    with translation.override(language):
        for route, args in (
            ("desk", []),
            ("entries", []),
            ("edit", [entry.pk]),
            ("translate", [row(entry, "en").pk]),
        ):
            answer = editor.get(reverse(f"content:{route}", args=args))
            assert answer.status_code == 200
