"""The word lists, folded: small letters without accents. They lie beside the code, one or more words a line."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

LISTS = Path(__file__).parent / "lists"
LANGUAGES = ("es", "pt", "en", "fr")


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """Small letters without accents; œ as oe, the typographic apostrophe as the plain one."""
    plain = unicodedata.normalize("NFKD", word.replace("œ", "oe").replace("’", "'")).lower()
    return "".join(character for character in plain if not unicodedata.combining(character))


@cache
def words(name: str) -> frozenset[str]:
    return frozenset(folded(word) for line in _lines(name) for word in line.split())


@cache
def phrases(name: str) -> frozenset[tuple[str, ...]]:
    """Whole lines, as their words."""
    return frozenset(tuple(folded(line).split()) for line in _lines(name))


def _lines(name: str) -> list[str]:
    text = (LISTS / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
