"""Who reviews the grants of an institution, and when a review is done."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from almenara.accounts import permissions, reach
from almenara.accounts.models import GrantReview, Institution, ReviewedGrant, User
from almenara.accounts.policies import answering

LEFT = ngettext_lazy(
    "%(count)s grant is still to be decided.", "%(count)s grants are still to be decided.", "count"
)


def check_can_open_review(by: User, institution: Institution) -> None:
    if not reach.institutions(by, permissions.GRANTS_REVIEW).filter(pk=institution.pk).exists():
        raise PermissionDenied("institution")
    if GrantReview.objects.filter(institution=institution, closed_at=None).exists():
        raise ValidationError(_("A review of this institution is open already."), "open")


def check_can_decide(by: User, review: GrantReview) -> None:
    if not reach.institutions(by, permissions.GRANTS_REVIEW).filter(pk=review.institution_id).exists():
        raise PermissionDenied("institution")
    if review.closed_at is not None:
        raise ValidationError(_("This review is closed."), "closed")


def check_can_decide_about(by: User, reviewed: ReviewedGrant) -> None:
    """Of each one by itself, whoever may decide in its review. The database repeats it: migration 0014 of this app."""
    if reviewed.grant.person_id == by.pk:
        raise ValidationError(
            _("Nobody reviews their own grants: another administrator decides about yours."), "own"
        )


def check_can_close_review(by: User, review: GrantReview) -> None:
    check_can_decide(by, review)
    left = review.grants.filter(decision="").count()
    if left:
        raise ValidationError(LEFT % {"count": left}, "left")


can_open_review = answering(check_can_open_review)
can_decide = answering(check_can_decide)
can_decide_about = answering(check_can_decide_about)
can_close_review = answering(check_can_close_review)
