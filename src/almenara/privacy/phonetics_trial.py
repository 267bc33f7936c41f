"""How well names are found by their sound: simulated people, looked up by their names as another register spells them.

People and errors are made up here: nobody of that name is meant. An error is either one of hearing,
which the codes are made for, or a slip of the fingers, which they are not.
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass

from almenara.privacy.phonetics import needed, pairs, sought, sounds
from almenara.privacy.phonetics_names import GIVEN, SURNAMES

HEARING = (
    ("v", "b"), ("b", "v"), ("z", "s"), ("s", "z"), ("ce", "se"), ("ci", "si"), ("se", "ce"), ("ll", "y"), ("y", "ll"),
    ("ñ", "n"), ("h", ""), ("ge", "je"), ("gi", "ji"), ("je", "ge"), ("ji", "gi"), ("x", "j"), ("j", "y"), ("qu", "k"),
    ("k", "c"), ("ca", "ka"), ("ph", "f"), ("ç", "c"), ("ç", "ss"), ("lh", "ll"), ("nh", "ñ"), ("rr", "r"), ("ll", "l"),
    ("ss", "s"), ("ct", "t"), ("i", "y"), ("y", "i"), ("mb", "nb"), ("hua", "gua"), ("w", "v"), ("u", "o"), ("e", "i"),
    ("ão", "an"), ("x", "s"), ("x", "ch"), ("th", "t"), ("cc", "c"), ("nn", "n"),
)  # fmt: skip
SLIPS = 0.1
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Trial:
    """recall: share of look-ups that find the person. precision: share of what they find that is the person.

    heard, slipped: recall among names with errors of hearing only, and among those with a slip of the fingers besides.
    first_ten: share of look-ups that have the person among the ten likest of what they find.
    """

    people: int
    lookups: int
    recall: float
    heard: float
    slipped: float
    precision: float
    first_ten: float


def measures(people: int = 5_000, lookups: int = 2_000) -> list[tuple[str, float, float]]:
    """Name, share and its lower limit; for `almenara bench names`."""
    strictly, loosely = trial(people, lookups), trial(people, lookups, loosely=True)
    return [
        ("names-sounds-like-recall", strictly.recall, 0.92),
        ("names-sounds-like-recall-heard", strictly.heard, 0.96),
        ("names-sounds-like-precision", strictly.precision, 0.6),
        ("names-resembles-recall", loosely.recall, 0.97),
        ("names-resembles-recall-slipped", loosely.slipped, 0.85),
        ("names-resembles-first-ten", loosely.first_ten, 0.96),
    ]


def trial(people: int = 5_000, lookups: int = 2_000, seed: int = 1, *, loosely: bool = False) -> Trial:
    """One name in ten that is asked for has a slip of the fingers."""
    chance = random.Random(seed)  # noqa: S311 (people to try with)
    names = [person(chance) for _ in range(people)]
    register = _Register(names)
    hits: dict[bool, list[bool]] = {True: [], False: []}
    ranks, found_of_all = [], 0
    for _ in range(lookups):
        sought_for, slips = chance.randrange(people), chance.random() < SLIPS
        found = register.find(misspelled(names[sought_for], chance, slips=slips), loosely=loosely)
        hits[slips].append(sought_for in found)
        ranks.append(sought_for in found[:10])
        found_of_all += len(found)
    both = hits[True] + hits[False]
    return Trial(
        people, lookups, _share(both), _share(hits[False]), _share(hits[True]), sum(both) / found_of_all,
        _share(ranks),
    )  # fmt: skip


class _Register:
    """What the database does, by hand."""

    def __init__(self, names: list[str]) -> None:
        self.kept = [set(pairs(sounds(name))) for name in names]
        self.by_pair: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, kept in enumerate(self.kept):
            for pair in kept:
                self.by_pair[pair].append(i)

    def find(self, asked: str, *, loosely: bool) -> list[int]:
        """The likest first."""
        codes = sounds(asked)
        size = len(pairs(codes))
        common = Counter(i for pair in sought(codes) for i in self.by_pair.get(pair, ()))
        found = [
            i for i, count in common.items()
            if count >= needed(min(size, len(self.kept[i])), loosely=loosely)
        ]  # fmt: skip
        return sorted(found, key=lambda i: (-common[i] / (size + len(self.kept[i])), i))


def person(chance: random.Random) -> str:
    """One or two given names, two surnames; the frequent ones are frequent, as in life."""
    given = list(dict.fromkeys(_drawn(GIVEN, chance) for _ in range(1 if chance.random() < 0.3 else 2)))
    if len(given) == 2 and given[1] in ("Carmen", "Rosa", "Luz", "Fátima") and chance.random() < 0.6:
        given.insert(1, "del" if given[1] == "Carmen" else "de")
    return " ".join([*given, _drawn(SURNAMES, chance), _drawn(SURNAMES, chance)])


def misspelled(name: str, chance: random.Random, *, slips: bool = False) -> str:
    """The same person's name as another register has it."""
    words = name.split()
    if chance.random() < 0.12:
        words = words[-1:] + words[:-1]
    if len(words) > 3 and chance.random() < 0.15:
        words.pop(chance.choice([1, -1]))
    words = [_heard(word, chance) if chance.random() < 0.3 else word for word in words]
    if chance.random() < 0.15:
        words = [word for word in words if word.lower() not in ("de", "del", "la", "los", "da", "do", "dos")]
    text = " ".join(words)
    if chance.random() < 0.7:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if slips:
        text = _slipped(text, chance)
    return text.upper() if chance.random() < 0.3 else text


def _heard(word: str, chance: random.Random) -> str:
    lower = word.lower()
    possible = [(written, other) for written, other in HEARING if written in lower]
    if not possible:
        return word
    written, other = chance.choice(possible)
    return lower.replace(written, other, 1)


def _slipped(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    letter = chance.choice(LETTERS)
    return chance.choice(
        [text[:at] + text[at + 1 :], text[:at] + letter + text[at:], text[:at] + letter + text[at + 1 :],
         text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]]
    )  # fmt: skip


def _drawn(names: list[str], chance: random.Random) -> str:
    """By Zipf's law: the k-th name is borne 1/k as often as the first."""
    return chance.choices(names, [1 / (rank + 5) for rank in range(len(names))])[0]


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)
