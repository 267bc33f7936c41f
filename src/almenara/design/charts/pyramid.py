"""A population by age and sex: men to the left, women to the right, the youngest below."""

from __future__ import annotations

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.design.charts.axes import FOOT, draw_level, half
from almenara.design.charts.canvas import LINE, SMALL, WIDTH, Canvas
from almenara.design.charts.data import PopulationPyramid, known
from almenara.design.charts.letters import width
from almenara.design.charts.measures import Missing, Unit, Value, written
from almenara.design.charts.sentences import gaps, joined
from almenara.design.charts.tables import Table
from almenara.design.charts.ticks import Axis, Scale, axis_of

ROW, BAR, AROUND = 15.0, 12.0, 5.0
MEN, WOMEN = "mark-1", "mark-2"


def draw(chart: PopulationPyramid, canvas: Canvas) -> float:
    """Returns the picture's height."""
    axis, left, right = _scales(chart)
    top = _sides(canvas, chart, left, right)
    bottom = top + ROW * len(chart.ages)
    for scale in (left, right):
        draw_level(canvas, axis, scale, top, bottom, chart.measure)
    for at, age in enumerate(chart.ages):
        y = bottom - ROW * (at + 1)
        canvas.text(WIDTH / 2, y + BAR - 1, age, anchor="middle", size=SMALL)
        _bar(canvas, chart, chart.men[at], left, y, MEN)
        _bar(canvas, chart, chart.women[at], right, y, WOMEN)
    return bottom + FOOT


def tell(chart: PopulationPyramid) -> str:
    return joined(_shares(chart), _ages(chart), gaps((*chart.men, *chart.women)))


def table(chart: PopulationPyramid) -> Table:
    """The oldest first, as in the picture; what is known of each column is added up below."""
    columns = (chart.men, chart.women, _by_age(chart))
    rows = [
        (age, *(written(column[at], chart.measure) for column in columns))
        for at, age in enumerate(chart.ages)
    ]
    complete = not any(isinstance(value, Missing) for value in columns[2])
    label = _("All ages") if complete else _("All that is known")
    sums = tuple(written(float(sum(known(column))), chart.measure) for column in (chart.men, chart.women))
    both = written(float(sum(known((*chart.men, *chart.women)))), chart.measure)
    return Table((_("Age"), *names_of(chart), _("Together")), (*rows[::-1], (label, *sums, both)))


def names_of(chart: PopulationPyramid) -> tuple[str, str]:
    return chart.names or (_("Boys and men"), _("Girls and women"))


def _shares(chart: PopulationPyramid) -> str:
    """Of the age groups in which both sexes are known: others would tip the balance."""
    both = [known(pair) for pair in zip(chart.men, chart.women, strict=True) if len(known(pair)) == len(pair)]
    men, women = (sum(pair[side] for pair in both) for side in (0, 1))
    total, names = men + women, names_of(chart)
    if not total:
        return _("No value is known.") if not both else _("Nobody is counted.")
    complete = len(both) == len(chart.ages)
    sentence = (
        _("Of {total} in all, {women} ({women_share}) are {her} and {men} ({men_share}) are {him}.")
        if complete
        else _(
            "Of {total} in the age groups that are known for both, {women} ({women_share}) are {her} and {men} "
            "({men_share}) are {him}."
        )
    )
    return sentence.format(
        total=written(total, chart.measure),
        men=written(men, chart.measure),
        women=written(women, chart.measure),
        men_share=numbers.rate(men / total),
        women_share=numbers.rate(women / total),
        him=_lower(names[0]),
        her=_lower(names[1]),
    )


def _ages(chart: PopulationPyramid) -> str:
    pairs = zip(chart.ages, _by_age(chart), strict=True)
    sums = [(age, both) for age, both in pairs if not isinstance(both, Missing)]
    if not sums:
        return ""
    most, least = (choose(sums, key=lambda pair: pair[1]) for choose in (max, min))
    if chart.measure.same(most[1], least[1]):
        return ""
    return _("The largest age group is {most} with {high}, the smallest {least} with {low}.").format(
        most=most[0],
        high=written(most[1], chart.measure),
        least=least[0],
        low=written(least[1], chart.measure),
    )


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _by_age(chart: PopulationPyramid) -> tuple[Value, ...]:
    """Both sexes together; missing where one is, withheld where one is withheld."""
    return tuple(_added(one, other) for one, other in zip(chart.men, chart.women, strict=True))


def _added(one: Value, other: Value) -> Value:
    missing = [value for value in (one, other) if isinstance(value, Missing)]
    if not missing:
        return sum(known((one, other)))
    return Missing.WITHHELD if Missing.WITHHELD in missing else missing[0]


def _scales(chart: PopulationPyramid) -> tuple[Axis, Scale, Scale]:
    gutter = max(width(age, SMALL) for age in chart.ages) / 2 + AROUND
    values = [0.0, *known((*chart.men, *chart.women))]
    axis = axis_of(values, whole=chart.measure.unit is Unit.COUNT)
    margin = half(axis, chart.measure)
    left = Scale(0.0, axis.high, WIDTH / 2 - gutter, margin)
    return axis, left, Scale(0.0, axis.high, WIDTH / 2 + gutter, WIDTH - margin)


def _sides(canvas: Canvas, chart: PopulationPyramid, left: Scale, right: Scale) -> float:
    """What each side is; returns where the bars may begin."""
    room = left.start - 4
    first, second = names_of(chart)
    ends = [canvas.lines(x, 0, name, room, bold=True) for x, name in ((0.0, first), (right.start, second))]
    return max(*ends, LINE) + 6


def _bar(canvas: Canvas, chart: PopulationPyramid, value: Value, scale: Scale, y: float, tone: str) -> None:
    if isinstance(value, Missing):
        anchor, aside = ("end", -4) if scale.end < scale.start else ("start", 4)
        text = written(value, chart.measure)
        canvas.text(scale.start + aside, y + BAR - 1, text, anchor=anchor, size=SMALL, soft=True)
        return
    end = scale(value)
    canvas.rect(min(scale.start, end), y, abs(end - scale.start), BAR, fill=tone, kind="bar")
