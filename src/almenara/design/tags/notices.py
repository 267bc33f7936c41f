from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string

from almenara.design.toasts import undo_address

register = template.Library()


@register.simple_block_tag
def notice(content: str, kind: str = "", title: str = "") -> str:
    return render_to_string(
        "design/components/notice.html", {"content": content, "kind": kind, "title": title}
    )


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "") -> str:
    values = {"actions": content if content.strip() else "", "title": title, "text": text}
    return render_to_string("design/components/empty_state.html", values)


@register.inclusion_tag("design/components/status_tag.html")
def status_tag(text: str, kind: str = "") -> dict[str, object]:
    return {"text": text, "kind": kind}


@register.inclusion_tag("design/components/toasts.html", takes_context=True)
def toasts(context: Context) -> dict[str, Any]:
    told = [(message, undo_address(message)) for message in context.get("messages") or ()]
    return {"told": told, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("design/components/undo.html", takes_context=True)
def undo(context: Context, address: str, label: str = "") -> dict[str, object]:
    return {"address": address, "label": label, "csrf_token": context.get("csrf_token")}
