"""From one total to another by steps. The axis need not begin at zero: totals are marks, only differences are bars."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from almenara.common.svg import short
from almenara.design.charts.axes import FOOT, draw_level, half, whisker
from almenara.design.charts.canvas import LINE, MOST_LINES, SMALL, TEXT, WIDTH, Canvas
from almenara.design.charts.data import Step, Total, Waterfall
from almenara.design.charts.letters import BOLD, width, wrapped
from almenara.design.charts.measures import difference, difference_unit, in_words, written
from almenara.design.charts.sentences import joined
from almenara.design.charts.tables import Table
from almenara.design.charts.ticks import Axis, Scale, axis_of

BAR, BELOW, ROWS, ASIDE = 14.0, 4.0, 8.0, 6.0
ADDS, TAKES = "mark-2", "mark-1"


def draw(chart: Waterfall, canvas: Canvas) -> float:
    """Returns the picture's height."""
    reached = levels(chart)
    axis, scale = _axis(chart, reached)
    picture = Canvas(printed=canvas.printed)
    y = _total(picture, chart.start, chart, scale, 0.0)
    for step, start in zip(chart.steps, reached, strict=False):
        y = _step(picture, step, start, chart, scale, y)
    _link(picture, scale(reached[-1]), y - ROWS, chart.end.label, y, bold=True)
    bottom = _total(picture, chart.end, chart, scale, y)
    draw_level(canvas, axis, scale, 0.0, bottom, chart.measure)
    canvas.parts += picture.parts
    return bottom + FOOT


def levels(chart: Waterfall) -> list[float]:
    """What is reached at the start and after each step."""
    reached = [chart.start.value]
    for step in chart.steps:
        reached.append(reached[-1] + step.value)
    return reached


def tell(chart: Waterfall) -> str:
    return joined(_distance(chart), _strongest(chart.steps, chart))


def table(chart: Waterfall) -> Table:
    measure, unit = chart.measure, difference_unit(chart.measure)
    change = _("Adds or takes away ({unit})").format(unit=unit) if unit else _("Adds or takes away")
    head: tuple[str, ...] = (_("Step"), change, _("Reaches"))
    with_intervals = any(step.estimate.ends for step in chart.steps)
    rows: list[tuple[str, ...]] = [(chart.start.label, "", written(chart.start.value, measure))]
    rows += [
        (step.label, difference(step.value, measure), written(level, measure))
        for step, level in zip(chart.steps, levels(chart)[1:], strict=True)
    ]
    rows.append((chart.end.label, "", written(chart.end.value, measure)))
    if with_intervals:
        head = (*head, _("Interval of the step"))
        spans = ["", *(_span(step, chart) for step in chart.steps), ""]
        rows = [(*row, span) for row, span in zip(rows, spans, strict=True)]
    return Table(head, tuple(rows))


def _span(step: Step, chart: Waterfall) -> str:
    if step.estimate.ends is None:
        return ""
    low, high = (difference(end, chart.measure) for end in step.estimate.ends)
    return _("{low} to {high}").format(low=low, high=high)


def _distance(chart: Waterfall) -> str:
    values = {
        "start": chart.start.label,
        "first": written(chart.start.value, chart.measure),
        "end": chart.end.label,
        "last": written(chart.end.value, chart.measure),
        "distance": in_words(chart.end.value - chart.start.value, chart.measure),
    }
    if chart.measure.same(chart.start.value, chart.end.value):
        return _("“{end}” and “{start}” have the same value, {last}.").format(**values)
    if chart.end.value > chart.start.value:
        return _("The value of “{end}” is {last}, which is {distance} above “{start}” ({first}).").format(
            **values
        )
    return _("The value of “{end}” is {last}, which is {distance} below “{start}” ({first}).").format(
        **values
    )


def _strongest(steps: Sequence[Step], chart: Waterfall) -> str:
    if not steps:
        return ""
    most, least = (choose(steps, key=lambda step: step.value) for choose in (max, min))
    said = []
    if chart.measure.rounded(most.value) > 0:
        sentence = _("Most is added by “{name}”: {value}.")
        said.append(sentence.format(name=most.label, value=in_words(most.value, chart.measure)))
    if chart.measure.rounded(least.value) < 0:
        sentence = _("Most is taken away by “{name}”: {value}.")
        said.append(sentence.format(name=least.label, value=in_words(least.value, chart.measure)))
    return joined(*said)


def _total(canvas: Canvas, total: Total, chart: Waterfall, scale: Scale, y: float) -> float:
    y = canvas.lines(0, y, total.label, WIDTH, bold=True) + 2
    x, middle = scale(total.value), y + BAR / 2
    canvas.marker(x, middle, 3, tone="ink", size=5)
    canvas.text(x + ASIDE + 5, middle + 4, written(total.value, chart.measure), size=SMALL, bold=True)
    return y + BAR + ROWS


def _step(canvas: Canvas, step: Step, start: float, chart: Waterfall, scale: Scale, y: float) -> float:
    _link(canvas, scale(start), y - ROWS, step.label, y)
    y = canvas.lines(0, y, step.label, WIDTH) + 2
    ends = [scale(start), scale(start + step.value)]
    left, right = min(ends), max(ends)
    adds = step.value >= 0
    canvas.hatched(left, y, right - left, BAR, tone=ADDS if adds else TAKES, series=0 if adds else 1)
    if step.estimate.ends:
        low, high = (scale(start + end) for end in step.estimate.ends)
        whisker(canvas, low, high, y + BAR + BELOW)
    canvas.text(right + ASIDE, y + BAR - 3, difference(step.value, chart.measure), size=SMALL)
    return y + BAR + (2 * BELOW if step.estimate.ends else 0) + ROWS


def _link(canvas: Canvas, x: float, top: float, label: str, y: float, *, bold: bool = False) -> None:
    """From where one step ended to where the next begins, behind the words between them."""
    bottom = y + LINE * len(wrapped(label, WIDTH / (BOLD if bold else 1), TEXT, MOST_LINES)) + 2
    canvas.path(f"M{short(x)} {short(top)}V{short(bottom)}", stroke="line-strong", dash="2 3")


def _axis(chart: Waterfall, reached: Sequence[float]) -> tuple[Axis, Scale]:
    ends = [
        level + end
        for step, level in zip(chart.steps, reached, strict=False)
        for end in step.estimate.ends or ()
    ]
    texts = [difference(step.value, chart.measure) for step in chart.steps]
    texts += [written(total.value, chart.measure) for total in (chart.start, chart.end)]
    room = max(width(text, SMALL, bold=True) for text in texts) + 2 * ASIDE
    axis = axis_of([*reached, chart.end.value, *ends], from_zero=False)
    margin = half(axis, chart.measure)
    return axis, Scale(axis.low, axis.high, max(margin, 8.0), WIDTH - max(room, margin))
