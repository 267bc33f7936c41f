from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

# What of a query makes another page; the rest narrows or sorts the same one.
OF_THE_PAGE = ("release", "scenario", "page")


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


@dataclass(frozen=True)
class HeadLinks:
    """What a page's head says of itself, in full addresses. default: without a language, where it is found."""

    canonical: str
    alternates: tuple[tuple[str, str], ...]
    default: str


def head_links(origin: str, address: str) -> HeadLinks | None:
    """origin: scheme and host. None for an address under no language, which has no page in others."""
    path, _, query = address.partition("?")
    language, _, rest = path.removeprefix("/").partition("/")
    if language not in dict(settings.LANGUAGES):
        return None
    kept = urlencode([(name, value) for name, value in parse_qsl(query) if name in OF_THE_PAGE])
    page = rest + (f"?{kept}" if kept else "")
    alternates = tuple((code, f"{origin}/{code}/{page}") for code, _ in settings.LANGUAGES)
    return HeadLinks(dict(alternates)[language], alternates, f"{origin}/{page}")
