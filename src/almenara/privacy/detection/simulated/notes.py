"""SIMULATED notes of case workers, each with the truth of what in it is personal."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from almenara.privacy.detection.findings import Finding, Kind
from almenara.privacy.detection.simulated import (
    figures,
    people,
    sentences_en,
    sentences_es,
    sentences_fr,
    sentences_pt,
)
from almenara.privacy.detection.simulated.unseen import UNSEEN, Sentences
from almenara.privacy.detection.words import folded

SENTENCES: dict[str, ModuleType] = {
    "es": sentences_es, "pt": sentences_pt, "en": sentences_en, "fr": sentences_fr,
}  # fmt: skip
SLOT = re.compile(r"\{(\w+)\}")
UNCOMMON = 0.4  # share of given names and of surnames that no list of the detector holds
PERSONAL_A_NOTE, NEUTRAL_A_NOTE = 3, 5
AND_SECOND_SURNAME = {"es": 0.6, "pt": 0.4, "en": 0.0, "fr": 0.0}
CONNECTING = re.compile(r"^(?:de la|de|da|do|dos|das) ")


@dataclass(frozen=True)
class Note:
    """truth: what is personal, in the order of the text."""

    text: str
    language: str
    truth: tuple[Finding, ...]


@dataclass(frozen=True)
class Person:
    given: str
    family: str
    second: str

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.given, self.family, self.second) if part)


def notes(count: int, language: str, *, unseen: bool = True, seed: int = 1) -> Iterator[Note]:
    """unseen: of the sentences that the detector's rules were not made with."""
    rng = random.Random(f"{language} {seed}")  # noqa: S311 (made-up notes)
    for _number in range(count):
        yield _note(rng, language, UNSEEN[language] if unseen else SENTENCES[language])


def _note(rng: random.Random, language: str, held: Sentences | ModuleType) -> Note:
    """Sentences about one child and one adult among sentences about nobody, shuffled."""
    chosen = rng.sample(held.PERSONAL, PERSONAL_A_NOTE) + rng.sample(held.NEUTRAL, NEUTRAL_A_NOTE)
    rng.shuffle(chosen)
    slots = _slots(rng, language, person(rng, language), person(rng, language))
    text, truth = "", []
    for sentence in chosen:
        text += "\n" if text and rng.random() < 0.3 else " " if text else ""
        text, found = _filled(text, sentence, slots)
        truth += found
    return Note(text, language, tuple(truth))


def person(rng: random.Random, language: str) -> Person:
    def drawn(common: dict[str, tuple[str, ...]], uncommon: dict[str, tuple[str, ...]]) -> str:
        return rng.choice((uncommon if rng.random() < UNCOMMON else common)[language])

    given = drawn(people.COMMON_GIVEN, people.UNCOMMON_GIVEN)
    families = [drawn(people.COMMON_SURNAMES, people.UNCOMMON_SURNAMES) for _n in range(2)]
    return Person(given, families[0], families[1] if rng.random() < AND_SECOND_SURNAME[language] else "")


Part = tuple[str, Kind | None]


def _slots(
    rng: random.Random, language: str, child: Person, adult: Person
) -> dict[str, Callable[[], list[Part]]]:
    """What stands for each slot: pieces of text, each with what it is."""
    held = SENTENCES[language]

    def one_of(choices: tuple[str, ...]) -> Callable[[], list[Part]]:
        return lambda: [(rng.choice(choices), None)]

    def name(text: str) -> Callable[[], list[Part]]:
        return lambda: [(text, Kind.NAME)]

    def document() -> list[Part]:
        said, number = figures.document(rng, language)
        return [(said, None), (number, Kind.DOCUMENT)]

    return {
        "full": name(child.full), "given": name(child.given), "family": name(CONNECTING.sub("", adult.family)),
        "full2": name(adult.full), "given2": name(adult.given),
        "small": name(f"{rng.choice(people.COMMON_GIVEN[language])} {adult.family}".lower()),
        "doc": document,
        "phone": lambda: [(figures.phone(rng, language, told=True), Kind.PHONE)],
        "phone_untold": lambda: [(figures.phone(rng, language, told=False), Kind.PHONE)],
        "email": lambda: [(figures.email(rng, language, folded(adult.given).replace(" ", ".")), Kind.EMAIL)],
        "age": lambda: [(str(rng.randint(6, 17)), None)], "count": lambda: [(f"{rng.randint(2, 900)}", None)],
        "street": one_of(held.STREETS), "institution": one_of(held.INSTITUTIONS), "law": one_of(held.LAWS),
        "place": one_of(held.PLACES), "place2": one_of(held.PLACES), "amount": one_of(held.AMOUNTS),
        "date": one_of(held.DATES), "month": one_of(held.MONTHS),
    }  # fmt: skip


def _filled(
    text: str, sentence: str, slots: dict[str, Callable[[], list[Part]]]
) -> tuple[str, list[Finding]]:
    """The text with the sentence after it, and where in it something personal stands."""
    truth, end = [], 0
    for slot in SLOT.finditer(sentence):
        text += sentence[end : slot.start()]
        for part, kind in slots[slot[1]]():
            if kind is not None:
                truth.append(Finding(len(text), len(text) + len(part), kind))
            text += part
        end = slot.end()
    return text + sentence[end:], truth
