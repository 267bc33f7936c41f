"""The colours of css/tokens.css as numbers, and what stands on what with which contrast (WCAG 2.2: 1.4.3, 1.4.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).with_name("css") / "tokens.css"
TEXT, NOT_TEXT = 4.5, 3.0
PALETTES = ("light", "dark", "print")
_OPENS = {"light": ":root {", "dark": "@media (prefers-color-scheme: dark)", "print": "@media print"}

GROUNDS = ("paper", "surface", "surface-sunk")
OF_NIGHT = ("on-night", "on-night-soft")
SERIES = ("mark-1", "mark-2", "mark-3", "mark-4")  # of a chart
INKS = ("ink", "ink-soft", "accent", "accent-strong", "good", "caution", "wrong")


@dataclass(frozen=True)
class Pair:
    """What stands on what. least: the contrast that WCAG asks of it."""

    upper: str
    lower: str
    least: float


# What is read.
_TEXTS = (
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *((ink, "night") for ink in OF_NIGHT),
    *(("ink", f"{kind}-ground") for kind in ("accent", "good", "caution", "wrong")),
    *((kind, f"{kind}-ground") for kind in ("good", "caution", "wrong")),
    ("accent-strong", "accent-ground"),
    ("accent", "accent-ground"),
    ("ink-soft", "accent-ground"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
)
# What is seen and means something: edges of fields, rings of focus, marks of a state.
_MARKS = (
    *((mark, ground) for mark in ("line-strong", "flame", "focus", *SERIES) for ground in GROUNDS),
    ("night-flame", "night"),
    ("night-focus", "night"),
    ("caution-line", "caution-ground"),
    ("caution-line", "surface"),
    ("focus", "accent-ground"),
    ("line-strong", "accent-ground"),
)
PAIRS = (*(Pair(*pair, TEXT) for pair in _TEXTS), *(Pair(*pair, NOT_TEXT) for pair in _MARKS))


@cache
def palette(name: str) -> dict[str, str]:
    """Every opaque colour of a palette by its token, as "#rrggbb". Raises KeyError for an unknown palette."""
    text = TOKENS.read_text(encoding="utf-8")
    start = text.index(_OPENS[name])
    block = text[start : text.index("\n}", start)]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def ratio(pair: Pair, name: str) -> float:
    colours = palette(name)
    return contrast(colours[pair.upper], colours[pair.lower])


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1, by the definition of WCAG 2."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
