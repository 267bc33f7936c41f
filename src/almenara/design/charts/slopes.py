"""Values at two times, joined by lines: which rose, which fell, and which changes may be error alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common.svg import short
from almenara.design.charts.canvas import MOST_LINES, SMALL, WIDTH, Canvas, legend
from almenara.design.charts.courses import number
from almenara.design.charts.data import Change, Estimate, SlopeChart
from almenara.design.charts.letters import cut, width, wrapped
from almenara.design.charts.measures import Missing, difference, difference_unit, interval, written
from almenara.design.charts.sentences import Moved, gaps, joined, moves, overlap
from almenara.design.charts.tables import Table
from almenara.design.charts.ticks import Scale

NAMES, ASIDE = 104.0, 14.0  # px across: the names, and between a value and its mark
LEAST, HEAD, TEXT_LINE = 160.0, 24.0, 14.0
RISES, FALLS, STAYS = "mark-2", "mark-1", "ink-soft"
UNSURE = "5 4"


@dataclass(frozen=True)
class Places:
    """Places across: where the first values end, and where the marks of both times stand."""

    values: float
    left: float
    right: float


def draw(chart: SlopeChart, canvas: Canvas) -> float:
    """Returns the picture's height."""
    unsure = any(_is_unsure(change, chart) for change in chart.changes)
    top = (_legend(canvas) if unsure else 0.0) + HEAD
    at = _places(chart)
    _heads(canvas, chart, at, top - 10)
    height = max(LEAST, sum(_height(change) for change in chart.changes) + 8)
    scale = _scale(chart, top + 8, top + height - 8)
    for change in chart.changes:
        _line(canvas, change, chart, scale, at)
    _befores(canvas, chart, scale, at, (top, top + height))
    _afters(canvas, chart, scale, at, (top, top + height))
    return top + height


def tell(chart: SlopeChart) -> str:
    changes = [
        Moved(change.label, change.before, change.after) for change in chart.changes if _is_known(change)
    ]
    times = _("The change is that from {before} to {after}.").format(before=chart.before, after=chart.after)
    return joined(times, moves(changes, chart.measure), gaps(end.value for end in chart.estimates()))


def table(chart: SlopeChart) -> Table:
    unit = difference_unit(chart.measure)
    change = _("Change ({unit})").format(unit=unit) if unit else _("Change")
    if not chart.holds:
        return Table(
            (_("Name"), chart.before, chart.after, change), tuple(_row(c, chart) for c in chart.changes)
        )
    heads = [(time, _("{name}: interval").format(name=time)) for time in (chart.before, chart.after)]
    rows = []
    for one in chart.changes:
        name, before, after, changed = _row(one, chart)
        spans = [interval(end.low, end.high, chart.measure) for end in (one.before, one.after)]
        rows.append((name, before, spans[0], after, spans[1], changed))
    return Table((_("Name"), *heads[0], *heads[1], change), tuple(rows))


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Middles of blocks that lie as near to where they are wanted as they can without meeting, in the wanted order.

    Blocks are pushed down from above, then up from below. They stay within top and bottom if they have room there.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed, free = [0.0] * len(wanted), top
    for at in order:
        placed[at] = max(wanted[at], free + heights[at] / 2)
        free = placed[at] + heights[at] / 2
    free = bottom
    for at in reversed(order):
        placed[at] = min(placed[at], free - heights[at] / 2)
        free = placed[at] - heights[at] / 2
    return placed


def _is_known(change: Change) -> bool:
    return not any(isinstance(end.value, Missing) for end in (change.before, change.after))


def _row(change: Change, chart: SlopeChart) -> tuple[str, str, str, str]:
    before, after = (written(end.value, chart.measure) for end in (change.before, change.after))
    known = _is_known(change)
    changed = number(change.after.value) - number(change.before.value) if known else 0.0
    return change.label, before, after, difference(changed, chart.measure) if known else ""


def _legend(canvas: Canvas) -> float:
    def swatch(_at: int, x: float, y: float) -> None:
        canvas.path(f"M{x:g} {y:g}h26", stroke="ink", width=1.6, dash=UNSURE)

    return legend(canvas, [_("The two intervals overlap: the change may be error alone.")], swatch)


def _height(change: Change) -> float:
    return TEXT_LINE * len(wrapped(change.label, NAMES, SMALL, MOST_LINES)) + 4


def _scale(chart: SlopeChart, top: float, bottom: float) -> Scale:
    values = [number(end.value) for end in chart.estimates() if not isinstance(end.value, Missing)]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low == high:
        low, high = low - 1.0, high + 1.0
    return Scale(low, high, bottom, top)


def _tone(change: Change, chart: SlopeChart) -> str:
    before, after = number(change.before.value), number(change.after.value)
    if chart.measure.same(before, after):
        return STAYS
    return RISES if after > before else FALLS


def _is_unsure(change: Change, chart: SlopeChart) -> bool:
    """Whether a reader sees a change that may be error alone."""
    return _is_known(change) and _tone(change, chart) != STAYS and overlap(change.before, change.after)


def _places(chart: SlopeChart) -> Places:
    before = max(width(written(change.before.value, chart.measure), SMALL) for change in chart.changes)
    after = max(width(_after(change, chart), SMALL) for change in chart.changes)
    values = NAMES + 6 + before
    return Places(values, values + ASIDE, WIDTH - after - ASIDE)


def _heads(canvas: Canvas, chart: SlopeChart, at: Places, y: float) -> None:
    middle = (at.left + at.right) / 2
    before, after = cut(chart.before, middle - 8, SMALL), cut(chart.after, WIDTH - middle - 8, SMALL)
    end = min(middle - 8, at.left + width(before, SMALL) / 2)
    start = max(middle + 8, at.right - width(after, SMALL) / 2)
    canvas.text(end, y, before, anchor="end", size=SMALL, whole=chart.before)
    canvas.text(min(start, WIDTH - width(after, SMALL)), y, after, size=SMALL, whole=chart.after)


def _line(canvas: Canvas, change: Change, chart: SlopeChart, scale: Scale, at: Places) -> None:
    """A missing end leaves the other one's mark alone."""
    tone = _tone(change, chart) if _is_known(change) else STAYS
    places = [
        (x, scale(end.value))
        for x, end in ((at.left, change.before), (at.right, change.after))
        if not isinstance(end.value, Missing)
    ]
    if len(places) == 2:
        (x1, y1), (x2, y2) = places
        dash = UNSURE if _is_unsure(change, chart) else ""
        path = f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}"
        canvas.path(path, stroke=tone, width=1.8, dash=dash, kind="slope")
    for x, y in places:
        canvas.marker(x, y, 0, tone=tone, size=3.4)


def _middle(end: Estimate, scale: Scale, bottom: float) -> float:
    """Where an end is wanted; a missing one goes to the foot."""
    return bottom if isinstance(end.value, Missing) else scale(end.value)


def _befores(canvas: Canvas, chart: SlopeChart, scale: Scale, at: Places, room: tuple[float, float]) -> None:
    wanted = [_middle(change.before, scale, room[1]) for change in chart.changes]
    heights = [_height(change) for change in chart.changes]
    for change, y, own in zip(chart.changes, spread(wanted, heights, *room), wanted, strict=True):
        lines = wrapped(change.label, NAMES, SMALL, MOST_LINES)
        for position, line in enumerate(lines):
            shift = (position - (len(lines) - 1) / 2) * TEXT_LINE + 4
            canvas.text(0, y + shift, line, size=SMALL, whole=change.label)
        missing = isinstance(change.before.value, Missing)
        value = written(change.before.value, chart.measure)
        canvas.text(at.values, y + 4, value, anchor="end", size=SMALL, soft=missing)
        if not missing and abs(y - own) > 2:
            canvas.line(at.values + 2, y, at.left - 4, own, stroke="line-strong", width=0.7)


def _after(change: Change, chart: SlopeChart) -> str:
    """With the direction as a sign, where both values are known."""
    sign = {RISES: "▲", FALLS: "▼", STAYS: "="}[_tone(change, chart)] if _is_known(change) else ""
    return f"{sign} {written(change.after.value, chart.measure)}".strip()


def _afters(canvas: Canvas, chart: SlopeChart, scale: Scale, at: Places, room: tuple[float, float]) -> None:
    wanted = [_middle(change.after, scale, room[1]) for change in chart.changes]
    heights = [TEXT_LINE + 2] * len(wanted)
    for change, y, own in zip(chart.changes, spread(wanted, heights, *room), wanted, strict=True):
        missing = isinstance(change.after.value, Missing)
        canvas.text(at.right + ASIDE, y + 4, _after(change, chart), size=SMALL, soft=missing)
        if not missing and abs(y - own) > 2:
            canvas.line(at.right + 4, own, at.right + ASIDE - 2, y, stroke="line-strong", width=0.7)
