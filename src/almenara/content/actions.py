"""What editors do with public texts. The history of both tables is written by their triggers."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from almenara.accounts.models import User
from almenara.content.kinds import FIELDS
from almenara.content.models import LANGUAGES, Entry, Text, digest


class ChangedMeanwhileError(Exception):
    """What the person saw is no longer what is there."""


@transaction.atomic
def translate(*, text: Text, words: str, seen: str, seen_original: str, by: User) -> Text:
    """Keep a translation as made from the original that was seen; the same words again say that they are still right.

    seen, seen_original: digests of what the person had before them. Raises ChangedMeanwhileError where somebody has
    since written the translation or the original anew.
    """
    held = Text.objects.select_related("original").select_for_update(of=("self",)).get(pk=text.pk)
    original = held.original
    if original is None:
        raise ValueError("An original is no translation.")
    if (held.digest, original.digest) != (seen, seen_original):
        raise ChangedMeanwhileError(str(held))
    held.put(words)
    held.source, held.source_digest = original.text, original.digest
    held.by, held.at = by, timezone.now()
    held.save()
    return held


@transaction.atomic
def add(*, entry: Entry, words: Mapping[str, str], by: User | None) -> Entry:
    """A new entry with its originals by field, and a row for every translation that is to be written."""
    entry.created_by = by
    entry.save()
    for field in FIELDS[entry.kind]:
        original = _row(entry, field.name, entry.language)
        original.put(words[field.name])
        original.by, original.at = by, timezone.now()
        original.save()
        for language in LANGUAGES:
            if language != entry.language:
                row = _row(entry, field.name, language, original)
                row.put("")
                row.save()
    return entry


@transaction.atomic
def change(*, entry: Entry, words: Mapping[str, str], seen: str, by: User) -> Entry:
    """Keep the originals, by field, and what else stands in the entry. Translations of what changed become stale.

    seen: the state of what the person had before them. Raises ChangedMeanwhileError.
    """
    if Entry.objects.select_for_update().get(pk=entry.pk).state() != seen:
        raise ChangedMeanwhileError(str(entry))
    entry.save()
    for held in entry.texts.filter(original=None):
        if digest(words[held.field]) != held.digest:
            held.put(words[held.field])
            held.by, held.at = by, timezone.now()
            held.save()
    return entry


def _row(entry: Entry, field: str, language: str, original: Text | None = None) -> Text:
    return Text(entry=entry, field=field, language=language, original=original)
