"""Colours of the classes: one sequence from pale to dark, apart also for readers who confuse red and green."""

from __future__ import annotations

from almenara.design.contrast import channels, contrast

RAMP = ("#f9e2ae", "#f0ad58", "#d76a2b", "#9c2f1d", "#560f17")
NO_DATA = "#e9e7e0"
SPOTS = {"hot": "#a32638", "cold": "#2f78a8", "none": "#f1e7cf"}
# Qualitative, apart for readers who confuse colours (after Okabe & Ito 2008), from dark to pale and back.
_TYPES = ("#e6b34c", "#0b6fa4", "#c8561f", "#1d8a6b", "#b0669a", "#6bb4de", "#4a4a4a", "#dede6b", "#8c6bb1")
DARK_INK, LIGHT_INK = "#16202e", "#ffffff"


def colours(number: int) -> tuple[str, ...]:
    """`number` colours from the lowest class to the highest; lightness falls at every step.

    The ends of the ramp are kept for maps of four classes or more: three classes need no extremes to stand apart.
    """
    if number <= 0:
        return ()
    low, high = (0.0, 1.0) if number > 3 else (0.06, 0.84)
    steps = [low + (high - low) * i / max(number - 1, 1) for i in range(number)]
    return tuple(_at(step) for step in steps)


def types(number: int) -> tuple[str, ...]:
    """Colours of types of territories, which have no order to show; beyond nine they repeat."""
    return tuple(_TYPES[position % len(_TYPES)] for position in range(number))


def ink(colour: str) -> str:
    """The text colour with the better contrast (WCAG 2) on a fill."""
    return max((DARK_INK, LIGHT_INK), key=lambda text: contrast(text, colour))


def _at(position: float) -> str:
    scaled = position * (len(RAMP) - 1)
    first = min(int(scaled), len(RAMP) - 2)
    pairs = zip(channels(RAMP[first]), channels(RAMP[first + 1]), strict=True)
    mixed = (round(a + (b - a) * (scaled - first)) for a, b in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
