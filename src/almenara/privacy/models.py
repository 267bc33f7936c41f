from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LegalHold(models.Model):
    """A record that must not be erased, whatever its term: a trial, a complaint, an inquiry."""

    record_type = models.CharField(max_length=100)
    record_key = models.UUIDField()
    reason = models.TextField(_("reason"))
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.TextField(_("reason for lifting it"), blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_key"],
                condition=models.Q(lifted_at=None),
                name="one_hold_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None) | models.Q(lifted_by__isnull=False),
                name="a_person_lifts_a_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"hold on {self.record_type} {self.record_key}"


class Deletion(models.Model):
    """Proof that a record was erased. It outlives the record, and names it by its public id alone."""

    class Why(models.TextChoices):
        TERM = "term", _("Its term had ended")
        RESTORED = "restored", _("A restored backup had brought it back")

    record_type = models.CharField(max_length=100)
    record_key = models.UUIDField()
    why = models.CharField(max_length=10, choices=Why.choices)
    deleted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record_type", "record_key"], name="deletion_of_record")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_key}"
