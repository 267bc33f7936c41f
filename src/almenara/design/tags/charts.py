from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from almenara.design.charts import data, drawn

register = template.Library()


@register.simple_tag
def bar_chart(chart: data.BarChart) -> SafeString:
    return _figure(chart, data.BarChart)


@register.simple_tag
def line_chart(chart: data.LineChart) -> SafeString:
    return _figure(chart, data.LineChart)


@register.simple_tag
def small_multiples(chart: data.SmallMultiples) -> SafeString:
    return _figure(chart, data.SmallMultiples)


@register.simple_tag
def dot_chart(chart: data.DotChart) -> SafeString:
    return _figure(chart, data.DotChart)


@register.simple_tag
def slope_chart(chart: data.SlopeChart) -> SafeString:
    return _figure(chart, data.SlopeChart)


@register.simple_tag
def population_pyramid(chart: data.PopulationPyramid) -> SafeString:
    return _figure(chart, data.PopulationPyramid)


@register.simple_tag
def waterfall(chart: data.Waterfall) -> SafeString:
    return _figure(chart, data.Waterfall)


def _figure(chart: data.Chart, kind: type[data.Chart]) -> SafeString:
    if type(chart) is not kind:
        raise TypeError(f"This tag draws a {kind.__name__}, not a {type(chart).__name__}.")
    values = {
        "chart": chart,
        "key": drawn.key_of(chart),
        "picture": mark_safe(drawn.picture(chart)),  # noqa: S308 (the canvas escapes every text)
        "told": drawn.told(chart),
        "table": drawn.table_of(chart),
        "holds": drawn.holds(chart),
    }
    return render_to_string("design/components/chart.html", values)
