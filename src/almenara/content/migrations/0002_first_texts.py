"""The texts that a new site begins with."""

import hashlib

from django.db import migrations
from django.utils import timezone

from almenara.content.migrations._first_texts import PAGES, TERMS

LANGUAGES = ("es", "pt", "en", "fr")


def fill(apps, schema_editor):
    Entry, Text = apps.get_model("content", "Entry"), apps.get_model("content", "Text")
    for position, (slug, fields) in enumerate(PAGES.items(), start=1):
        lay(Text, Entry.objects.create(kind="page", slug=slug, language="es", position=position, public=True), fields)
    for slug, (name, meaning) in TERMS.items():
        entry = Entry.objects.create(kind="term", slug=slug, language="es", public=True)
        lay(Text, entry, {"name": name, "meaning": meaning})


def lay(Text, entry, fields):
    now = timezone.now()
    for field, said in fields.items():
        spanish, *others = said
        original = Text.objects.create(entry=entry, field=field, language="es", text=spanish, digest=digest(spanish), at=now)
        for language, words in zip(LANGUAGES[1:], others, strict=True):
            Text.objects.create(
                entry=entry, field=field, language=language, original=original, text=words, digest=digest(words),
                source=spanish, source_digest=original.digest, at=now,
            )


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("content", "0001_entries_and_texts")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
