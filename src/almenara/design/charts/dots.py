"""Estimates with their intervals, and a line to compare them with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.common.svg import short
from almenara.design.charts.axes import FOOT, draw_level, half
from almenara.design.charts.canvas import LINE, SMALL, WIDTH, Canvas, fine
from almenara.design.charts.data import Dot, DotChart, Reference
from almenara.design.charts.letters import cut, width
from almenara.design.charts.measures import Missing, interval, written
from almenara.design.charts.sentences import extent, gaps, joined
from almenara.design.charts.tables import Table
from almenara.design.charts.ticks import Axis, Scale, axis_of

ROW, BETWEEN, ASIDE = 16.0, 6.0, 8.0
PLAIN, MARKED, REFERENCE = "mark-1", "mark-2", "ink"


def draw(chart: DotChart, canvas: Canvas) -> float:
    """Returns the picture's height."""
    axis, scale = _axis(chart)
    top = LINE + 4 if chart.reference else 0.0
    picture, y = Canvas(printed=canvas.printed), top
    for dot in chart.dots:
        y = picture.lines(0, y, dot.label, WIDTH, bold=dot.marked)
        _dot(picture, dot, chart, scale, y + ROW / 2)
        y += ROW + BETWEEN
    draw_level(canvas, axis, scale, top, y, chart.measure)
    if chart.reference:
        _reference(canvas, chart.reference, chart, scale, y)
    canvas.parts += picture.parts
    return y + FOOT


def tell(chart: DotChart) -> str:
    named = [(dot.label, dot.estimate.value) for dot in chart.dots]
    values = [dot.estimate.value for dot in chart.dots]
    marked = [_stands(dot, chart) for dot in chart.dots if dot.marked]
    return joined(*marked, extent(named, chart.measure), _compared(chart), gaps(values))


def table(chart: DotChart) -> Table:
    rows = [
        (
            dot.label,
            written(dot.estimate.value, chart.measure),
            interval(dot.estimate.low, dot.estimate.high, chart.measure),
        )
        for dot in chart.dots
    ]
    if chart.reference:
        rows.append((chart.reference.label, written(chart.reference.value, chart.measure), ""))
    return Table((_("Name"), _("Value"), _("Interval")), tuple(rows))


def _axis(chart: DotChart) -> tuple[Axis, Scale]:
    held = [end for dot in chart.dots for end in dot.estimate.ends or ()]
    held += [dot.estimate.value for dot in chart.dots if not isinstance(dot.estimate.value, Missing)]
    held += [chart.reference.value] if chart.reference else []
    axis = axis_of(held, from_zero=False)
    values = (written(dot.estimate.value, chart.measure) for dot in chart.dots)
    room = max(width(value, SMALL, bold=True) for value in values) + ASIDE
    margin = half(axis, chart.measure)
    return axis, Scale(axis.low, axis.high, max(margin, ASIDE), WIDTH - max(room, margin) - ASIDE)


def _dot(canvas: Canvas, dot: Dot, chart: DotChart, scale: Scale, y: float) -> None:
    text = written(dot.estimate.value, chart.measure)
    if isinstance(dot.estimate.value, Missing):
        canvas.text(ASIDE, y + 4, text, size=SMALL, soft=True)
        return
    tone = MARKED if dot.marked else PLAIN
    if dot.estimate.ends:
        low, high = (fine(scale(end)) for end in dot.estimate.ends)
        stops = f"M{low} {short(y - 4)}v8M{high} {short(y - 4)}v8"
        canvas.path(f"M{low} {short(y)}H{high}{stops}", stroke=tone, width=1.6, kind="interval")
    canvas.marker(scale(dot.estimate.value), y, 3 if dot.marked else 0, tone=tone, size=4.4)
    canvas.text(WIDTH, y + 4, text, anchor="end", size=SMALL, bold=dot.marked)


def _reference(canvas: Canvas, reference: Reference, chart: DotChart, scale: Scale, bottom: float) -> None:
    x = scale(reference.value)
    whole = _("{name}: {value}").format(name=reference.label, value=written(reference.value, chart.measure))
    text = cut(whole, WIDTH, SMALL)
    room = width(text, SMALL) / 2
    canvas.text(min(max(x, room), WIDTH - room), 12, text, anchor="middle", size=SMALL, whole=whole)
    canvas.path(f"M{fine(x)} {short(LINE)}V{short(bottom)}", stroke=REFERENCE, dash="5 3", kind="reference")


def _stands(dot: Dot, chart: DotChart) -> str:
    estimate = dot.estimate
    values = {"name": dot.label, "value": written(estimate.value, chart.measure)}
    if estimate.ends is None:
        return _("The value of “{name}” is {value}.").format(**values)
    span = interval(estimate.low, estimate.high, chart.measure)
    return _("The value of “{name}” is {value}, with an interval of {interval}.").format(
        interval=span, **values
    )


def _compared(chart: DotChart) -> str:
    """A dot without an interval counts as one whose interval is the value itself."""
    if chart.reference is None:
        return ""
    value, spans = chart.reference.value, [_span(dot) for dot in chart.dots]
    known = [span for span in spans if span]
    above, below = sum(low > value for low, _high in known), sum(high < value for _low, high in known)
    sentence = (
        _(
            "Of {count} that are known, the number whose whole interval lies above “{reference}” ({value}) is {above} "
            "and below it {below}; the number whose interval holds it is {within}."
        )
        if chart.holds
        else _(
            "Of {count} that are known, the number that lies above “{reference}” ({value}) is {above}, below it "
            "{below} and on it {within}."
        )
    )
    return sentence.format(
        count=numbers.count(len(known)),
        reference=chart.reference.label,
        value=written(value, chart.measure),
        above=numbers.count(above),
        below=numbers.count(below),
        within=numbers.count(len(known) - above - below),
    )


def _span(dot: Dot) -> tuple[float, float] | None:
    value = dot.estimate.value
    return None if isinstance(value, Missing) else dot.estimate.ends or (value, value)
