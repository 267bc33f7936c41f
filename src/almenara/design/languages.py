from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    address: str
    current: bool


def language_links(address: str, current: str) -> list[LanguageLink]:
    """The page at an address (with its query) in every language; the front pages of what has no language in it."""
    known = dict(settings.LANGUAGES)
    first, _, rest = address.removeprefix("/").partition("/")
    kept = rest if first in known else ""
    return [LanguageLink(code, name, f"/{code}/{kept}", code == current) for code, name in known.items()]
