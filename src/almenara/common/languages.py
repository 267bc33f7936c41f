"""What languages are called in the reader's own."""

from __future__ import annotations

from babel import Locale

from almenara.common.numbers import locale


def language_name(tag: str) -> str:
    """Of a tag of BCP 47: Spanish, español, espagnol; the tag itself where CLDR knows no name."""
    known = Locale.parse(locale()).languages
    return str(known.get(tag, known.get(tag.partition("-")[0], tag)))
