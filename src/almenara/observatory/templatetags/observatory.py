"""What the templates need and Django has not: links that keep the release; SVG made by our own code."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from almenara.observatory.presenters.scenarios import labels
from almenara.risk.models import Release

register = template.Library()


@register.simple_tag
def country_url(name: str, release: Release, code: str | int = "", **query: Any) -> str:
    """A page of the release's country; an earlier release stays in the address."""
    args = [release.country.code, code] if code != "" else [release.country.code]
    kept = {} if release.is_current else {"release": release.release_id}
    kept |= {("class" if key == "risk_class" else key): value for key, value in query.items() if value}
    address = reverse(f"observatory:{name}", args=args)
    return f"{address}?{urlencode(kept)}" if kept else address


@register.filter
def has_scenarios(release: Release) -> bool:
    return bool(labels(release))


@register.filter
def svg(markup: str) -> SafeString:
    """Markup of the presenters that draw, which escape every text they are given."""
    return mark_safe(markup)  # noqa: S308


@register.inclusion_tag("observatory/partials/class_tag.html")
def class_tag(risk_class: object) -> dict[str, object]:
    return {"risk_class": risk_class}


@register.inclusion_tag("observatory/partials/swatch.html")
def swatch(risk_class: object) -> dict[str, object]:
    return {"risk_class": risk_class}
