"""Names of places that exist nowhere: syllables that sound Spanish, put together by a small grammar."""

from __future__ import annotations

import re

import numpy as np

ONSETS = (
    "b", "c", "d", "f", "g", "l", "m", "n", "ñ", "p", "qu", "r", "s", "t", "v", "y", "ch", "ll", "br", "tr", "gr", "pl",
)  # fmt: skip
NUCLEI = ("a", "e", "i", "o", "u", "a", "e", "o", "ia", "ue")
CODAS = ("", "", "", "", "n", "r", "s", "l")
ENDINGS = ("a", "o", "án", "í", "al", "ero", "illa", "ón", "aña", "eño", "ú", "ías", "ar", "é")
PATTERNS = (
    "{0}", "{0}", "{0}", "{0}", "{0}", "San {0}", "Villa {0}", "Puerto {0}", "{0} del {1}", "Santa {0} de {1}",
    "{0} de los {1}", "Valle de {0}",
)  # fmt: skip
LONGEST = 90


def place_names(number: int, rng: np.random.Generator) -> list[str]:
    """`number` names, no two alike; the second is over 60 characters long, the third exactly 90, for page layouts."""
    names: dict[str, None] = {}
    while len(names) < number:
        names[_name(rng)] = None
    unique = list(names)
    for place, length in ((1, 64), (2, LONGEST)):
        if number > place:
            unique[place] = _name_of_length(length, rng)
    return unique


def word(rng: np.random.Generator) -> str:
    """An invented word of two to four syllables."""
    syllables = "".join(
        _pick(ONSETS, rng) + _pick(NUCLEI, rng) + _pick(CODAS, rng) for _ in range(rng.integers(1, 3))
    )
    text = syllables + _pick(ONSETS, rng) + _pick(ENDINGS, rng)
    return _spelled(text).capitalize()


def _name(rng: np.random.Generator) -> str:
    return _pick(PATTERNS, rng).format(word(rng), word(rng))


def _name_of_length(length: int, rng: np.random.Generator) -> str:
    """Words joined until `length` characters; the last word is cut to fit."""
    text = f"San {word(rng)} de los {word(rng)}"
    while length - len(text) > len(" y Fulanabarañeño del Fulano"):
        text += f" y {word(rng)}"
    rest = length - len(text) - len(" del ")
    last = "".join(word(rng).lower() for _ in range(rest))
    return f"{text} del {last[:rest].capitalize()}"


def _spelled(text: str) -> str:
    """Spanish spelling: c for qu before a, o, u; no coda before a consonant that bears none."""
    text = re.sub(r"qu(?=[aouáóú])", "c", text)
    text = re.sub(r"[nrsl](?=ll|ñ|y|r|l)", "", text)
    return re.sub(r"(yi|lli|ñi)(?=[aeo])", lambda found: found[0][:-1], text)


def _pick(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
