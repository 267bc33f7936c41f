from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.context import Context
from django.template.loader import render_to_string

from almenara.design.pieces import Happening, Job, Link

register = template.Library()


@register.inclusion_tag("design/components/steps.html")
def steps(items: Sequence[Link], current: int, label: str) -> dict[str, object]:
    return {"items": items, "current": current, "label": label}


@register.inclusion_tag("design/components/timeline.html")
def timeline(entries: Sequence[Happening]) -> dict[str, object]:
    return {"entries": entries}


@register.inclusion_tag("design/components/job_progress.html")
def job_progress(job: Job) -> dict[str, object]:
    return {"job": job}


@register.simple_block_tag(takes_context=True)
def confirmation(
    context: Context, content: str, submit: str, back: str, address: str = "", grave: bool = True
) -> str:
    values = {"content": content, "submit": submit, "back": back, "address": address, "grave": grave}
    return render_to_string(
        "design/components/confirmation.html", values | {"csrf_token": context.get("csrf_token")}
    )
