from __future__ import annotations

from collections.abc import Callable

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from almenara.design.charts import data, drawn

register = template.Library()
Tag = Callable[..., SafeString]


def _tag(name: str, kind: type[data.Chart]) -> Tag:
    """A tag that draws charts of one kind and no other, so that a template says what it shows."""

    def figure(chart: data.Chart, with_table: bool = True) -> SafeString:
        if type(chart) is not kind:
            raise TypeError(f"This tag draws a {kind.__name__}, not a {type(chart).__name__}.")
        return _figure(chart, with_table=with_table)

    figure.__name__ = name
    register.simple_tag(figure)
    return figure


def _figure(chart: data.Chart, *, with_table: bool) -> SafeString:
    values = {
        "chart": chart,
        "picture": mark_safe(drawn.picture(chart)),  # noqa: S308 (the canvas escapes every text)
        "told": drawn.told(chart),
        "table": drawn.table_of(chart) if with_table else None,
        "holds": drawn.holds(chart),
    }
    return render_to_string("design/components/chart.html", values)


bar_chart = _tag("bar_chart", data.BarChart)
line_chart = _tag("line_chart", data.LineChart)
small_multiples = _tag("small_multiples", data.SmallMultiples)
dot_chart = _tag("dot_chart", data.DotChart)
slope_chart = _tag("slope_chart", data.SlopeChart)
population_pyramid = _tag("population_pyramid", data.PopulationPyramid)
waterfall = _tag("waterfall", data.Waterfall)
