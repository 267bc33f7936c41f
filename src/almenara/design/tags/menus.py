from __future__ import annotations

from collections.abc import Sequence

from django import template

from almenara.design.pieces import MenuGroup

register = template.Library()


@register.inclusion_tag("design/components/side_menu.html")
def side_menu(groups: Sequence[MenuGroup], label: str) -> dict[str, object]:
    here = (entry.label for group in groups for entry in group.entries if entry.current)
    return {"groups": groups, "label": label, "here": next(here, "")}
