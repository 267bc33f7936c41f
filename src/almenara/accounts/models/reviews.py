from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models.grants import Grant
from almenara.accounts.models.institutions import Institution
from almenara.accounts.models.people import User


class Decision(models.TextChoices):
    KEEP = "keep", _("Keep")
    END = "end", _("End")


class GrantReview(models.Model):
    """One look at all grants of an institution: each is kept or ended before the review is closed."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="reviews")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="reviews_opened")
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reviews_closed")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution"], condition=Q(closed_at=None), name="one_open_review_an_institution"
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.institution_id}"


class ReviewedGrant(models.Model):
    """A grant as the review found it, and what was decided. dormant: nobody signed in with it for 90 days."""

    review = models.ForeignKey(GrantReview, models.PROTECT, related_name="grants")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="reviews")
    last_sign_in = models.DateTimeField(null=True, blank=True)
    dormant = models.BooleanField()
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="grants_reviewed"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "grant"], name="a_grant_once_a_review"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="a_decision_has_its_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} in review {self.review_id}"
