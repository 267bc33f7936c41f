from __future__ import annotations

from typing import Any

from django import template

from almenara.accounts.menu import groups
from almenara.design.pieces import MenuGroup

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_menu(context: dict[str, Any]) -> list[MenuGroup]:
    """What the person who reads may open, in groups. Asked for once a page, whoever needs it."""
    request = context["request"]
    if not hasattr(request, "desk_menu"):
        request.desk_menu = groups(request)
    found: list[MenuGroup] = request.desk_menu
    return found
