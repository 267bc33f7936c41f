"""What the templates need and Django has not: links that keep language, page and release; SVG made by our own code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from almenara.observatory.presenters.scenarios import labels
from almenara.observatory.presenters.words import Words
from almenara.observatory.presenters.words import words as words_of
from almenara.risk.models import Release

register = template.Library()


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    address: str
    current: bool


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """The same page and query in every language."""
    request, current = context.get("request"), context.get("LANGUAGE_CODE", settings.LANGUAGE_CODE)
    path = request.get_full_path() if request else "/"
    known = dict(settings.LANGUAGES)
    first, _, rest = path.removeprefix("/").partition("/")
    kept = rest if first in known else ""
    return [LanguageLink(code, name, f"/{code}/{kept}", code == current) for code, name in known.items()]


@register.simple_tag
def country_url(name: str, release: Release, code: str = "", **query: Any) -> str:
    """A page of the release's country; an earlier release stays in the address."""
    args = [release.country.code, code] if code else [release.country.code]
    kept = {} if release.is_current else {"release": release.release_id}
    kept |= {("class" if key == "risk_class" else key): value for key, value in query.items() if value}
    address = reverse(f"observatory:{name}", args=args)
    return f"{address}?{urlencode(kept)}" if kept else address


@register.simple_tag
def words(release: Release | str) -> Words | None:
    """What the release's measure is called; None on a page about no release."""
    return words_of(release) if isinstance(release, Release) else None


@register.filter
def has_scenarios(release: Release) -> bool:
    return bool(labels(release))


@register.filter
def svg(markup: str) -> SafeString:
    """Markup from almenara.common.charts or the drawings, which escape every text they are given."""
    return mark_safe(markup)  # noqa: S308


@register.inclusion_tag("observatory/partials/class_tag.html")
def class_tag(risk_class: object) -> dict[str, object]:
    return {"risk_class": risk_class}


@register.inclusion_tag("observatory/partials/swatch.html")
def swatch(risk_class: object) -> dict[str, object]:
    return {"risk_class": risk_class}
