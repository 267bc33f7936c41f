"""Public texts as the public reads them: filled in, in paragraphs, each with the language that it is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from almenara.common.languages import language_name
from almenara.content.placeholders import filled
from almenara.content.queries import Said, Shown
from almenara.design.pieces import Link


@dataclass(frozen=True)
class Words:
    """language: empty where it is the page's own."""

    paragraphs: tuple[str, ...]
    language: str

    @property
    def line(self) -> str:
        return " ".join(self.paragraphs)


@dataclass(frozen=True)
class Reading:
    """original: the name, in the reader's language, of the language of what is not translated; else empty."""

    slug: str
    fields: dict[str, Words]
    original: str
    is_stale: bool


def reading(shown: Shown, values: Mapping[str, str] | None = None) -> Reading:
    """values: what stands for the placeholders, by name, as the reader's language writes it."""
    return Reading(
        shown.slug,
        {name: _words(said, values or {}) for name, said in shown.fields.items()},
        language_name(shown.original_language) if shown.falls_back else "",
        shown.is_stale,
    )


def crumbs() -> list[Link]:
    """The way to a page, and to the glossary."""
    return [Link(_("About this site"), reverse("observatory:about"))]


def _words(said: Said, values: Mapping[str, str]) -> Words:
    paragraphs = [part.strip() for part in filled(said.text, values).split("\n\n")]
    return Words(tuple(part for part in paragraphs if part), said.language if said.falls_back else "")
