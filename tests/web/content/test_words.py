"""Placeholders, differences and what is refused of a text, without a database."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from almenara.content.changes import pieces
from almenara.content.placeholders import KNOWN, filled, of_a_translation, of_an_original

TEXTS = st.text(st.sampled_from("ab ñ{}%\n"), max_size=60)


def told(words: str, original: str) -> str:
    with translation.override("en"):
        return " ".join(of_a_translation(words, original))


@pytest.mark.parametrize("placeholder", ["{name}", "%(n)s", "%(n)d"])
def test_a_missing_placeholder_is_named(placeholder: str) -> None:
    original = f"Of {placeholder} in all."
    assert told(f"De {placeholder} en total.", original) == ""
    assert placeholder in told("De todos en total.", original)


def test_a_misspelt_placeholder_is_named_with_the_one_it_should_be() -> None:
    said = told("Países: {paises}", "Countries: {countries}")
    assert "Missing: {countries}." in said
    assert "no {paises}" in said


@pytest.mark.parametrize("words", ["{countries", "countries}", "{{countries}", "%(countries {countries}"])
def test_a_brace_that_stands_alone_is_told(words: str) -> None:
    assert "stands alone" in told(words, "{countries}")


def test_the_order_of_placeholders_is_the_language_s_own() -> None:
    assert told("{b} de {a}, y otra vez {a}", "{a} of {b}") == ""


def test_an_original_takes_only_what_the_site_fills_in() -> None:
    with translation.override("en"):
        assert of_an_original(f"One {' '.join(KNOWN)} text.") == []
        (said,) = of_an_original("One {person} text.")
    assert "{person}" in said
    assert "{countries}" in said


def test_what_is_filled_in_stands_where_its_placeholder_stood() -> None:
    assert filled("{a} and {b} and %(n)s.", {"a": "1", "b": "{a}"}) == "1 and {a} and ."


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts_again(before: str, after: str) -> None:
    made = pieces(before, after)
    assert "".join(piece.text for piece in made if piece.kind != "added") == before
    assert "".join(piece.text for piece in made if piece.kind != "removed") == after


@given(TEXTS)
def test_nothing_changed_between_a_text_and_itself(text: str) -> None:
    assert all(piece.kind == "same" for piece in pieces(text, text))


def test_only_the_words_that_changed_are_marked() -> None:
    marked = [(piece.kind, piece.text) for piece in pieces("un riesgo alto hoy", "un riesgo medio hoy")]
    assert marked == [("same", "un riesgo "), ("removed", "alto"), ("added", "medio"), ("same", " hoy")]
