"""Lines over time, whether they share a picture or each has its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _

from almenara.common.svg import short
from almenara.design.charts.canvas import DASHES, MARKS, SMALL, Canvas, fine
from almenara.design.charts.data import ChartOverTime, Estimate, Line
from almenara.design.charts.letters import cut, width
from almenara.design.charts.measures import Missing, Value, interval, written
from almenara.design.charts.sentences import extent, joined, overlap
from almenara.design.charts.tables import Table
from almenara.design.charts.ticks import Scale

BETWEEN, LONGEST = 10.0, 110.0
CROWDED = 20  # points in a line, above which only its ends and its lonely points are marked


def runs(points: Sequence[Estimate], has: Callable[[Estimate], bool]) -> Iterator[list[int]]:
    """Positions of points that follow each other and have what is asked for."""
    run: list[int] = []
    for at, point in enumerate(points):
        if has(point):
            run.append(at)
        elif run:
            yield run
            run = []
    if run:
        yield run


def draw_band(canvas: Canvas, line: Line, xs: Sequence[float], scale: Scale, series: int) -> None:
    """From the lower to the upper ends of the intervals; a lonely point's is an upright line."""
    for run in runs(line.points, lambda point: point.ends is not None):
        upper = [f"{fine(xs[at])} {fine(scale(line.points[at].high or 0.0))}" for at in run]
        lower = [f"{fine(xs[at])} {fine(scale(line.points[at].low or 0.0))}" for at in reversed(run)]
        path = "M" + "L".join([*upper, *lower])
        if len(run) == 1:
            canvas.path(path, stroke=MARKS[series], width=1.2, kind="band")
        else:
            canvas.path(path + "z", fill=MARKS[series], opacity=0.2, kind="band")


def draw_line(canvas: Canvas, line: Line, xs: Sequence[float], scale: Scale, series: int) -> None:
    """Interrupted where a value is missing."""
    for run in runs(line.points, lambda point: not isinstance(point.value, Missing)):
        places = [(xs[at], scale(number(line.points[at].value))) for at in run]
        path = "M" + "L".join(f"{fine(x)} {fine(y)}" for x, y in places)
        canvas.path(path, stroke=MARKS[series], width=2, dash=DASHES[series], kind="line")
        for x, y in places if len(xs) <= CROWDED else {places[0], places[-1]}:
            canvas.marker(x, y, series, tone=MARKS[series])


def number(value: Value) -> float:
    """Of a value that is not missing."""
    if isinstance(value, Missing):
        raise ValueError("A missing value has no place in a picture.")
    return value


def reach(chart: ChartOverTime) -> list[float]:
    """All that the axis has to hold."""
    known = [point.value for point in chart.estimates() if not isinstance(point.value, Missing)]
    return [*known, *(end for point in chart.estimates() for end in point.ends or ())]


def draw_times(
    canvas: Canvas, chart: ChartOverTime, xs: Sequence[float], y: float, left: float, right: float
) -> None:
    """The last label, the first, and of the others as many as have room, from the right."""
    taken: list[tuple[float, float]] = []
    for at in (len(xs) - 1, *range(len(xs) - 1)[:1], *reversed(range(1, len(xs) - 1))):
        label = cut(chart.label(at), LONGEST, SMALL)
        half = width(label, SMALL) / 2
        x = max(min(xs[at], right - half), left + half)
        if all(x + half + BETWEEN <= start or end + BETWEEN <= x - half for start, end in taken):
            canvas.text(x, y, label, anchor="middle", size=SMALL, soft=True, whole=chart.label(at))
            canvas.path(f"M{short(xs[at])} {short(y - 15)}v3", stroke="line-strong")
            taken.append((x - half, x + half))


def tell_line(chart: ChartOverTime, line: Line) -> str:
    named = [(chart.label(at), point.value) for at, point in enumerate(line.points)]
    several = line.name if len(chart.lines) > 1 else ""
    return joined(movement(chart, line), extent(named, chart.measure, several))


def movement(chart: ChartOverTime, line: Line) -> str:
    """From the first value that is known to the last; empty where there are not two."""
    at = [position for position, point in enumerate(line.points) if not isinstance(point.value, Missing)]
    if len(at) < 2:
        return ""
    first, last = line.points[at[0]], line.points[at[-1]]
    moved = _moved(first, last, chart).format(
        name=line.name,
        first=written(first.value, chart.measure),
        last=written(last.value, chart.measure),
        start=chart.label(at[0]),
        end=chart.label(at[-1]),
    )
    unsure = overlap(first, last) and not chart.measure.same(number(first.value), number(last.value))
    return joined(moved, _("The two intervals overlap: the change may be error alone.") if unsure else "")


def _moved(first: Estimate, last: Estimate, chart: ChartOverTime) -> str:
    one, other = number(first.value), number(last.value)
    if chart.measure.same(one, other):
        return _("“{name}” has the same value in {start} and in {end}, {last}.")
    if other > one:
        return _("“{name}” rose from {first} ({start}) to {last} ({end}).")
    return _("“{name}” fell from {first} ({start}) to {last} ({end}).")


def table(chart: ChartOverTime) -> Table:
    """A row for each time; beside a line that has intervals there is a column of them."""
    head, columns = [_("Time")], list[list[str]]()
    for line in chart.lines:
        head.append(line.name)
        columns.append([written(point.value, chart.measure) for point in line.points])
        if any(point.ends for point in line.points):
            head.append(_("{name}: interval").format(name=line.name))
            columns.append([interval(point.low, point.high, chart.measure) for point in line.points])
    rows = ((chart.label(at), *(column[at] for column in columns)) for at in range(len(chart.times)))
    return Table(tuple(head), tuple(rows))
