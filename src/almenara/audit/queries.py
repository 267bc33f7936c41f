"""What an auditor reads of the log: pages of entries, the latest first, each by an index in that order; legal holds.

Neither a count nor an offset is asked for: a page costs the same among ten thousand entries and among ten million.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, QuerySet

from almenara.accounts import reach
from almenara.accounts.models import Reach, User
from almenara.accounts.permissions import LOG_READ, PEOPLE_VIEW
from almenara.audit.models import Block, Entry
from almenara.places import paging
from almenara.places.models import Level, Territory
from almenara.places.names import folded
from almenara.places.queries import alphabetical, words_begin
from almenara.privacy.models import LegalHold

PAGE, STRIDE, NAMESAKES, BLOCKS = 50, 2_000, 20, 20
DAY = dt.timedelta(days=1)
RISING, FALLING = ("at", "id"), ("-at", "-id")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Sight:
    """How far the right to read the log goes: codes of countries, or everything, entries of no country with it."""

    countries: tuple[str, ...]
    everywhere: bool


def sight(person: User) -> Sight:
    """A grant reaches a country if it stands on the whole of it, or if its role reaches the region."""
    held = list(reach.grants(person, LOG_READ).select_related("role", "territory"))
    there = set(Territory.objects.filter(level=Level.COUNTRY).values_list("code", flat=True))
    reached = {
        grant.territory.code
        for grant in held
        if grant.territory is not None
        and grant.territory.level == Level.COUNTRY
        and grant.role.reach == Reach.TERRITORY
    }
    region = any(grant.role.reach == Reach.REGION for grant in held)
    everywhere = region or bool(reached and reached >= there)
    return Sight(tuple(sorted(there if everywhere else reached)), everywhere)


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands in the order of the log."""

    at: dt.datetime
    key: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // dt.timedelta(microseconds=1)}.{self.key}"


def place_of(text: str) -> Place | None:
    """Of what str(place) gave; None for anything else."""
    micros, _, key = text.partition(".")
    if not (text.isascii() and micros.isdecimal() and key.isdecimal() and len(text) < 40):
        return None
    try:
        return Place(EPOCH + dt.timedelta(microseconds=int(micros)), int(key))
    except OverflowError:
        return None


@dataclass(frozen=True)
class Filters:
    """since, until: first and last day, in UTC. person, institution: keys. Empty: whatever it is."""

    person: int | None = None
    kind: str = ""
    object_type: str = ""
    object_id: str = ""
    country: str = ""
    institution: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    origin: str = ""

    def narrow(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        wanted = {name: value for name, value in self.named().items() if name not in ("since", "until")}
        found = entries.filter(**wanted)
        if self.since:
            found = found.filter(at__gte=_midnight(self.since))
        if self.until and self.until < dt.date.max:
            found = found.filter(at__lt=_midnight(self.until + DAY))
        if self.origin:
            found = found.exclude(origin="")  # the index holds only entries with one
        return found

    def named(self) -> dict[str, str | int | dt.date]:
        """What is asked for, by name."""
        return {name: value for name, value in vars(self).items() if value not in (None, "")}

    def texts(self) -> dict[str, str]:
        """The same as an address and an export keep it."""
        return {name: str(value) for name, value in self.named().items()}


@dataclass(frozen=True)
class Page:
    """Entries, the latest first unless it was asked otherwise; whether there are newer and older ones beside them."""

    entries: list[Entry] = field(default_factory=list)
    newer: Place | None = None
    older: Place | None = None


def seen(wanted: Sight) -> list[QuerySet[Entry]]:
    """The entries in sight, as parts that an index gives in order: one a country, or one for everything."""
    if wanted.everywhere:
        return [Entry.objects.all()]
    return [Entry.objects.filter(country=code) for code in wanted.countries]


def page(
    wanted: Sight,
    filters: Filters,
    *,
    before: Place | None = None,
    after: Place | None = None,
    oldest_first: bool = False,
    size: int = PAGE,
) -> Page:
    """The entries before a place, or those just after it; without one the last, or the first if they come first."""
    rising = after is not None or (oldest_first and before is None)
    parts = [
        _beyond(filters.narrow(part), before, after).order_by(*(RISING if rising else FALLING))
        for part in seen(wanted)
    ]
    found = list(_merged(parts, RISING if rising else FALLING, size + 1))
    more, shown = len(found) > size, found[:size]
    if not shown:
        return Page()
    if rising:
        shown.reverse()
    newest, oldest = (Place(entry.at, entry.pk) for entry in (shown[0], shown[-1]))
    return Page(
        shown[::-1] if oldest_first else shown,
        newer=newest if (more if rising else before is not None) else None,
        older=oldest if (after is not None if rising else more) else None,
    )


def _merged(parts: list[QuerySet[Entry]], order: tuple[str, str], count: int) -> QuerySet[Entry]:
    """The first of each part, and of these the first."""
    if not parts:
        return Entry.objects.none()
    if len(parts) == 1:
        return parts[0][:count]
    first, *others = (part[:count] for part in parts)
    return first.union(*others, all=True).order_by(*order)[:count]


def _beyond(part: QuerySet[Entry], before: Place | None, after: Place | None) -> QuerySet[Entry]:
    """The comparison of the hour stands by itself, so that the index begins there."""
    if after:
        return part.filter(at__gte=after.at).filter(Q(at__gt=after.at) | Q(pk__gt=after.key))
    if before:
        return part.filter(at__lte=before.at).filter(Q(at__lt=before.at) | Q(pk__lt=before.key))
    return part


def walk(wanted: Sight, filters: Filters) -> Iterator[Entry]:
    """Every entry that the filters leave, the latest first, page by page."""
    last: Place | None = None
    while True:
        found = page(wanted, filters, before=last, size=STRIDE)
        yield from found.entries
        if found.older is None:
            return
        last = found.older


def people_named(auditor: User, text: str) -> list[User]:
    """Whom an auditor may mean: the person of an address, else people in reach whose name has words that begin so."""
    if "@" in text:
        return list(User.objects.filter(email=text.strip().lower()))
    if not folded(text):
        return []
    found = reach.people(auditor, PEOPLE_VIEW).filter(words_begin(text))
    return list(found.order_by(alphabetical(), "pk")[:NAMESAKES])


@dataclass(frozen=True)
class SealsState:
    """waiting: how many entries have no seal, 10,001 for more than ten thousand. verdict: of the last verification."""

    blocks: list[Block]
    waiting: int
    waiting_since: dt.datetime | None
    verified_at: dt.datetime | None
    verdict: dict[str, object] | None


def seals() -> SealsState:
    """For whoever may read the log; without that right nothing waits and nothing was verified."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, since, verified_at, verdict::text FROM almenara_log_state()")
        waiting, since, verified_at, verdict = cursor.fetchone() or (0, None, None, None)
    blocks = list(Block.objects.order_by("-number")[:BLOCKS])
    return SealsState(blocks, waiting, since, verified_at, json.loads(verdict) if verdict else None)


def holds(
    *, lifted: bool, before: str | int | None = None, after: str | int | None = None, size: int = PAGE
) -> paging.Page[LegalHold]:
    """Legal holds in force, or those that were lifted, as far as the database shows them: the latest first."""
    found = LegalHold.objects.filter(lifted_at__isnull=not lifted).select_related("placed_by", "lifted_by")
    return paging.page_of(found, before=before, after=after, size=size, order=paging.Order([], falling=True))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC)
