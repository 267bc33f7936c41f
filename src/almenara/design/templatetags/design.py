"""{% load design %}: the components of almenara.design.tags."""

from __future__ import annotations

from django import template

from almenara.design.tags import cards, charts, forms, maps, menus, notices, page, panels, process, tables

register = template.Library()
for family in (page, menus, cards, notices, tables, forms, process, panels, charts, maps):
    register.tags |= family.register.tags
    register.filters |= family.register.filters
