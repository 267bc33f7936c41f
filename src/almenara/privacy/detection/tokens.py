"""A text's words, and the runs of capitalised ones that may be names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from almenara.privacy.detection.words import folded

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
POSSESSIVE = re.compile(r"['’]s$")
BEGINS = re.compile(r"[.!?:;•«“\"¿¡\n]|\s[-–—]\s")
PARTICLES = frozenset({
    "de", "del", "la", "las", "los", "da", "do", "das", "dos", "e", "y", "van", "von", "du", "des", "le", "mc",
})  # fmt: skip
LINKS = frozenset({
    "de", "del", "da", "do", "das", "dos", "du", "des", "la", "las", "los", "le", "el", "the", "of", "d", "l",
    "un", "una", "os", "as", "o", "a",
})  # fmt: skip
SAINTS = frozenset({
    "san", "santa", "santo", "santos", "sao", "saint", "sainte", "st", "ste", "sta", "sto", "nossa", "nuestra",
    "notre",
})  # fmt: skip
# Towns are named after saints and after these.
PLACE_HEADS = SAINTS | {
    "presidente", "governador", "gobernador", "general", "gral", "coronel", "capitan", "comandante", "mariscal",
    "teniente", "almirante", "puerto", "porto", "port", "fort", "villa", "cap", "new", "nueva", "nuevo", "nova",
    "el", "los", "las",
}  # fmt: skip
ABBREVIATIONS = frozenset({
    "sr", "sra", "srta", "dr", "dra", "mr", "mrs", "ms", "m", "mme", "mlle", "lic", "licda", "ing", "prof",
    "profa", "st", "av", "avda",
})  # fmt: skip


@dataclass(frozen=True)
class Token:
    """plain: folded. begins: a sentence, a line or a quotation. follows_abbreviation: as in “Dra. Luna”."""

    text: str
    plain: str
    start: int
    end: int
    begins: bool
    follows_abbreviation: bool

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


def tokens_of(text: str) -> list[Token]:
    found: list[Token] = []
    for match in WORD.finditer(text):
        word = _without_article(POSSESSIVE.sub("", match[0]))
        start = match.start() + match[0].index(word)
        between = text[found[-1].end : start] if found else "\n"
        abbreviated = between == ". " and _is_abbreviation(found[-1].text)
        begins = not abbreviated and bool(BEGINS.search(between))
        found.append(Token(word, folded(word), start, start + len(word), begins, abbreviated))
    return found


def _without_article(word: str) -> str:
    """French: d'Anne, l'École."""
    return word[2:] if len(word) > 3 and word[0].lower() in "dlsnqjcm" and word[1] in "'’" else word


def _is_abbreviation(word: str) -> bool:
    """An initial, or Sra.; the m of metres ends a sentence."""
    return (len(word) == 1 and word.isupper()) or (len(word) > 1 and folded(word) in ABBREVIATIONS)


def joined(text: str, one: Token, other: Token) -> bool:
    between = text[one.end : other.start]
    return between in (" ", "\u00a0") or (between == ". " and len(one.text) == 1)


def runs(text: str, tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Capitalised words with nothing but a blank, an initial's point or particles between them."""
    i = 0
    while i < len(tokens):
        if not tokens[i].is_capital:
            i += 1
            continue
        j = i + 1
        while (after := _goes_on(text, tokens, j)) is not None:
            j = after
        yield i, j
        i = j


def _goes_on(text: str, tokens: list[Token], j: int) -> int | None:
    """Where the run that has reached token j ends if the next words belong to it too."""
    for k in range(j, min(j + 3, len(tokens))):
        if not joined(text, tokens[k - 1], tokens[k]):
            return None
        if tokens[k].is_capital:
            return k + 1
        if tokens[k].plain not in PARTICLES:
            return None
    return None
