"""Wholes of the same length, cut into shares in the colours of their classes, which say what a part is.

The bars of `almenara.design.charts` stand beside each other, each from zero, in the colours of series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from almenara.common.svg import drawing, short, text

WIDTH, ROW, BAR = 360.0, 50.0, 24.0  # px


@dataclass(frozen=True)
class Part:
    share: float
    text: str
    colour: str
    ink: str


@dataclass(frozen=True)
class Stack:
    """A whole cut into parts whose shares add up to one."""

    label: str
    parts: tuple[Part, ...]


def stacked_bars(stacks: Sequence[Stack], *, title: str, description: str) -> str:
    body: list[str] = []
    for position, stack in enumerate(stacks):
        y = position * ROW
        body.append(text(0, y + 13, stack.label, weight=600))
        start = 0.0
        for part in stack.parts:
            body += _part(part, start * WIDTH, y + 19)
            start += part.share
    return drawing(WIDTH, ROW * len(stacks), body, title, description)


def _part(part: Part, x: float, y: float) -> list[str]:
    width = part.share * WIDTH
    place = f'x="{short(x)}" y="{short(y)}" width="{short(max(width - 1.0, 0.0))}" height="{short(BAR)}"'
    drawn = [f'<rect {place} fill="{part.colour}"/>']
    if width > 7.5 * len(part.text) + 6:
        drawn.append(text(x + 6, y + BAR / 2 + 4, part.text, colour=part.ink))
    return drawn
