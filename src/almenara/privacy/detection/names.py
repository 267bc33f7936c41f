"""Names of persons: runs of capitalised words, judged by lists of common names and by the words around them.

A run is a name if a word that announces a person stands before it ("la niña", "son of"), if its words are names, or if
what follows belongs to a person ("…, de 12 años", "… trabaja"). It is none if it begins with, or follows, the word for
a place or an institution. A name found once is found again where it stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from almenara.privacy.detection import around
from almenara.privacy.detection.findings import Finding, Kind
from almenara.privacy.detection.tokens import (
    LINKS,
    PARTICLES,
    PLACE_HEADS,
    SAINTS,
    Token,
    joined,
    runs,
    tokens_of,
)
from almenara.privacy.detection.words import phrases, words

Span = tuple[int, int]


def names(text: str, language: str) -> Iterator[Finding]:
    """Names in a text; language: es, pt, en or fr, for the words that announce a person and the order of words."""
    tokens = tokens_of(text)
    judge = _Judge(text, tokens, language, words(f"persons_{language}"))
    capitalised = list(runs(text, tokens))
    found = [span for run in capitalised if (span := judge.name_in(*run))]
    found += judge.small_letters()
    found += judge.again(capitalised, found)
    yield from (Finding(tokens[i].start, tokens[j - 1].end, Kind.NAME) for i, j in found)


@dataclass(frozen=True)
class _Judge:
    text: str
    tokens: list[Token]
    language: str
    announcing: frozenset[str]

    def name_in(self, i: int, j: int) -> Span | None:
        """The part of the run from i to j that is a person's name, if any."""
        i = self._after_titles(i, j)
        i, j = self._after_start_words(i, j), self._before_institution(i, j)
        if i >= j or self._belongs_to_institution(i, j):
            return None
        if self._is_place(i, j) and not self._is_given(i):
            return None
        if self._is_announced(i):
            return i, j
        if self._is_place(i, j) and not self._is_a_persons(i, j):
            return None
        return (i, j) if self.tokens[i].plain not in PLACE_HEADS and self._is_name(i, j) else None

    # Where a run's name begins and ends

    def _after_titles(self, i: int, j: int) -> int:
        """A capitalised word that announces a person (Señora, Madame) is not part of the name."""
        while i < j and self.tokens[i].plain in self.announcing and not self._is_given(i):
            i += 1
        return i

    def _after_start_words(self, i: int, j: int) -> int:
        while i < j and (self.tokens[i].plain in words("start_words") or self.tokens[i].plain in LINKS):
            i += 1
        return i

    def _before_institution(self, i: int, j: int) -> int:
        """In English the word for an institution comes last, and what stands before it is the institution's name."""
        for k in range(i, j):
            if self.tokens[k].plain in words("institutions") and not self._is_known(k):
                return i if self.language == "en" else k
        return j

    # Places and institutions

    def _belongs_to_institution(self, i: int, j: int) -> bool:
        return self._follows_institution(i) or (self.language == "en" and self._precedes_institution(j))

    def _follows_institution(self, i: int) -> bool:
        """“Escuela de María Trinidad Sánchez”, “Hospital Dr. …”: a place bears the name of a person.

        Somebody's house, farm or shop does not: “la casa de Ana”.
        """
        k = i - 1
        while k >= 0 and self.tokens[k].plain in LINKS | around.HONOURED and self._touches(k):
            k -= 1
        if k < 0 or not self._touches(k) or self.tokens[k].plain not in words("institutions") | SAINTS:
            return False
        return k == i - 1 or self.tokens[k].plain not in around.OWNED or self.tokens[k].is_capital

    def _precedes_institution(self, j: int) -> bool:
        """“the Norman Manley market”, “Child Care and Protection Act”."""
        k = j
        while k < len(self.tokens) and self._touches(k - 1):
            if self.tokens[k].plain in words("institutions"):
                return self.tokens[k].is_capital or k == j
            if not self.tokens[k].is_capital and self.tokens[k].plain not in {"and", "of", "for", "the"}:
                return False
            k += 1
        return False

    def _touches(self, k: int) -> bool:
        """Whether the word after k is written right behind it, an abbreviation's point or a quotation mark aside."""
        between = self.text[self.tokens[k].end : self.tokens[k + 1].start]
        return not between.strip(" \u00a0'’«“\"") or (between == ". " and len(self.tokens[k].text) < 4)

    def _is_place(self, i: int, j: int) -> bool:
        plain = tuple(token.plain for token in self.tokens[i:j])
        return plain in phrases("places") or all(
            (word,) in phrases("places") for word in plain if word not in PARTICLES
        )

    # Persons

    def _is_given(self, k: int) -> bool:
        return self.tokens[k].plain in words("given_names")

    def _is_known(self, k: int) -> bool:
        return self._is_given(k) or self.tokens[k].plain in words("surnames")

    def _is_announced(self, i: int) -> bool:
        """Whether the words before say that a person's name follows."""
        if i == 0 or (self.tokens[i].is_shouted and not self._is_known(i)):
            return False
        before = self.text[self.tokens[i - 1].end : self.tokens[i].start]
        word, last = self.tokens[i - 1].plain, self.tokens[i - 2].plain if i > 1 else ""
        if word in self.announcing and around.IS_NEXT.fullmatch(before):
            return before[0] != "." or self.tokens[i].follows_abbreviation
        if before == " " and word in around.BETWEEN_CALLED and last in around.CALLED:
            return True
        if before == " " and word in around.OF and last in self.announcing:
            return last in around.KIN or self._is_known(i)
        window = self.text[max(0, self.tokens[i].start - around.REACH) : self.tokens[i].start]
        return bool(around.AGE_BEFORE.search(window) or around.SPOKEN_TO.search(window))

    def _is_a_persons(self, i: int, j: int) -> bool:
        """Whether what follows belongs to a person: an age, kinship, what only people do."""
        if self.tokens[i].plain in words("start_words"):
            return False
        end = self.tokens[j - 1].end
        if around.AGE_AFTER.match(self.text, end) or around.KIN_AFTER.match(self.text, end):
            return True
        while j < len(self.tokens) and self._touches(j - 1) and self.tokens[j].plain in around.BEFORE_VERB:
            j += 1
        return j < len(self.tokens) and self._touches(j - 1) and self.tokens[j].plain in words("verbs")

    def _is_name(self, i: int, j: int) -> bool:
        held = [token.plain for token in self.tokens[i:j] if token.plain not in PARTICLES]
        given = [word for word in held if word in words("given_names")]
        family = [word for word in held if word in words("surnames")]
        if any(token.is_shouted for token in self.tokens[i:j]):
            return len(held) > 1 and all(word in given or word in family for word in held)
        if self._is_a_persons(i, j):
            return True
        sure = [word for word in given + family if word not in words("doubtful")]
        if len(held) == 1:
            return bool(given and sure)
        if given and (sure or not self.tokens[i].begins):
            return True
        return len(given) + len(family) > 1 or (bool(sure) and len(held) > 1) or self._stands_out(i, held)

    def _stands_out(self, i: int, held: list[str]) -> bool:
        """Two capitals inside a sentence of a language that writes few of them, and nothing that names a place."""
        if self.language == "en" or self.tokens[i].begins or i == 0 or not self._touches(i - 1):
            return False
        other = words("institutions") | words("start_words") | SAINTS
        return not any(word in other or (word,) in phrases("places") for word in held)

    # Names without capitals, and names that come again

    def small_letters(self) -> list[Span]:
        """Names written without capitals: after a word that announces them, or given name and surname together."""
        found, i = [], 0
        while i < len(self.tokens):
            j = self._small_name(i)
            if j > i:
                found.append((i, j))
            i = max(j, i + 1)
        return found

    def _small_name(self, i: int) -> int:
        if not self._is_given(i) or not self.tokens[i].text.islower() or self._follows_institution(i):
            return i
        j = i + 1
        while self._is_small(j) and (self._is_known(j) or self._goes_on(j)):
            j += 1
        if i > 0 and self.tokens[i - 1].plain in self.announcing:
            return j + 1 if self._is_small(j) and not self._is_common(j) else j
        sure = any(self.tokens[k].plain not in words("doubtful") for k in range(i, j))
        return j if sure and j - i > 1 else i

    def _is_small(self, k: int) -> bool:
        return (
            k < len(self.tokens)
            and self.tokens[k].text.islower()
            and joined(self.text, self.tokens[k - 1], self.tokens[k])
        )

    def _goes_on(self, k: int) -> bool:
        """A particle with a name behind it: maria de la cruz."""
        while self._is_small(k) and self.tokens[k].plain in PARTICLES - {"e", "y"}:
            k += 1
        return self._is_small(k) and self._is_known(k) and self.tokens[k - 1].plain in PARTICLES

    def _is_common(self, k: int) -> bool:
        plain = self.tokens[k].plain
        common = (words("start_words"), words("verbs"), words("institutions"), self.announcing)
        return len(plain) < 4 or any(plain in listed for listed in common)

    def again(self, capitalised: list[Span], found: list[Span]) -> list[Span]:
        """The words of the names found, wherever they stand for themselves."""
        inside = {k for i, j in found for k in range(i, j)}
        known = {self.tokens[k].plain for k in inside if len(self.tokens[k].text) > 2}
        known -= words("start_words") | PARTICLES | words("institutions")
        return [
            (i, j)
            for i, j in (( self._after_start_words(i, j), j) for i, j in capitalised)
            if i < j and not inside & set(range(i, j))
            and {token.plain for token in self.tokens[i:j]} - PARTICLES <= known
            and not self._is_place(i, j)
            and not self._belongs_to_institution(i, j)
            and self._is_sure_again(i, j)
        ]  # fmt: skip

    def _is_sure_again(self, i: int, j: int) -> bool:
        return j - i > 1 or self.tokens[i].plain not in words("doubtful") or not self.tokens[i].begins
