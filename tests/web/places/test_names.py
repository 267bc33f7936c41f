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


@pytest.mark.parametrize("language", LANGUAGES)
def test_accents_decide_between_the_same_letters(language: str) -> None:
    """The order that CLDR gives for French, and for every language without a rule of its own."""
    names = ["cote", "coté", "côte", "côté", "cote d’or", "coter"]
    assert ordered([*reversed(names)], language) == names
    assert ordered(["Perú", "Peru", "Perugia"], language) == ["Peru", "Perú", "Perugia"]


def test_in_spanish_ch_and_ll_are_no_letters() -> None:
    """As the academies have ordered them since 1994."""
    names = ["cero", "chico", "cinco", "cuna", "liz", "llama", "lobo"]
    assert ordered([*reversed(names)], "es") == names


def test_case_and_punctuation_count_for_nothing() -> None:
    keys = {sort_key(name, "pt") for name in ("Pau-d’Arco", "PAU D'ARCO", "pau  d arco", "(Pau) d“arco”")}
    assert len(keys) == 1


ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
WITH_ACCENTS = {
    "á": ("a", 1), "à": ("a", 2), "â": ("a", 4), "ä": ("a", 7), "ã": ("a", 9), "ç": ("c", 11), "ñ": ("n", 9),
    "é": ("e", 1), "è": ("e", 2), "ê": ("e", 4), "ë": ("e", 7), "í": ("i", 1), "î": ("i", 4), "ï": ("i", 7),
    "ó": ("o", 1), "ô": ("o", 4), "õ": ("o", 9), "ú": ("u", 1), "ù": ("u", 2), "û": ("u", 4), "ü": ("u", 7),
}  # fmt: skip


def slowly(name: str, language: str) -> tuple[list[list[float]], list[int]]:
    """Words of letters by their place in the alphabet, then accents by their rank: a table for each, no encoding."""
    words: list[list[float]] = [[]]
    accents = []
    for char in name.lower():
        if char not in ALPHABET and char not in WITH_ACCENTS:
            words.append([])
            continue
        letter, accent = WITH_ACCENTS.get(char, (char, 0))
        place = float(ALPHABET.index(letter))
        if char == "ñ" and language == "es":
            place, accent = place + 0.5, 0
        words[-1].append(place)
        accents.append(accent)
    return [word for word in words if word], accents


NAMES = st.text(st.sampled_from("aáàâãcçeéêiínñoóôõuüNÑÁzZ12 -'."), max_size=8)


@given(NAMES, NAMES, st.sampled_from(LANGUAGES))
def test_keys_order_names_as_the_slow_way_does(one: str, other: str, language: str) -> None:
    keys = [sort_key(name, language).encode() for name in (one, other)]
    places = [slowly(name, language) for name in (one, other)]
    assert (keys[0] < keys[1]) == (places[0] < places[1])
    assert (keys[0] == keys[1]) == (places[0] == places[1])


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_keys_are_plain_ascii_words(text: str, language: str) -> None:
    key = sort_key(text, language)
    assert key.isascii()
    assert key == " ".join(key.split())


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
