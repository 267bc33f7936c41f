"""What the living page shows of the tokens: measured, not told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.formats import localize

from almenara.design.contrast import PAIRS, PALETTES, TOKENS, palette, ratio


@dataclass(frozen=True)
class Swatch:
    """A colour's token and its value in each palette, None where the palette is not a screen's."""

    token: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """upper, lower: tokens; contrasts: written for the reader, one a palette, each with its two colours."""

    upper: str
    lower: str
    least: str
    contrasts: tuple[tuple[str, str, str], ...]


def swatches() -> list[Swatch]:
    return [Swatch(token, tuple(palette(name)[token] for name in PALETTES)) for token in palette("light")]


def measured() -> list[Measured]:
    return [
        Measured(
            pair.upper,
            pair.lower,
            _ratio(pair.least),
            tuple(
                (_ratio(ratio(pair, name)), palette(name)[pair.upper], palette(name)[pair.lower])
                for name in PALETTES
            ),
        )
        for pair in PAIRS
    ]


def steps(prefix: str) -> list[tuple[str, str]]:
    """Tokens whose name begins so and is followed by a step, with their values, as they stand in the sheet."""
    text = TOKENS.read_text(encoding="utf-8").partition("@media")[0]
    return re.findall(rf"--({prefix}-[-\w]+): ([^;]+);", text)


def _ratio(value: float) -> str:
    """Rounded down: a contrast is never said to be better than it is."""
    return f"{localize(int(value * 10) / 10)} : 1"
