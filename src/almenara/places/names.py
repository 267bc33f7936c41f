"""How place names are ordered and found, language by language, without the help of the database's collations."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_WORDS = re.compile(r"[^a-z0-9~]+")
_AFTER_EVERY_LETTER = "~"  # in the byte order of the C collation
_BEFORE_EVERY_LETTER = "\x01"  # and before the space between words: a shorter name comes first
_NO_ACCENT, _OTHER_ACCENT = ".", "z"
# Acute, grave, breve, circumflex, caron, ring, diaeresis, double acute, tilde, dot above, cedilla, ogonek, macron.
_IN_ORDER = "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0327\u0328\u0304"
_ACCENTS = {accent: chr(ord("a") + place) for place, accent in enumerate(_IN_ORDER)}


def folded(text: str) -> str:
    """Lower case, no accents, one space between words: what is searched, and the order of pt, en and fr."""
    return _words(_without_marks(_lower(text)).replace(_AFTER_EVERY_LETTER, " "))


def sort_key(name: str, language: str) -> str:
    """A text whose byte order is the language's alphabetical order: in Spanish ñ is a letter after n.

    Letters count first, word by word, then accents (from the left, in the order of Unicode's default collation): cote,
    coté, côte and côté stand in this order, and coter after them. Case and punctuation count for nothing.
    """
    text = _lower(name).replace(_AFTER_EVERY_LETTER, " ")
    if language != "es":
        letters = _words(_without_marks(text))
    else:
        letters = _words(f"n{_AFTER_EVERY_LETTER}".join(_without_marks(part) for part in text.split("ñ")))
        text = text.replace("ñ", "n")
    accents = _accents(text)
    return f"{letters}{_BEFORE_EVERY_LETTER}{accents}" if accents else letters


def _accents(text: str) -> str:
    """A sign for each letter: a full stop for one without accent, none for those after the last accent."""
    signs: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(char):
            if signs and signs[-1] == _NO_ACCENT:
                signs[-1] = _ACCENTS.get(char, _OTHER_ACCENT)
        elif not _NOT_WORDS.match(char):
            signs.append(_NO_ACCENT)
    return "".join(signs).rstrip(_NO_ACCENT)


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower().translate(_LETTERS)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", text).strip()
