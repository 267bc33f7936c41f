"""Horizontal bars: their picture, sentences and table."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.design.charts.canvas import MARKS, SMALL, WIDTH, Canvas, legend
from almenara.design.charts.data import BarChart, known
from almenara.design.charts.letters import width
from almenara.design.charts.measures import Missing, Value, written
from almenara.design.charts.sentences import extent, gaps, joined
from almenara.design.charts.tables import Table
from almenara.design.charts.ticks import Scale

BAR, BETWEEN, GROUPS, ASIDE = 14.0, 4.0, 8.0, 6.0


def draw(chart: BarChart, canvas: Canvas) -> float:
    """Returns the picture's height."""
    scale = _scale(chart)
    y = _legend(chart, canvas) if len(chart.series) > 1 else 0.0
    for at, category in enumerate(chart.categories):
        y = canvas.lines(0, y, category, WIDTH) + 2
        top = y
        for position, series in enumerate(chart.series):
            _bar(canvas, chart, series.values[at], scale, y, position)
            y += BAR + BETWEEN
        canvas.line(scale(0.0), top - 2, scale(0.0), y - 2, stroke="line-strong")
        y += GROUPS
    return y - GROUPS


def tell(chart: BarChart) -> str:
    said = []
    for series in chart.series:
        name = series.name if len(chart.series) > 1 else ""
        said.append(extent(list(zip(chart.categories, series.values, strict=True)), chart.measure, name))
    return joined(_counted(chart), *said, gaps(_values(chart)))


def table(chart: BarChart) -> Table:
    rows = (
        (category, *(written(series.values[at], chart.measure) for series in chart.series))
        for at, category in enumerate(chart.categories)
    )
    return Table((_("Group"), *(series.name for series in chart.series)), tuple(rows))


def _counted(chart: BarChart) -> str:
    if len(chart.series) == 1:
        return ""
    sentence = ngettext(
        "In {count} group, these are compared: {series}.",
        "In each of {count} groups, these are compared: {series}.",
        len(chart.categories),
    )
    names = ", ".join(series.name for series in chart.series)
    return sentence.format(count=numbers.count(len(chart.categories)), series=names)


def _legend(chart: BarChart, canvas: Canvas) -> float:
    def swatch(position: int, x: float, y: float) -> None:
        canvas.hatched(x, y - 6, 26, 12, tone=MARKS[position], series=position, kind="swatch")

    return legend(canvas, [series.name for series in chart.series], swatch)


def _values(chart: BarChart) -> list[Value]:
    return [value for series in chart.series for value in series.values]


def _scale(chart: BarChart) -> Scale:
    """From the lowest value, or zero, to the highest, or zero; beside it there is room for each bar's number."""
    values = known(_values(chart))
    room = max(width(written(value, chart.measure), SMALL) for value in _values(chart)) + ASIDE
    low, high = min([0.0, *values]), max([0.0, *values])
    if low == high:
        high = 1.0
    return Scale(low, high, room if low < 0 else 0.5, WIDTH - room)


def _bar(canvas: Canvas, chart: BarChart, value: Value, scale: Scale, y: float, series: int) -> None:
    text, zero = written(value, chart.measure), scale(0.0)
    if isinstance(value, Missing):
        canvas.text(zero + ASIDE, y + BAR - 3, text, size=SMALL, soft=True)
        return
    end = scale(value)
    canvas.hatched(min(zero, end), y, abs(end - zero), BAR, tone=MARKS[series], series=series)
    if value < 0:
        canvas.text(end - ASIDE + 1, y + BAR - 3, text, size=SMALL, anchor="end")
    else:
        canvas.text(end + ASIDE - 1, y + BAR - 3, text, size=SMALL)
