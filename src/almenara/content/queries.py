"""What is read of public texts: the desk's work, and what the public is shown, in which language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from almenara.content.kinds import Kind
from almenara.content.models import LANGUAGES, Entry, State, Text
from almenara.places.paging import BY_KEY, Page, page_of
from almenara.places.queries import in_alphabet

TO_DO = (State.MISSING, State.STALE)
ALL = "all"


@dataclass(frozen=True)
class Filters:
    """Empty means any; of the state: what is to be done."""

    language: str = ""
    state: str = ""
    kind: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """What an address holds of it; what is no choice is left out."""
        known = {"language": LANGUAGES, "state": (*State.values, ALL), "kind": Kind.values}
        return cls(**{name: query[name] for name, choices in known.items() if query.get(name) in choices})


def found(filters: Filters) -> QuerySet[Text]:
    states = {"": TO_DO, ALL: tuple(State)}.get(filters.state) or (State(filters.state),)
    wanted = Q(state__in=states)
    if filters.language:
        wanted &= Q(language=filters.language)
    if filters.kind:
        wanted &= Q(entry__kind=filters.kind)
    return Text.objects.translations().filter(wanted)


def listed(filters: Filters, *, after: str = "", before: str = "") -> Page[Text]:
    return page_of(found(filters), after=after, before=before, order=BY_KEY)


def counts() -> dict[tuple[str, str], int]:
    """Translations by language and state."""
    rows = Text.objects.translations().values_list("language", "state").annotate(Count("pk")).order_by()  # type: ignore[misc]
    return {(language, state): number for language, state, number in rows}


def entries(*, after: str = "", before: str = "") -> Page[Entry]:
    """What there is, in the order it was made, each with its `originals`."""
    originals = Prefetch("texts", Text.objects.filter(original=None).order_by("pk"), "originals")
    return page_of(Entry.objects.prefetch_related(originals), after=after, before=before, order=BY_KEY)


@dataclass(frozen=True)
class Said:
    """A field as the public reads it. state: of the reader's language; language: of the words, maybe the original's."""

    text: str
    language: str
    state: State

    @property
    def falls_back(self) -> bool:
        return self.state == State.MISSING


@dataclass(frozen=True)
class Shown:
    """An entry as the public reads it: its fields by name."""

    slug: str
    fields: dict[str, Said]

    @property
    def falls_back(self) -> bool:
        return any(said.falls_back for said in self.fields.values())

    @property
    def is_stale(self) -> bool:
        return any(said.state == State.STALE for said in self.fields.values())

    @property
    def original_language(self) -> str:
        """Of what is not translated; empty where everything is."""
        return next((said.language for said in self.fields.values() if said.falls_back), "")


def shown(kind: Kind, slug: str | None = None, language: str | None = None) -> list[Shown]:
    """Public entries in the reader's language, field by field in their own where that is missing; in two queries."""
    wanted = (language or get_language() or "es")[:2]
    entries = Entry.objects.filter(kind=kind, public=True).order_by("position", "slug")
    if slug is not None:
        entries = entries.filter(slug=slug)
    texts = Text.objects.filter(entry__in=entries).filter(Q(language=wanted) | Q(original=None))
    by_entry: dict[int, list[Text]] = {}
    for text in texts.select_related("original"):
        by_entry.setdefault(text.entry_id, []).append(text)
    return [Shown(entry.slug, _fields(by_entry.get(entry.pk, []), wanted)) for entry in entries]


def terms(language: str | None = None) -> list[Shown]:
    """The glossary in the alphabetical order of the reader's language."""
    found = shown(Kind.TERM, language=language)
    return sorted(found, key=lambda term: in_alphabet(term.fields["name"].text, language))


def _fields(texts: list[Text], language: str) -> dict[str, Said]:
    originals = {text.field: text for text in texts if text.original_id is None}
    own = {text.field: text for text in texts if text.language == language}
    return {field: _said(original, own[field]) for field, original in originals.items()}


def _said(original: Text, own: Text) -> Said:
    if not own.text:
        return Said(original.text, original.language, State.MISSING)
    stale = own.original_id is not None and own.source_digest != original.digest
    return Said(own.text, own.language, State.STALE if stale else State.CURRENT)
