from __future__ import annotations

from django import template
from django.template.loader import render_to_string

register = template.Library()


@register.simple_block_tag
def card(content: str, title: str = "", address: str = "", level: int = 3) -> str:
    values = {"content": content, "title": title, "address": address, "heading": f"h{level}"}
    return render_to_string("design/components/card.html", values)


@register.inclusion_tag("design/components/figure.html")
def figure(value: str, label: str, of: str, interval: str = "", lead: bool = False) -> dict[str, object]:
    return {"value": value, "label": label, "of": of, "interval": interval, "lead": lead}
