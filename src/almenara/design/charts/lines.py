"""Up to four lines in one picture, with the bands of their intervals."""

from __future__ import annotations

from almenara.design.charts.axes import draw_upright, margin_of_numbers
from almenara.design.charts.canvas import DASHES, LINE, MARKS, SMALL, WIDTH, Canvas, legend
from almenara.design.charts.courses import draw_band, draw_line, draw_times, reach, tell_line
from almenara.design.charts.data import LineChart
from almenara.design.charts.letters import width
from almenara.design.charts.measures import Unit
from almenara.design.charts.sentences import gaps, joined
from almenara.design.charts.ticks import Scale, axis_of

HEIGHT, FOOT, INSIDE = 190.0, 20.0, 6.0


def draw(chart: LineChart, canvas: Canvas) -> float:
    """Returns the picture's height."""
    top = _legend(chart, canvas) if len(chart.lines) > 1 else 0.0
    top += LINE / 2
    axis = axis_of(reach(chart), from_zero=chart.from_zero, whole=chart.measure.unit is Unit.COUNT)
    left = margin_of_numbers(axis, chart.measure)
    up = Scale(axis.low, axis.high, top + HEIGHT, top)
    last = min(width(chart.label(len(chart.times) - 1), SMALL) / 2, 40.0)
    across = Scale(chart.times[0], chart.times[-1], left + INSIDE, WIDTH - max(last, INSIDE))
    draw_upright(canvas, axis, up, left, WIDTH, chart.measure)
    xs = [across(time) for time in chart.times]
    for series, line in enumerate(chart.lines):
        draw_band(canvas, line, xs, up, series)
    for series, line in enumerate(chart.lines):
        draw_line(canvas, line, xs, up, series)
    draw_times(canvas, chart, xs, top + HEIGHT + 16, 0.0, WIDTH)
    return top + HEIGHT + FOOT


def tell(chart: LineChart) -> str:
    values = [point.value for point in chart.estimates()]
    return joined(*(tell_line(chart, line) for line in chart.lines), gaps(values))


def _legend(chart: LineChart, canvas: Canvas) -> float:
    def swatch(series: int, x: float, y: float) -> None:
        canvas.path(f"M{x:g} {y:g}h26", stroke=MARKS[series], width=2, dash=DASHES[series])
        canvas.marker(x + 13, y, series, tone=MARKS[series])

    return legend(canvas, [line.name for line in chart.lines], swatch)
