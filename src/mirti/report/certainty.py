"""How sure the classes and the values are, as the report's chapter on the map shows it."""

from __future__ import annotations

from dataclasses import dataclass

from mirti.declarations import ReliabilityDeclaration
from mirti.documents import ClassRow
from mirti.report.facts import WITHHELD, Facts, Row

SURE, UNSURE = 0.8, 0.5  # chances of a class from which it is said to be sure, under which uncertain
LETTERS = ("A", "B", "C", WITHHELD)


@dataclass(frozen=True)
class ClassSureness:
    """A class, and the chances of those of its areas whose value is shown. mean: None without any."""

    row: ClassRow
    withheld: int
    mean: float | None
    sure: int
    unsure: int


@dataclass(frozen=True)
class Letter:
    """Areas with one letter of reliability and their children."""

    letter: str
    areas: int
    children: float


@dataclass(frozen=True)
class Certainty:
    """classes: from the highest; unsure: areas whose class is uncertain, the least sure first, each with the class that
    is most probable besides (other). letters: empty where there are none.
    """

    classes: tuple[ClassSureness, ...]
    unsure: tuple[Row, ...]
    letters: tuple[Letter, ...]
    limits: ReliabilityDeclaration


def certainty_of(facts: Facts) -> Certainty:
    release = facts.release
    uncertainty = release.manifest.spec.get("uncertainty") or {}
    unsure = [
        _with_other(row) for row in facts.shown if row["p_class"] is not None and row["p_class"] < UNSURE
    ]
    return Certainty(
        classes=tuple(_sureness(facts, row) for row in reversed(release.classes.classes)),
        unsure=tuple(sorted(unsure, key=lambda row: (row["p_class"], row["code"]))),
        letters=_letters(facts.areas),
        limits=ReliabilityDeclaration(**uncertainty.get("reliability", {})),
    )


def _sureness(facts: Facts, row: ClassRow) -> ClassSureness:
    held = [area for area in facts.areas if area["class"] == row.number]
    chances = [area["p_class"] for area in held if not area["withheld"] and area["p_class"] is not None]
    return ClassSureness(
        row=row,
        withheld=sum(area["withheld"] for area in held),
        mean=sum(chances) / len(chances) if chances else None,
        sure=sum(chance >= SURE for chance in chances),
        unsure=sum(chance < UNSURE for chance in chances),
    )


def _with_other(row: Row) -> Row:
    others = {number: chance for number, chance in row["chances"].items() if number != row["class"]}
    other = max(others, key=lambda number: others[number])
    return row | {"other": other, "p_other": others[other]}


def _letters(areas: list[Row]) -> tuple[Letter, ...]:
    if all(area["reliability"] is None for area in areas):
        return ()
    held = {letter: [area for area in areas if area["reliability"] == letter] for letter in LETTERS}
    return tuple(
        Letter(letter, len(rows), sum(area["children"] for area in rows)) for letter, rows in held.items()
    )
