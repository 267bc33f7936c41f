"""Colours of the classes: pale to dark in one warm sequence, told apart by lightness alone."""

from __future__ import annotations

RAMP = ("#f9e2ae", "#f0ad58", "#d76a2b", "#9c2f1d", "#560f17")
NO_DATA = "#e3e3de"


def class_colours(number: int) -> tuple[str, ...]:
    """As many colours as classes, from the lowest class to the highest."""
    return tuple(_at(i / max(number - 1, 1) * (len(RAMP) - 1) * 0.9 + 0.2) for i in range(number))


def _at(position: float) -> str:
    first = min(int(position), len(RAMP) - 2)
    share = position - first
    mixed = (
        round(a + (b - a) * share) for a, b in zip(_rgb(RAMP[first]), _rgb(RAMP[first + 1]), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
