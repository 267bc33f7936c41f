"""Many lines, each in a small picture of its own, two in a row, all on one scale from zero."""

from __future__ import annotations

from almenara.design.charts.axes import draw_upright, margin_of_numbers
from almenara.design.charts.canvas import LINE, MOST_LINES, SMALL, WIDTH, Canvas
from almenara.design.charts.courses import draw_band, draw_line, draw_times, movement, reach
from almenara.design.charts.data import Line, SmallMultiples
from almenara.design.charts.letters import wrapped
from almenara.design.charts.measures import Missing, Unit
from almenara.design.charts.sentences import Moved, gaps, joined, moves
from almenara.design.charts.ticks import Axis, Scale, axis_of

ACROSS, HEIGHT, FOOT, BETWEEN, INSIDE = 2, 84.0, 20.0, 14.0, 6.0


def draw(chart: SmallMultiples, canvas: Canvas) -> float:
    """Returns the picture's height."""
    axis = axis_of(reach(chart), most=4, whole=chart.measure.unit is Unit.COUNT)
    left = margin_of_numbers(axis, chart.measure)
    room = (WIDTH - left - BETWEEN * (ACROSS - 1)) / ACROSS
    y = 0.0
    for first in range(0, len(chart.lines), ACROSS):
        row = chart.lines[first : first + ACROSS]
        names = max(len(wrapped(line.name, room, SMALL, MOST_LINES)) for line in row)
        for column, line in enumerate(row):
            x = left + column * (room + BETWEEN)
            canvas.lines(x, y, line.name, room, size=SMALL)
            _panel(canvas, chart, line, axis, x, x + room, y + names * LINE + 8, with_numbers=column == 0)
        y += names * LINE + 8 + HEIGHT + FOOT + BETWEEN
    return y - BETWEEN


def tell(chart: SmallMultiples) -> str:
    said = [movement(chart, line) for line in chart.lines] if len(chart.lines) < 3 else [_moves(chart)]
    return joined(*said, gaps(point.value for point in chart.estimates()))


def _moves(chart: SmallMultiples) -> str:
    ends = ((line.name, [p for p in line.points if not isinstance(p.value, Missing)]) for line in chart.lines)
    moved = [Moved(name, known[0], known[-1]) for name, known in ends if len(known) > 1]
    return moves(moved, chart.measure)


def _panel(
    canvas: Canvas,
    chart: SmallMultiples,
    line: Line,
    axis: Axis,
    left: float,
    right: float,
    top: float,
    *,
    with_numbers: bool,
) -> None:
    up = Scale(axis.low, axis.high, top + HEIGHT, top)
    across = Scale(chart.times[0], chart.times[-1], left + INSIDE, right - INSIDE)
    xs = [across(time) for time in chart.times]
    draw_upright(canvas, axis, up, left, right, chart.measure, with_numbers=with_numbers)
    draw_band(canvas, line, xs, up, 0)
    draw_line(canvas, line, xs, up, 0)
    draw_times(canvas, chart, xs, top + HEIGHT + 16, left, right)
