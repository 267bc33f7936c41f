"""Who feeds whom: what the map and its table are drawn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from almenara.accounts.models import Institution, User
from almenara.agreements.models import Feed
from almenara.agreements.queries import scope
from almenara.agreements.queries.agreements import Filters
from almenara.agreements.queries.agreements import found as agreements_found
from almenara.agreements.standing import Standing, standing

DRAWN = (Standing.IN_FORCE, Standing.EXPIRING, Standing.EXPIRED)


@dataclass(frozen=True)
class Edge:
    """From a provider to a receiver: the agreement or, without one, the system. standing: None of a system."""

    provider: Institution
    receiver: Institution
    name: str
    key: int
    standing: Standing | None


def edges(person: User, filters: Filters, day: dt.date) -> list[Edge]:
    """Agreements in force, expiring or expired and, where the status does not narrow, what systems give."""
    drawn = [*_agreements(person, filters, day)]
    if not filters.standing:
        drawn += _systems(person, filters)
    return drawn


def _agreements(person: User, filters: Filters, day: dt.date) -> Iterable[Edge]:
    for agreement in agreements_found(person, filters, day).order_by("pk"):
        now = standing(agreement, day)
        if now in DRAWN:
            yield Edge(agreement.provider, agreement.receiver, agreement.name, agreement.pk, now)


def _systems(person: User, filters: Filters) -> Iterable[Edge]:
    wanted = Q(system__in=scope.systems(person).filter(closed_on=None).values("pk"))
    if filters.text:
        wanted &= Q(system__name__icontains=filters.text)
    if filters.kind:
        wanted &= Q(system__owner__kind=filters.kind) | Q(receiver__kind=filters.kind)
    if filters.institution:
        wanted &= Q(system__owner=filters.institution) | Q(receiver=filters.institution)
    fed = Feed.objects.filter(wanted).select_related("system", "system__owner", "receiver")
    for feed in fed.order_by("system", "pk"):
        yield Edge(feed.system.owner, feed.receiver, feed.system.name, feed.system_id, None)
