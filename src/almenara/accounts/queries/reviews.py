from __future__ import annotations

import datetime as dt

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from almenara.accounts import permissions, reach
from almenara.accounts.models import Grant, GrantReview, Institution, ReviewedGrant, User
from almenara.places.queries import alphabetical

EVERY = dt.timedelta(days=183)


def never_or_long_ago(by: User) -> QuerySet[Institution]:
    """Institutions with grants, within the reader's reach, whose last closed review is older than half a year, or none.

    `reviewed`: when it was. Those under review now are left out.
    """
    return (
        Institution.objects.filter(
            Exists(Grant.objects.filter(institution=OuterRef("pk"), ended_at=None)),
            pk__in=reach.institutions(by, permissions.GRANTS_REVIEW),
            closed_on=None,
        )
        .exclude(reviews__in=GrantReview.objects.filter(closed_at=None))
        .annotate(reviewed=Max("reviews__closed_at"))
        .filter(Q(reviewed=None) | Q(reviewed__lt=timezone.now() - EVERY))
        .order_by(alphabetical(), "pk")
    )


def reviewed(review: GrantReview) -> QuerySet[ReviewedGrant]:
    """Its grants, dormant ones first, with what a page says of each."""
    return review.grants.select_related(
        "grant__person",
        "grant__role",
        "grant__institution",
        "grant__office",
        "grant__territory",
        "decided_by",
    ).order_by("-dormant", f"grant__person__{alphabetical()}", "pk")
