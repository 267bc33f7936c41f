from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from almenara.accounts import permissions, reach
from almenara.accounts.models import (
    BrokenGlass,
    FocalPoint,
    GrantReview,
    Institution,
    Office,
    ServiceAccount,
    User,
)
from almenara.places.countries import Named, called, named
from almenara.places.models import Level, Territory
from almenara.places.paging import Page, page_of
from almenara.places.queries import in_alphabet, words_begin


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means any. country: its code; closed: "1" for those that are closed, too."""

    text: str = ""
    kind: str = ""
    country: str = ""
    closed: str = ""
    before: str = ""
    after: str = ""


def listed(wanted: Wanted) -> Page[Institution]:
    """Institutions are no secret to who is signed in. With their seat, and how many offices are open."""
    found = Institution.objects.select_related("seat").annotate(
        open_offices=Count("offices", filter=Q(offices__closed_on=None))
    )
    if wanted.closed != "1":
        found = found.filter(closed_on=None)
    if wanted.text:
        found = found.filter(words_begin(wanted.text) | Q(short_name__istartswith=wanted.text.strip()))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.country:
        found = found.filter(seat__country=wanted.country)
    return page_of(found, before=wanted.before, after=wanted.after)


def offices_of(institution: Institution, *, before: str = "", after: str = "") -> Page[Office]:
    return page_of(institution.offices.select_related("territory"), before=before, after=after)


def services_of(institution: Institution) -> list[ServiceAccount]:
    return sorted(institution.services.all(), key=lambda service: in_alphabet(service.name))


def countries() -> list[Named]:
    return named(Territory.objects.all())


def countries_managed(by: User) -> QuerySet[Territory]:
    return reach.territories(by, permissions.INSTITUTIONS_MANAGE).filter(level=Level.COUNTRY).order_by("code")


def focal_points() -> list[FocalPoint]:
    """All there are and were, countries in the reader's alphabet, those of now first in each; with `country_name`."""
    found = list(FocalPoint.objects.select_related("country__iso", "person__institution"))
    for point in found:
        point.country_name = called(point.country)  # type: ignore[attr-defined]
    return sorted(found, key=_place_in_the_list)


def _place_in_the_list(point: Any) -> tuple[str, str, str, bool, int]:
    key = in_alphabet(point.country_name)
    return key, point.country.code, point.constituency, point.until is not None, -point.since.toordinal()


def emergencies() -> QuerySet[BrokenGlass]:
    """Those that the reader may know of, as the database decides; the latest first."""
    return BrokenGlass.objects.select_related("person__institution").order_by("-at", "-pk")[:200]


def reviews(by: User) -> QuerySet[GrantReview]:
    """Of the institutions that the reader reviews, open ones first; with how many grants wait for a decision."""
    return (
        GrantReview.objects.filter(institution__in=reach.institutions(by, permissions.GRANTS_REVIEW))
        .select_related("institution")
        .annotate(left=Count("grants", filter=Q(grants__decision="")), all=Count("grants"))
        .order_by("-closed_at", "due_on")
    )
