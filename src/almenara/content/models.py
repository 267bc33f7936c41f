"""What editors write for the public: entries, and each of their fields in each language."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from almenara.content.kinds import Field, Kind, field_of

LANGUAGES = ("es", "pt", "en", "fr")


class State(models.TextChoices):
    """How a translation stands to its original."""

    MISSING = "missing", _("Missing")
    STALE = "stale", _("Stale: the original changed since")
    CURRENT = "current", _("Up to date")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Entry(models.Model):
    """A page or a term. language: in which it was first written, its original. public: shown to everybody."""

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    slug = models.SlugField(_("name in the address"), max_length=60)
    language = models.CharField(_("original language"), max_length=2, choices=settings.LANGUAGES)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    public = models.BooleanField(_("shown to the public"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "slug"], name="one_entry_per_slug"),
            models.CheckConstraint(
                condition=Q(language__in=LANGUAGES), name="entry_in_a_language_of_the_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"

    def state(self) -> str:
        """A digest of all that editors change in it: the same as long as nobody has."""
        originals = self.texts.filter(original=None).order_by("field").values_list("field", "digest")
        return digest(repr((self.public, self.position, list(originals))))


class TextQuerySet(models.QuerySet["Text"]):
    def translations(self) -> TextQuerySet:
        """With `state`, and the original beside each."""
        state = Case(
            When(text="", then=Value(State.MISSING)),
            When(~Q(source_digest=F("original__digest")), then=Value(State.STALE)),
            default=Value(State.CURRENT),
            output_field=models.CharField(),
        )
        return self.exclude(original=None).select_related("entry", "original").annotate(state=state)


class Text(models.Model):
    """One field of an entry in one language; a row also where it is still to be written, with an empty text.

    original: the row that it translates; none if it is the original. source: what the original said when this was made
    from it, and source_digest: its digest. Where that is no longer the original's own, the translation is stale.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="texts")
    field = models.CharField(max_length=20)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    original = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="translations")
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64, editable=False)
    source = models.TextField(blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TextQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "field", "language"], name="one_text_per_field_and_language"
            ),
            models.CheckConstraint(
                condition=Q(original__isnull=False) | Q(source="", source_digest=""),
                name="an_original_has_no_source",
            ),
            models.CheckConstraint(
                condition=Q(original=None) | Q(text="") | ~Q(source_digest=""),
                name="a_translation_has_its_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field} {self.language}"

    def put(self, text: str) -> None:
        self.text, self.digest = text, digest(text)

    @property
    def about(self) -> Field:
        return field_of(self.entry.kind, self.field)
