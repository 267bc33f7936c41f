"""Axes as they are drawn: thin lines at round values, whose numbers do not meet."""

from __future__ import annotations

import math

from almenara.common.svg import short
from almenara.design.charts.canvas import SMALL, Canvas, fine
from almenara.design.charts.letters import width
from almenara.design.charts.measures import Measure, of_tick
from almenara.design.charts.ticks import Axis, Scale

BETWEEN = 8.0  # px between two numbers
FOOT, ASIDE = 20.0, 6.0  # room for the numbers below, and between a number and its line


def draw_level(canvas: Canvas, axis: Axis, scale: Scale, top: float, bottom: float, measure: Measure) -> None:
    """Lines from top to bottom, with numbers below as many as have room, one at least. The outer ones stay within the
    picture where the scale has a margin of half their width.
    """
    apart = abs(scale(axis.step) - scale(0.0))
    every = math.ceil((2 * half(axis, measure) + BETWEEN) / apart)
    alone = every > axis.last - axis.first
    for position, tick in enumerate(axis.ticks, axis.first):
        x = scale(tick)
        canvas.line(x, top, x, bottom, stroke="line-strong" if tick == 0 else "line", width=0.7)
        numbered = position == axis.first if alone else position % every == 0
        if numbered:
            text = of_tick(tick, axis.step, measure)
            canvas.text(x, bottom + 15, text, anchor="middle", size=SMALL, soft=True)


def half(axis: Axis, measure: Measure) -> float:
    """Half the width of the widest number: the margin that draw_level needs."""
    return max(width(of_tick(tick, axis.step, measure), SMALL) for tick in axis.ticks) / 2


def draw_upright(
    canvas: Canvas,
    axis: Axis,
    scale: Scale,
    left: float,
    right: float,
    measure: Measure,
    *,
    with_numbers: bool = True,
) -> None:
    """Lines from left to right, with numbers before them."""
    for position, tick in enumerate(axis.ticks, axis.first):
        y = scale(tick)
        foot = position == axis.first
        canvas.line(left, y, right, y, stroke="line-strong" if foot else "line", width=0.7)
        if with_numbers:
            text = of_tick(tick, axis.step, measure)
            canvas.text(left - ASIDE, y + 4, text, anchor="end", size=SMALL, soft=True)


def margin_of_numbers(axis: Axis, measure: Measure) -> float:
    """What draw_upright needs at the left."""
    return 2 * half(axis, measure) + ASIDE


def whisker(canvas: Canvas, low: float, high: float, y: float) -> None:
    """An interval that lies level, with a stop at each end."""
    canvas.path(
        f"M{fine(low)} {short(y)}H{fine(high)}M{fine(low)} {short(y - 3)}v6M{fine(high)} {short(y - 3)}v6",
        stroke="ink",
        width=1.2,
        kind="interval",
    )
