from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almenara.places.names import folded, sort_key

LANGUAGES = ("es", "pt", "en", "fr")


def ordered(names: list[str], language: str) -> list[str]:
    return sorted(names, key=lambda name: sort_key(name, language).encode())


def test_in_spanish_enye_is_a_letter_after_n() -> None:
    names = ["Ñemby", "Oaxaca", "Nuevo", "Nzeto", "Cañar", "Canzona", "Cao"]
    assert ordered(names, "es") == ["Canzona", "Cañar", "Cao", "Nuevo", "Nzeto", "Ñemby", "Oaxaca"]


@pytest.mark.parametrize("language", ["pt", "en", "fr"])
def test_in_the_other_languages_accents_do_not_change_the_order(language: str) -> None:
    assert ordered(["Ñemby", "Nzeto", "Éfeso", "Efrata", "Águas"], language) == [
        "Águas", "Éfeso", "Efrata", "Ñemby", "Nzeto",
    ]  # fmt: skip


def test_search_forgets_accents_case_and_punctuation() -> None:
    assert folded("  São-João  d'Água Ñandú ") == "sao joao d agua nandu"


def test_a_decomposed_name_sorts_and_folds_as_its_composed_twin() -> None:
    assert sort_key("Cañar", "es") == sort_key("Can\u0303ar", "es")
    assert folded("São") == folded("Sa\u0303o")


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_keys_are_plain_ascii_words(text: str, language: str) -> None:
    key = sort_key(text, language)
    assert key.isascii()
    assert key == " ".join(key.split())


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
