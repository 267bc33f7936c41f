from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string

register = template.Library()
COLLECTED = "almenara.design.tabs"


@register.simple_block_tag(takes_context=True)
def tabs(context: Context, content: str, label: str) -> str:
    """The panels inside have been drawn by now, and each has left its name. No tabs stand inside tabs."""
    kept: Any = context.render_context
    panels = kept.get(COLLECTED) or []
    kept[COLLECTED] = []
    return render_to_string(
        "design/components/tabs.html", {"content": content, "label": label, "panels": panels}
    )


@register.simple_block_tag(takes_context=True)
def tab(context: Context, content: str, id: str, title: str) -> str:
    kept: Any = context.render_context
    kept[COLLECTED] = [*(kept.get(COLLECTED) or []), (id, title)]
    return render_to_string("design/components/tab.html", {"content": content, "id": id, "title": title})


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:
    return render_to_string("design/components/dialog.html", {"content": content, "id": id, "title": title})


@register.inclusion_tag("design/components/dialog_opener.html")
def dialog_opener(id: str, label: str, address: str, kind: str = "quiet") -> dict[str, object]:
    return {"id": id, "label": label, "address": address, "kind": kind}
