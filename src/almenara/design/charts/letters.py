"""How much room a text takes before any font is known, and how a long one is wrapped and cut.

The widths are those of the widest sans-serif that readers commonly have (Verdana and DejaVu Sans), so that what fits
here fits everywhere.
"""

from __future__ import annotations

from functools import lru_cache

_EMS = (
    (0.33, "ijl|!,.:;'` \u00a0\u202f"),
    (0.42, "frt()[]/-I\u2010\u2019"),
    (0.54, 'cszkvxyJ"*?_çß'),
    (0.80, "CGRDHNOQUVKXTAÁÀÂÃÓÔÕÚÑÇÈÉÊ&+=<>~−±▲▼"),
    (1.0, "mwMW%@…—‰"),
)
_WIDTHS = {letter: ems for ems, letters in _EMS for letter in letters}
_OTHER = 0.66
BOLD = 1.12
ELLIPSIS = "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    ems = sum(_WIDTHS.get(letter, _OTHER) for letter in text)
    return ems * size * (BOLD if bold else 1.0)


def cut(text: str, room: float, size: float) -> str:
    """As much of the text as there is room for, with an ellipsis where something is missing."""
    if width(text, size) <= room:
        return text
    end = len(text)
    while end and width(text[:end].rstrip() + ELLIPSIS, size) > room:
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


@lru_cache(maxsize=4096)
def wrapped(text: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    """At most so many lines, broken between words, a word that is longer than a line within it; the last one is cut."""
    done: list[str] = []
    rest = text.strip()
    while rest and len(done) < lines - 1 and width(rest, size) > room:
        line = _first_line(rest, room, size)
        done.append(line)
        rest = rest[len(line) :].strip()
    return (*done, cut(rest, room, size)) if rest or not done else tuple(done)


def _first_line(text: str, room: float, size: float) -> str:
    fits = next(end for end in range(len(text), 0, -1) if end == 1 or width(text[:end], size) <= room)
    space = text.rfind(" ", 1, fits + 1)
    return text[:space].rstrip() if space > 0 else text[:fits]
