from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from almenara.accounts.models import Institution, Kind, User
from almenara.agreements.models import Agreement, Document, Item, Reminder, Transition
from almenara.agreements.queries import scope
from almenara.agreements.standing import Standing, of_standing
from almenara.places.names import folded
from almenara.places.paging import Page, order_of, page_of
from almenara.places.queries import alphabetical


@dataclass(frozen=True)
class Filters:
    """What a list or the map is narrowed to, as it stands in the address; empty: no limit.

    kind: of either institution; institution: the key of either.
    """

    text: str = ""
    standing: str = ""
    kind: str = ""
    institution: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        standing, kind, institution = (query.get(name, "") for name in ("status", "kind", "institution"))
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:100],
            standing=standing if standing in set(Standing) else "",
            kind=kind if kind in Kind.values else "",
            institution=key_of(institution),
        )

    @property
    def query(self) -> dict[str, str]:
        """As it is written into an address."""
        said = {"q": self.text, "status": self.standing, "kind": self.kind}
        return {name: value for name, value in said.items() if value} | (
            {"institution": str(self.institution)} if self.institution else {}
        )


def key_of(text: str) -> int | None:
    """A key from an address; None for what is none (digits of other scripts and what bigint cannot hold too)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def found(person: User, filters: Filters, day: dt.date) -> QuerySet[Agreement]:
    wanted = Q()
    if filters.text:
        wanted &= Q(search_name__contains=folded(filters.text)) | Q(reference__icontains=filters.text)
    if filters.standing:
        wanted &= of_standing(Standing(filters.standing), day)
    if filters.kind:
        wanted &= Q(provider__kind=filters.kind) | Q(receiver__kind=filters.kind)
    if filters.institution:
        wanted &= Q(provider=filters.institution) | Q(receiver=filters.institution)
    return scope.agreements(person).filter(wanted).select_related("provider", "receiver")


def listed(
    person: User,
    filters: Filters,
    day: dt.date,
    *,
    sort: str = "",
    after: int | None = None,
    before: int | None = None,
) -> Page[Agreement]:
    """sort: name, provider, receiver or until, with - before it where the list falls; what has no end ends last."""
    name = alphabetical()
    offered = {
        "name": [name],
        "provider": [f"provider__{name}", name],
        "receiver": [f"receiver__{name}", name],
        "until": ["last_day", name],
    }
    agreements = found(person, filters, day).annotate(last_day=Coalesce("until", Value(dt.date.max)))
    return page_of(agreements, after=after, before=before, order=order_of(sort, offered))


def whole(agreements: QuerySet[Agreement], key: int) -> Agreement | None:
    """One with everything that its page shows, whatever hangs on it, in a fixed number of queries."""
    return (
        agreements.filter(pk=key)
        .select_related("provider", "receiver", "provider_person", "receiver_person", "renews", "created_by")
        .prefetch_related(
            Prefetch("items", Item.objects.order_by("name")),
            Prefetch("transitions", Transition.objects.select_related("by").order_by("at", "pk")),
            Prefetch("documents", Document.objects.select_related("uploaded_by").order_by("-version")),
            Prefetch("reminders", Reminder.objects.select_related("person").order_by("day", "pk")),
            Prefetch("renewals", Agreement.objects.order_by("pk")),
        )
        .first()
    )


def institutions_of(person: User) -> QuerySet[Institution]:
    """Those that appear in the person's agreements."""
    mine = scope.agreements(person)
    return Institution.objects.filter(
        Q(pk__in=mine.values("provider")) | Q(pk__in=mine.values("receiver"))
    ).order_by(alphabetical(), "pk")
