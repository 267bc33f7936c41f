from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.translation import get_language

from almenara.design import languages
from almenara.design.pieces import Link

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[languages.LanguageLink]:
    request = context.get("request")
    return languages.language_links(request.get_full_path() if request else "/", get_language() or "")


@register.simple_tag(takes_context=True)
def head_links(context: Context) -> languages.HeadLinks | None:
    request = context.get("request")
    if request is None:
        return None
    origin = settings.SITE_ORIGIN or request.build_absolute_uri("/").rstrip("/")
    return languages.head_links(origin, request.get_full_path())


@register.simple_tag
def home_address() -> str:
    return f"/{get_language()}/"


@register.simple_block_tag
def page_header(
    content: str, title: str, lede: str = "", eyebrow: str = "", crumbs: Sequence[Link] = (), here: str = ""
) -> str:
    values = {"actions": content if content.strip() else "", "title": title, "lede": lede, "eyebrow": eyebrow}
    return render_to_string(
        "design/components/page_header.html", values | {"crumbs": crumbs, "here": here or title}
    )


@register.inclusion_tag("design/components/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[Link], here: str = "", label: str = "") -> dict[str, object]:
    return {"crumbs": crumbs, "here": here, "label": label}
