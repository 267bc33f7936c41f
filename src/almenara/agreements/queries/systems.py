from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from almenara.accounts.models import Kind, User
from almenara.agreements.models import Concept, Feed, Match, Sameness, System
from almenara.agreements.queries import scope
from almenara.places.names import folded
from almenara.places.paging import Page, order_of, page_of
from almenara.places.queries import alphabetical

# What an entry of the inventory should say of a system; each concept that was judged counts as one more.
DESCRIBED = ("content", "population", "format", "frequency", "responsible_role", "since", "technical_contact")


@dataclass(frozen=True)
class SystemFilters:
    """kind: of the owner. concept and sameness narrow together: systems whose definition stands so."""

    text: str = ""
    kind: str = ""
    concept: str = ""
    sameness: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> SystemFilters:
        kind, sameness = query.get("kind", ""), query.get("sameness", "")
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:100],
            kind=kind if kind in Kind.values else "",
            concept=query.get("concept", "").replace("\0", "")[:50],
            sameness=sameness if sameness in Sameness.values else "",
        )

    @property
    def query(self) -> dict[str, str]:
        said = {"q": self.text, "kind": self.kind, "concept": self.concept, "sameness": self.sameness}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class Completeness:
    """said: how many of the asked things an entry says."""

    said: int
    asked: int


def completeness(system: System, matches: int, concepts: int) -> Completeness:
    """matches: how many concepts were judged, other than not known."""
    described = sum(bool(getattr(system, name)) for name in DESCRIBED)
    return Completeness(described + matches, len(DESCRIBED) + concepts)


def found(person: User, filters: SystemFilters) -> QuerySet[System]:
    wanted = Q()
    if filters.text:
        wanted &= Q(search_name__contains=folded(filters.text))
    if filters.kind:
        wanted &= Q(owner__kind=filters.kind)
    return scope.systems(person).filter(wanted & _agreeing(filters)).select_related("owner")


def _agreeing(filters: SystemFilters) -> Q:
    """A concept that was never judged is not known, whether it has a row or not."""
    if not filters.concept or not filters.sameness:
        return Q()
    judged = Match.objects.filter(concept=filters.concept)
    if filters.sameness == Sameness.UNKNOWN:
        return ~Q(pk__in=judged.exclude(sameness=Sameness.UNKNOWN).values("system"))
    return Q(pk__in=judged.filter(sameness=filters.sameness).values("system"))


def listed(
    person: User,
    filters: SystemFilters,
    *,
    sort: str = "",
    after: int | None = None,
    before: int | None = None,
) -> Page[System]:
    """sort: name or owner, with - before it where the list falls."""
    name = alphabetical()
    order = order_of(sort, {"name": [name], "owner": [f"owner__{name}", name]})
    with_matches = found(person, filters).prefetch_related("matches")
    return page_of(with_matches, after=after, before=before, order=order)


def whole(systems: QuerySet[System], key: int) -> System | None:
    return (
        systems.filter(pk=key)
        .select_related("owner", "responsible")
        .prefetch_related("matches", Prefetch("feeds", Feed.objects.select_related("receiver")))
        .first()
    )


def concepts() -> list[Concept]:
    return list(Concept.objects.all())
