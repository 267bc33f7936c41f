"""What the desk of public texts shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common.languages import language_name
from almenara.common.numbers import count
from almenara.content import queries
from almenara.content.changes import Piece, pieces
from almenara.content.kinds import Kind
from almenara.content.models import LANGUAGES, Entry, State, Text
from almenara.content.placeholders import KNOWN

SHOWN = 12  # words of an original in a list
TAGS = {State.MISSING: "wrong", State.STALE: "caution", State.CURRENT: "good"}


@dataclass(frozen=True)
class Row:
    address: str
    about: str
    original: str
    original_language: str
    kind: str
    language: str
    state: str
    tag: str


@dataclass(frozen=True)
class Total:
    """Of one language; each number with the address of what it counts."""

    language: str
    numbers: tuple[tuple[str, str], ...]


def languages() -> list[tuple[str, str]]:
    """Choices of the filter, by the names that the reader's language has for them."""
    return [(code, listed_language(code)) for code in LANGUAGES]


def listed_language(code: str) -> str:
    """As a list begins a line with it."""
    return capfirst(language_name(code))


def state_word(state: str) -> str:
    return {State.MISSING: _("missing"), State.STALE: _("stale"), State.CURRENT: _("up to date")}[
        State(state)
    ]


def rows(texts: list[Text]) -> list[Row]:
    return [_row(text) for text in texts]


def _row(text: Any) -> Row:
    return Row(
        address=reverse("content:translate", args=[text.pk]),
        about=str(text.about.label),
        original=Truncator(text.original.text).words(SHOWN),
        original_language=text.original.language,
        kind=text.entry.get_kind_display(),
        language=listed_language(text.language),
        state=state_word(text.state),
        tag=TAGS[State(text.state)],
    )


def totals() -> list[Total]:
    counted = queries.counts()
    desk = reverse("content:desk")
    return [
        Total(
            listed_language(code),
            tuple(
                (count(counted.get((code, state), 0)), f"{desk}?language={code}&state={state}")
                for state in State
            ),
        )
        for code in LANGUAGES
    ]


def states() -> list[tuple[str, str]]:
    """Choices of the filter; the first one is what is to be done."""
    return [
        ("", _("Missing and stale")),
        *((state.value, state_word(state).capitalize()) for state in State),
        (queries.ALL, _("All")),
    ]


def found_in_words(number: int) -> str:
    return ngettext("{count} text", "{count} texts", number).format(count=count(number))


@dataclass(frozen=True)
class Side:
    """What stands beside the translation. changes: since it was made; empty where there are none."""

    text: str
    language: str
    name: str
    before: str
    changes: tuple[Piece, ...]
    room: str


def side(text: Text) -> Side:
    if text.original is None:
        raise ValueError("An original is no translation.")
    original = text.original
    stale = bool(text.text) and text.source_digest != original.digest
    return Side(
        text=original.text,
        language=original.language,
        name=language_name(original.language),
        before=text.source if stale else "",
        changes=tuple(pieces(text.source, original.text)) if stale else (),
        room=count(text.about.longest),
    )


@dataclass(frozen=True)
class Listed:
    address: str
    title: str
    language: str
    kind: str
    public: bool


def listed(entries: list[Entry]) -> list[Listed]:
    return [
        Listed(
            reverse("content:edit", args=[entry.pk]),
            entry.originals[0].text,  # type: ignore[attr-defined]
            entry.language,
            str(Kind(entry.kind).label),
            entry.public,
        )
        for entry in entries
    ]


def filled_in() -> list[tuple[str, str]]:
    """What a text may hold for the site to fill in, with what that is."""
    return [(name, str(about)) for name, about in KNOWN.items()]
