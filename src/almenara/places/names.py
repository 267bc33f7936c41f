"""How place names are ordered and found, language by language, without the help of the database's collations."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_WORDS = re.compile(r"[^a-z0-9~]+")
_AFTER_EVERY_LETTER = "~"  # in the byte order of the C collation


def folded(text: str) -> str:
    """Lower case, no accents, one space between words: what is searched, and the order of pt, en and fr."""
    return _words(_without_marks(_lower(text)).replace(_AFTER_EVERY_LETTER, " "))


def sort_key(name: str, language: str) -> str:
    """A text whose byte order is the language's alphabetical order: in Spanish ñ is a letter after n."""
    if language != "es":
        return folded(name)
    parts = _lower(name).replace(_AFTER_EVERY_LETTER, " ").split("ñ")
    return _words(f"n{_AFTER_EVERY_LETTER}".join(_without_marks(part) for part in parts))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower().translate(_LETTERS)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", text).strip()
