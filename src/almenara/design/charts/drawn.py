"""Any chart: its picture, what is said of it, and its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils import translation

from almenara.common.svg import short
from almenara.design.charts import bars, courses, data, dots, lines, multiples, pyramid, slopes, waterfall
from almenara.design.charts.canvas import TEXT, WIDTH, Canvas
from almenara.design.charts.data import Chart, ChartOfEstimates
from almenara.design.charts.tables import Table


@dataclass(frozen=True)
class Kind:
    """draw returns the picture's height."""

    draw: Callable[[Any, Canvas], float]
    tell: Callable[[Any], str]
    table: Callable[[Any], Table]


KINDS = {
    data.BarChart: Kind(bars.draw, bars.tell, bars.table),
    data.LineChart: Kind(lines.draw, lines.tell, courses.table),
    data.SmallMultiples: Kind(multiples.draw, multiples.tell, courses.table),
    data.DotChart: Kind(dots.draw, dots.tell, dots.table),
    data.SlopeChart: Kind(slopes.draw, slopes.tell, slopes.table),
    data.PopulationPyramid: Kind(pyramid.draw, pyramid.tell, pyramid.table),
    data.Waterfall: Kind(waterfall.draw, waterfall.tell, waterfall.table),
}


def render_svg(chart: Chart, language: str) -> str:
    """The picture alone, for a document: with the colours of the print palette, its title and its sentences in it."""
    with translation.override(language):
        words = f"<title>{escape(chart.title)}</title><desc>{escape(told(chart))}</desc>"
        return _svg(chart, Canvas(printed=True), inside=words)


def picture(chart: Chart) -> str:
    """The picture for a page of the site, which holds the sentences beside it.

    It is named without ids: the same chart may stand twice on a page.
    """
    return _svg(chart, Canvas(), named=f"aria-label={quoteattr(chart.title)} ")


def told(chart: Chart) -> str:
    """What it shows, in whole sentences of the active language."""
    return KINDS[type(chart)].tell(chart)


def table_of(chart: Chart) -> Table:
    """The chart's numbers as texts of the active language."""
    return KINDS[type(chart)].table(chart)


def holds(chart: Chart) -> str:
    """What its intervals hold; empty where it has none."""
    return chart.holds if isinstance(chart, ChartOfEstimates) else ""


def _svg(chart: Chart, canvas: Canvas, *, named: str = "", inside: str = "") -> str:
    height = KINDS[type(chart)].draw(chart, canvas)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(WIDTH)} {short(height)}" role="img" '
        f'{named}font-size="{TEXT}" {canvas.paint(fill="ink")}>{inside}{canvas.markup()}</svg>'
    )
