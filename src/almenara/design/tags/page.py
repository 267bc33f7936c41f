from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.translation import get_language

from almenara.design import languages

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[languages.LanguageLink]:
    request = context.get("request")
    return languages.language_links(request.get_full_path() if request else "/", get_language() or "")


@register.simple_tag
def home_address() -> str:
    return f"/{get_language()}/"
