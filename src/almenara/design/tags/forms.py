from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.context import Context
from django.template.loader import render_to_string

register = template.Library()


@register.inclusion_tag("design/components/field.html")
def field(bound: BoundField, says_optional: bool = True) -> dict[str, object]:
    tick = isinstance(bound.field.widget, CheckboxInput)
    return {"field": bound, "tick": tick, "optional": says_optional and not bound.field.required}


@register.inclusion_tag("design/components/fields.html")
def fields(form: BaseForm, says_optional: bool = True) -> dict[str, object]:
    return {"form": form, "says_optional": says_optional}


@register.inclusion_tag("design/components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    beside = [(bound, error) for bound in form.visible_fields() for error in bound.errors]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {"beside": beside, "whole": [*form.non_field_errors(), *hidden]}


@register.simple_block_tag(takes_context=True)
def form_frame(context: Context, content: str, form: BaseForm, address: str = "", draft: str = "") -> str:
    values: dict[str, Any] = {"content": content, "form": form, "address": address, "draft": draft}
    return render_to_string(
        "design/components/form_frame.html", values | {"csrf_token": context.get("csrf_token")}
    )


@register.inclusion_tag("design/components/form_actions.html")
def form_actions(submit: str, back: str = "", back_label: str = "", grave: bool = False) -> dict[str, object]:
    return {"submit": submit, "back": back, "back_label": back_label, "grave": grave}


@register.inclusion_tag("design/components/upload.html")
def upload(bound: BoundField, kinds: str, most: int, kept: str = "") -> dict[str, object]:
    return {"field": bound, "kinds": kinds, "most": most, "kept": kept}
