from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from almenara.accounts.actions.grants import end
from almenara.accounts.models import Decision, Grant, GrantReview, Institution, ReviewedGrant, User
from almenara.accounts.policies.grants import over
from almenara.accounts.policies.reviews import (
    check_can_close_review,
    check_can_decide,
    check_can_decide_about,
    check_can_open_review,
)
from almenara.accounts.rows import held
from almenara.witness.actions import record

DUE_IN = dt.timedelta(days=30)
DORMANT_AFTER = dt.timedelta(days=90)


@transaction.atomic
def open_review(*, by: User, institution: Institution, due_on: dt.date | None = None) -> GrantReview:
    """With every grant of the institution that has not ended. Raises PermissionDenied, ValidationError."""
    held(institution)
    check_can_open_review(by, institution)
    now = timezone.now()
    review = GrantReview.objects.create(
        institution=institution, opened_by=by, opened_at=now, due_on=due_on or (now + DUE_IN).date()
    )
    grants = Grant.objects.filter(institution=institution, ended_at=None).select_related("person")
    ReviewedGrant.objects.bulk_create(
        ReviewedGrant(
            review=review,
            grant=grant,
            last_sign_in=grant.person.last_login,
            dormant=dormant(grant, now),
        )
        for grant in grants
        if not over(grant)
    )
    _say("review_opened", review)
    return review


def dormant(grant: Grant, now: dt.datetime) -> bool:
    """Nobody signed in with it for 90 days; who never did counts from when they joined or were given it."""
    seen = grant.person.last_login or max(grant.person.date_joined, grant.given_at)
    return now - seen > DORMANT_AFTER


@transaction.atomic
def decide(*, by: User, review: GrantReview, decisions: Mapping[int, str], reason: str = "") -> int:
    """decisions: key of a reviewed grant → keep or end. How many were decided; those decided before stay as they are.

    Raises PermissionDenied; ValidationError if one of them is theirs or cannot be ended (see check_can_decide_about,
    check_can_end), and then none is decided.
    """
    check_can_decide(by, review)
    waiting = review.grants.select_for_update(of=("self",)).select_related("grant").filter(decision="")
    done = 0
    for reviewed in waiting.filter(pk__in=decisions).order_by("pk"):
        check_can_decide_about(by, reviewed)
        decision = Decision(decisions[reviewed.pk])
        if decision == Decision.END and not over(reviewed.grant):
            end(by=by, grant=reviewed.grant, reason=reason)
        Grant.objects.filter(pk=reviewed.grant_id).update(reviewed_at=timezone.now())
        reviewed.decision, reviewed.reason = decision, reason.strip()
        reviewed.decided_by, reviewed.decided_at = by, timezone.now()
        reviewed.save()
        done += 1
    return done


@transaction.atomic
def close_review(*, by: User, review: GrantReview) -> None:
    """Raises PermissionDenied, and ValidationError while a grant is undecided."""
    review = held(review)
    check_can_close_review(by, review)
    review.closed_by, review.closed_at = by, timezone.now()
    review.save(update_fields=["closed_by", "closed_at"])
    _say("review_closed", review)


def _say(kind: str, review: GrantReview) -> None:
    record(
        kind=kind,
        object_type=GrantReview._meta.db_table,
        object_id=review.pk,
        institution=review.institution_id,
    )
