from __future__ import annotations

from django.forms import BaseForm, BoundField, CheckboxInput

from almenara.design.pieces import Chip


def chips(form: BaseForm) -> list[Chip]:
    """What a list is narrowed to, as its filter's form says it."""
    return [Chip(_said(bound), bound.html_name) for bound in form.visible_fields() if bound.value()]


def _said(bound: BoundField) -> str:
    if isinstance(bound.field.widget, CheckboxInput):
        return str(bound.label)
    value = str(bound.value())
    names = {str(code): str(name) for code, name in getattr(bound.field.widget, "choices", ())}
    return f"{bound.label}: {names.get(value, value)}"
