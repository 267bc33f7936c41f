"""A page of the log as it is read: each entry a sentence, what changed as a table, and where more of it is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from almenara.audit.models import Entry
from almenara.audit.presenters.kinds import kind_of
from almenara.audit.presenters.objects import Names, names
from almenara.audit.presenters.plain import plain, value

CHANGES = ("before", "after", "private")


@dataclass(frozen=True)
class Change:
    column: str
    before: str
    after: str
    private: bool


@dataclass(frozen=True)
class Row:
    """said: the sentence, with links. more: what else the entry holds, by name."""

    key: int
    at: dt.datetime
    kind: str
    said: SafeString
    reason: str
    changes: list[Change]
    more: list[tuple[str, str]]
    links: list[tuple[str, str]]


def rows(entries: Iterable[Entry]) -> list[Row]:
    entries = list(entries)
    called = names(entries)
    return [_row(entry, called) for entry in entries]


def _row(entry: Entry, called: Names) -> Row:
    return Row(
        key=entry.pk,
        at=entry.at,
        kind=str(kind_of(entry.kind).label),
        said=sentence(entry, called),
        reason=reason(entry),
        changes=changes(entry.detail),
        more=_more(entry, called),
        links=_links(entry),
    )


def sentence(entry: Entry, called: Names) -> SafeString:
    who = format_html("<bdi>{}</bdi>", called.who(entry))
    what = format_html("<bdi>{}</bdi>", called.what(entry))
    return format_html(str(kind_of(entry.kind).said), who=who, what=what, kind=plain(entry.kind))


def reason(entry: Entry) -> str:
    """What the person typed or, where the page asked for it in a form of its own, what the act kept of it."""
    return plain(entry.reason or str(entry.detail.get("reason") or ""))


def changes(detail: dict[str, Any]) -> list[Change]:
    """A line a column; a private one has no values, only that it changed."""
    before, after, private = (detail.get(name) or {} for name in CHANGES)
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return []
    shown = [
        Change(plain(name), value(before.get(name)), value(after.get(name)), private=False)
        for name in sorted({*before, *after})
    ]
    return shown + [Change(plain(str(name)), "", "", private=True) for name in private]


def _more(entry: Entry, called: Names) -> list[tuple[str, str]]:
    held = [(_("Country"), entry.country)] if entry.country else []
    if entry.institution is not None:
        held.append((_("Institution"), called.institutions.get(entry.institution) or str(entry.institution)))
    kept = [(name, kept) for name, kept in entry.detail.items() if name not in (*CHANGES, "reason")]
    return [(plain(name), value(text)) for name, text in [*held, *kept]]


def _links(entry: Entry) -> list[tuple[str, str]]:
    found = []
    if entry.origin:
        found.append((_("All of this request"), {"origin": entry.origin}))
    if entry.object_type and entry.object_id:
        found.append(
            (_("All about this object"), {"object_type": entry.object_type, "object_id": entry.object_id})
        )
    if entry.person is not None:
        found.append((_("All by this person"), {"person": str(entry.person)}))
    return [(label, f"{reverse('audit:entries')}?{urlencode(query)}") for label, query in found]
