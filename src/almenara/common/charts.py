"""Charts drawn on the server as SVG: pure functions of numbers and ready texts, no style sheet and no script.

Colours are presentation attributes and text is `currentColor`, so a chart looks the same on a page under a strict
content security policy, in dark mode and in a PDF. Each chart has a title and a description; the page sets its table
beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from almenara.common.svg import drawing, short, text

WIDTH = 360.0
MARK, NEUTRAL = "#c2571a", "#8a94a0"


@dataclass(frozen=True)
class Tick:
    value: float
    text: str


@dataclass(frozen=True)
class Strip:
    """One row of a strip chart: every value of a group, the value that is marked, and what to write beside it."""

    label: str
    values: tuple[float, ...]
    marked: float
    marked_text: str
    interval: tuple[float, float] | None = None


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


def strip_chart(rows: Sequence[Strip], ticks: Sequence[Tick], *, title: str, description: str) -> str:
    """Each value of a row is a thin line on a common axis from zero; the marked value is a diamond on its interval."""
    top, row_height, foot = 4.0, 52.0, 22.0
    height = top + row_height * len(rows) + foot
    end = max([*(tick.value for tick in ticks), *(max(_extent(row)) for row in rows)]) or 1.0
    scale = _Scale(0.0, end, 8.0, WIDTH - 12.0)
    body = [_axis(ticks, scale, top, height - foot)]
    for position, row in enumerate(rows):
        body += _strip(row, scale, top + position * row_height)
    return drawing(WIDTH, height, body, title, description)


def stacked_bars(stacks: Sequence[Stack], *, title: str, description: str) -> str:
    """Wholes of the same length, cut into shares."""
    row_height, bar_height = 50.0, 24.0
    body: list[str] = []
    for position, stack in enumerate(stacks):
        y = position * row_height
        body.append(text(0, y + 13, stack.label, weight=600))
        start = 0.0
        for part in stack.parts:
            body += _part(part, start * WIDTH, y + 19, bar_height)
            start += part.share
    return drawing(WIDTH, row_height * len(stacks), body, title, description)


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def _extent(row: Strip) -> tuple[float, ...]:
    return (*row.values, row.marked, *(row.interval or ()))


def _axis(ticks: Sequence[Tick], scale: _Scale, top: float, bottom: float) -> str:
    parts = []
    for tick in ticks:
        x = scale(tick.value)
        anchor = "start" if tick is ticks[0] else "end" if tick is ticks[-1] else "middle"
        parts.append(_line(x, top, x, bottom, NEUTRAL, 0.5, opacity=0.5))
        parts.append(text(x, bottom + 15, tick.text, anchor=anchor, size=11))
    return "".join(parts)


def _strip(row: Strip, scale: _Scale, y: float) -> list[str]:
    middle = y + 34
    opacity = 0.75 if len(row.values) < 60 else 0.4
    path = _lines(row.values, scale, middle - 8)
    parts = [text(8, y + 14, row.label, weight=600)]
    parts.append(text(WIDTH - 12, y + 14, row.marked_text, anchor="end"))
    parts.append(
        f'<path d="{path}" stroke="{NEUTRAL}" stroke-width="1.2" stroke-opacity="{opacity}" fill="none"/>'
    )
    if row.interval:
        low, high = (scale(end) for end in row.interval)
        parts.append(_line(low, middle, high, middle, MARK, 2.5))
    x = scale(row.marked)
    diamond = f"M{short(x)} {short(middle - 9)}l6 9l-6 9l-6 -9z"
    parts.append(f'<path d="{diamond}" fill="{MARK}" stroke="#fff" stroke-width="1"/>')
    return parts


@lru_cache(maxsize=16)
def _lines(values: tuple[float, ...], scale: _Scale, y: float) -> str:
    """Kept, for a whole country stands behind each of its territories."""
    places = dict.fromkeys(round(scale(value) * 2) / 2 for value in values)  # no finer than is seen
    return "".join(f"M{short(place)} {short(y)}v16" for place in places)


def _part(part: Part, x: float, y: float, height: float) -> list[str]:
    width = part.share * WIDTH
    drawn = [_rect(x, y, max(width - 1.0, 0.0), height, part.colour)]
    if width > 7.5 * len(part.text) + 6:
        drawn.append(text(x + 6, y + height / 2 + 4, part.text, colour=part.ink))
    return drawn


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, opacity: float = 1.0
) -> str:
    points = f'x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}"'
    return f'<line {points} stroke="{colour}" stroke-width="{width}" stroke-opacity="{opacity}"/>'


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}" fill="{colour}"/>'
