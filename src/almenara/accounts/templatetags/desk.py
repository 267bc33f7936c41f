from __future__ import annotations

from typing import Any

from django import template

from almenara.accounts.menu import groups
from almenara.accounts.models import User
from almenara.design.pieces import Link, MenuGroup

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_menu(context: dict[str, Any]) -> list[MenuGroup]:
    """What the person who reads may open, in groups. Asked for once a page, whoever needs it."""
    request = context.get("request")
    if request is None or not isinstance(request.user, User):
        return []
    if not hasattr(request, "desk_menu"):
        request.desk_menu = groups(request)
    found: list[MenuGroup] = request.desk_menu
    return found


@register.simple_tag(takes_context=True)
def desk_trail(context: dict[str, Any], *between: object) -> list[Link]:
    """From the part of the menu in which the page lies down to what is above it: label, address, label, address …"""
    entries = [entry for group in desk_menu(context) for entry in group.entries]
    above = [Link(str(entry.label), entry.address) for entry in entries if entry.current == "true"]
    pairs = zip(between[::2], between[1::2], strict=True)
    return above + [Link(str(label), str(address)) for label, address in pairs]
