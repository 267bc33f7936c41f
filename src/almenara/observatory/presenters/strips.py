"""Where one value stands among hundreds: each of them a thin line on one axis from zero.

A chart of `almenara.design.charts` names each of its values, for which there is no room here. Colours are presentation
attributes and text is `currentColor`, so it looks the same on a page, in dark mode and in a PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from almenara.common.svg import drawing, short, text
from almenara.design.charts.measures import Measure, of_tick
from almenara.design.charts.ticks import Axis, Scale, axis_of

WIDTH, TOP, ROW, FOOT = 360.0, 4.0, 52.0, 22.0  # px
MOST_STEPS = 6  # of the axis
MARK, NEUTRAL = "#c2571a", "#8a94a0"


@dataclass(frozen=True)
class Strip:
    """One row: every value of a group, the value that is marked, and what to write beside it."""

    label: str
    values: tuple[float, ...]
    marked: float
    marked_text: str
    interval: tuple[float, float] | None = None


def strip_chart(rows: Sequence[Strip], measure: Measure, *, title: str, description: str) -> str:
    """The marked value of each row is a diamond on its interval."""
    height = TOP + ROW * len(rows) + FOOT
    held = (value for row in rows for value in (*row.values, row.marked, *(row.interval or ())))
    axis = axis_of(held, most=MOST_STEPS)
    scale = Scale(axis.low, axis.high, 8.0, WIDTH - 12.0)
    body = [_axis(axis, scale, measure, height - FOOT)]
    for position, row in enumerate(rows):
        body += _strip(row, scale, TOP + position * ROW)
    return drawing(WIDTH, height, body, title, description)


def _axis(axis: Axis, scale: Scale, measure: Measure, bottom: float) -> str:
    parts = []
    for position, tick in enumerate(axis.ticks, axis.first):
        x = scale(tick)
        anchor = {axis.first: "start", axis.last: "end"}.get(position, "middle")
        parts.append(_line(x, TOP, x, bottom, NEUTRAL, 0.5, opacity=0.5))
        parts.append(text(x, bottom + 15, of_tick(tick, axis.step, measure), anchor=anchor, size=11))
    return "".join(parts)


def _strip(row: Strip, scale: Scale, y: float) -> list[str]:
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
def _lines(values: tuple[float, ...], scale: Scale, y: float) -> str:
    """Kept, for a whole country stands behind each of its territories."""
    places = dict.fromkeys(round(scale(value) * 2) / 2 for value in values)  # no finer than is seen
    return "".join(f"M{short(place)} {short(y)}v16" for place in places)


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, opacity: float = 1.0
) -> str:
    points = f'x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}"'
    return f'<line {points} stroke="{colour}" stroke-width="{width}" stroke-opacity="{opacity}"/>'
