"""{% load styleguide %}: what only the living page needs."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string

from almenara.design import presenters
from almenara.design.catalogue import COMPONENTS

register = template.Library()


@register.simple_block_tag
def shown(content: str, name: str, within: str = "") -> str:
    """A component under its name, with what it is for, as it is in its states, and what it takes.

    within: the component whose example shows this one too.
    """
    component = COMPONENTS[name]
    values = {
        "component": component,
        "content": content,
        "within": within,
        "parameters": presenters.parameters(component),
    }
    return render_to_string("design/styleguide/shown.html", values)
