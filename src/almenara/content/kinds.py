"""What editors write for the public: kinds of entries, and the fields that each has in every language."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PAGE = "page", _("Page")
    TERM = "term", _("Term of the glossary")


@dataclass(frozen=True)
class Field:
    """longest: characters. lines: those of its box; a box of one line takes no line breaks."""

    name: str
    label: Promise
    longest: int
    lines: int = 1


FIELDS: dict[str, tuple[Field, ...]] = {
    Kind.PAGE: (
        Field("title", _("Title"), 120),
        Field("lede", _("In one sentence"), 300, 3),
        Field("body", _("Text"), 12_000, 18),
    ),
    Kind.TERM: (
        Field("name", _("Term"), 90),
        Field("meaning", _("Meaning"), 1_500, 6),
    ),
}


def field_of(kind: str, name: str) -> Field:
    """Raises KeyError for a field that the kind has not."""
    return {field.name: field for field in FIELDS[kind]}[name]
