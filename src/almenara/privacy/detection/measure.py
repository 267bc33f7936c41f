"""How much of what is personal in simulated notes is found, and how often something else is taken for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from almenara.privacy.detection import find_personal_data
from almenara.privacy.detection.findings import Finding, Kind
from almenara.privacy.detection.simulated.notes import Note, notes
from almenara.privacy.detection.words import LANGUAGES

NOTES_A_LANGUAGE = 500
RECALL = {Kind.DOCUMENT: 0.98, Kind.PHONE: 0.98, Kind.EMAIL: 0.98, Kind.NAME: 0.80}
FALSE_ALARMS = 3.0  # a thousand words
COVERED = 0.8  # share of a name's letters


@dataclass(frozen=True)
class Figures:
    """recall: found of those there are, by kind; there: how many there are; false_alarms: findings that touch nothing
    personal, a thousand words; words: of all notes."""

    recall: dict[Kind, float]
    there: dict[Kind, int]
    false_alarms: float
    words: int


def measured(
    languages: Iterable[str] = LANGUAGES, *, unseen: bool = True, count: int = NOTES_A_LANGUAGE, seed: int = 1
) -> Figures:
    """On so many notes a language."""
    return figures_of(
        note for language in languages for note in notes(count, language, unseen=unseen, seed=seed)
    )


def figures_of(made: Iterable[Note]) -> Figures:
    there: Counter[Kind] = Counter()
    hit: Counter[Kind] = Counter()
    alarms = words = 0
    for note in made:
        found = find_personal_data(note.text, note.language)
        words += len(re.findall(r"\w+", note.text))
        there.update(truth.kind for truth in note.truth)
        hit.update(truth.kind for truth in note.truth if is_found(truth, found))
        alarms += sum(not any(_shared(finding, truth) for truth in note.truth) for finding in found)
    return Figures(
        {kind: hit[kind] / there[kind] for kind in there}, dict(there), 1000 * alarms / words, words
    )


def is_found(truth: Finding, found: Iterable[Finding]) -> bool:
    """A number or address by a finding of its kind that holds all of it; a name by findings that hold most of it."""
    same = [finding for finding in found if finding.kind == truth.kind]
    needed = COVERED if truth.kind is Kind.NAME else 1.0
    return sum(_shared(finding, truth) for finding in same) >= needed * (truth.end - truth.start)


def print_figures() -> bool:
    """One BENCH line a figure, on the unseen sentences; True if one is short of what is promised."""
    figures = measured()
    lines = [
        (f"detection-{kind}-recall", figures.recall[kind], least, ">=") for kind, least in RECALL.items()
    ]
    lines.append(("detection-false-alarms-per-1000-words", figures.false_alarms, FALSE_ALARMS, "<="))
    short = False
    for name, value, limit, sign in lines:
        is_short = value < limit if sign == ">=" else value > limit
        short |= is_short
        print(f"BENCH {name} {value:.3f} {sign}{limit:g} {'short' if is_short else 'ok'}", flush=True)  # noqa: T201
    return short


def _shared(one: Finding, other: Finding) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))
