"""The sitemap: every page of every country shown, in the four languages that stand for each other."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from almenara.content.kinds import Kind
from almenara.content.queries import shown
from almenara.observatory import queries as own
from almenara.places.models import Level, Territory
from almenara.risk.models import Estimate

PAGES = ("country", "map", "ranking", "territories", "method", "data")
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def sitemap(origin: str) -> str:
    """origin: scheme and host. At most 50,000 addresses a file are allowed; the largest country has a quarter of it."""
    return HEAD + "".join(_entry(origin, name, args) for name, args in _addresses()) + "</urlset>\n"


def _addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "home", ()
    yield "about", ()
    yield "glossary", ()
    yield from (("text", (page.slug,)) for page in shown(Kind.PAGE, language="es"))
    yield "region", ()
    countries = Territory.objects.filter(level=Level.COUNTRY).order_by("code")
    yield from (("place", (code, code)) for code in countries.values_list("code", flat=True))
    for release in own.current_releases():
        country = release.country.code
        yield from ((page, (country,)) for page in PAGES)
        codes = Estimate.objects.filter(release=release).order_by("territory__code")
        for code in codes.values_list("territory__code", flat=True):
            yield "territory", (country, code)


def _entry(origin: str, name: str, args: tuple[str, ...]) -> str:
    path = _after_language(name, args)
    addresses = {language: f"{origin}/{language}/{path}" for language, _ in settings.LANGUAGES}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
        for language, address in addresses.items()
    )
    return "".join(f"<url><loc>{escape(address)}</loc>{links}</url>\n" for address in addresses.values())


def _after_language(name: str, args: tuple[str, ...]) -> str:
    with translation.override("es"):
        return reverse(f"observatory:{name}", args=args).removeprefix("/es/")
