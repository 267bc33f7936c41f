"""Any chart: its picture, what is said of it, and its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from xml.sax.saxutils import escape

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
        canvas = Canvas(printed=True)
        height = KINDS[type(chart)].draw(chart, canvas)
        key = key_of(chart)
        named = (
            f'<title id="{key}-title">{escape(chart.title)}</title>'
            f'<desc id="{key}-told">{escape(told(chart))}</desc>'
        )
        return _svg(canvas, height, key, named)


def picture(chart: Chart) -> str:
    """The picture for a page of the site, which holds its title and sentences beside it under the ids that it names."""
    canvas = Canvas()
    height = KINDS[type(chart)].draw(chart, canvas)
    return _svg(canvas, height, key_of(chart))


def told(chart: Chart) -> str:
    """What it shows, in whole sentences of the active language."""
    return KINDS[type(chart)].tell(chart)


def table_of(chart: Chart) -> Table:
    """The chart's numbers as texts of the active language."""
    return KINDS[type(chart)].table(chart)


def holds(chart: Chart) -> str:
    """What its intervals hold; empty where it has none."""
    return chart.holds if isinstance(chart, ChartOfEstimates) else ""


def key_of(chart: Chart) -> str:
    """The same for the same chart: what the ids of its parts on a page begin with."""
    return "chart-" + blake2b(repr(chart).encode(), digest_size=5).hexdigest()


def _svg(canvas: Canvas, height: float, key: str, named: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(WIDTH)} {short(height)}" role="img" '
        f'aria-labelledby="{key}-title {key}-told" font-size="{TEXT}" {canvas.paint(fill="ink")}>'
        f"{named}{canvas.markup()}</svg>"
    )
