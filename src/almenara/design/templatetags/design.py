"""{% load design %}: the components of almenara.design.tags."""

from __future__ import annotations

from django import template

from almenara.design.tags import page

register = template.Library()
for family in (page,):
    register.tags |= family.register.tags
    register.filters |= family.register.filters
