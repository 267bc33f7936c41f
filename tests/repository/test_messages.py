"""The catalogues' own rules: what is collected from the sources, and what counts as a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import messages

TEMPLATE = """{% load i18n %}
<h1>{% translate "Map of risk" %}</h1>
    <p title="it's {{ name }}">{% blocktranslate count n=total %}{{ n }} child{% plural %}{{ n }} children{% endblocktranslate %}</p>
  {# a comment #}{% translate "May" context "month" %} {{ _("Ranking") }}
"""  # noqa: E501


@pytest.fixture
def scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> messages.Scope:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "app" / "locale").mkdir(parents=True)
    (tmp_path / "app" / "templates").mkdir()
    (tmp_path / "app" / "templates" / "map.html").write_text(TEMPLATE)
    (tmp_path / "app" / "views.py").write_text(
        'from django.utils.translation import gettext as _\nx = _("Home")\n'
    )
    return messages.Scope(tmp_path / "app" / "locale", "django")


def catalogue(scope: messages.Scope, **strings: str | tuple[str, ...]) -> Catalog:
    found = messages.collect(scope)
    for message in found:
        if message.id:
            message.string = strings.get(messages.key(message)[1].replace(" ", "_"), message.id)
    return found


def test_sentences_of_templates_and_code_are_collected(scope: messages.Scope) -> None:
    ids = {(message.context, message.id) for message in messages.collect(scope) if message.id}
    assert ids == {
        (None, "Map of risk"),
        (None, ("%(n)s child", "%(n)s children")),
        ("month", "May"),
        (None, "Ranking"),
        (None, "Home"),
    }


def test_a_whole_catalogue_has_no_fault(scope: messages.Scope) -> None:
    assert list(messages.catalogue_faults(catalogue(scope), messages.collect(scope), "es")) == []


def test_an_empty_translation_is_a_fault(scope: messages.Scope) -> None:
    faults = list(messages.catalogue_faults(catalogue(scope, Ranking=""), messages.collect(scope), "fr"))
    assert faults == ["not translated: 'Ranking'"]


def test_english_may_leave_a_sentence_as_it_is(scope: messages.Scope) -> None:
    assert list(messages.catalogue_faults(catalogue(scope, Ranking=""), messages.collect(scope), "en")) == []


def test_a_fuzzy_translation_is_a_fault(scope: messages.Scope) -> None:
    kept = catalogue(scope)
    kept["Ranking"].flags.add("fuzzy")
    assert list(messages.catalogue_faults(kept, messages.collect(scope), "pt")) == ["fuzzy: 'Ranking'"]


def test_a_sentence_that_left_the_sources_and_one_that_came_are_faults(scope: messages.Scope) -> None:
    kept = catalogue(scope)
    kept.delete("Ranking")
    kept.add("Old", "Viejo")
    assert sorted(messages.catalogue_faults(kept, messages.collect(scope), "es")) == [
        "no longer in the sources: 'Old' (make messages)",
        "not in the catalogue: 'Ranking' (make messages)",
    ]


def test_a_lost_placeholder_is_a_fault(scope: messages.Scope) -> None:
    kept = catalogue(scope)
    for message in kept:
        if isinstance(message.id, tuple):
            message.string = ("%(m)s niño", "%(m)s niños")
    assert any(
        "placeholder" in fault for fault in messages.catalogue_faults(kept, messages.collect(scope), "es")
    )


def test_collecting_again_what_is_collected_changes_no_file(
    scope: messages.Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "scopes", lambda: [scope])
    messages.update()
    before = {path: path.read_bytes() for path in map(scope.catalogue, messages.LANGUAGES)}
    for path, text in before.items():
        path.write_bytes(text.replace(b"POT-Creation-Date: 2", b"POT-Creation-Date: 1"))
    messages.update()
    assert all(path.read_bytes() == text.replace(b"Date: 2", b"Date: 1") for path, text in before.items())


def test_the_house_has_catalogues() -> None:
    assert {scope.domain for scope in messages.scopes()} >= {"django"}
