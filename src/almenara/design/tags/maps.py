from __future__ import annotations

from collections.abc import Sequence

from django import template

from almenara.design.pieces import Drawn, LegendLine

register = template.Library()


@register.inclusion_tag("design/components/map_picture.html")
def map_picture(drawn: Drawn, address: str = "", first: bool = False) -> dict[str, object]:
    return {"drawn": drawn, "address": address, "first": first}


@register.inclusion_tag("design/components/map_legend.html")
def map_legend(lines: Sequence[LegendLine], label: str = "") -> dict[str, object]:
    return {"lines": lines, "label": label}
