"""What the living page shows: measured and read from the code, not told."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import localize
from django.utils.functional import Promise

from almenara.design.catalogue import FAMILIES, Component
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


@dataclass(frozen=True)
class Entry:
    address: str
    label: Promise
    current: bool


@dataclass(frozen=True)
class Parameter:
    """default: as Python writes it; None for what must be given."""

    name: str
    about: Promise
    default: str | None


NOT_GIVEN = ("content", "context")  # what Django hands to a tag by itself


def menu(here: str = "") -> list[Entry]:
    return [
        Entry(reverse("design:family", args=[code]), family.title, code == here)
        for code, family in FAMILIES.items()
    ]


def parameters(component: Component) -> list[Parameter]:
    """In the order of the tag's own signature. Raises KeyError for one that the catalogue says nothing of."""
    return [
        Parameter(name, component.takes[name], _default(parameter))
        for name, parameter in inspect.signature(component.tag).parameters.items()
        if name not in NOT_GIVEN
    ]


def _default(parameter: inspect.Parameter) -> str | None:
    return None if parameter.default is parameter.empty else repr(parameter.default)


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
