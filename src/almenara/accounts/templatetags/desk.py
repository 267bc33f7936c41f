from __future__ import annotations

from typing import Any

from django import template

from almenara.accounts.menu import Entry, entries

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_menu(context: dict[str, Any]) -> list[Entry]:
    """The pages that the person who reads may open, in the order of the menu."""
    return entries(context["request"])
