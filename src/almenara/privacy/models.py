from __future__ import annotations

import uuid
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


class Export(models.Model):
    """A file that somebody asked for. Only that person sees the row; the file is encrypted and gone after its term.

    arguments: what the exporter was told. wrapped_key: the file's own key, encrypted; gone with the file. stored_bytes:
    length of the encrypted file. sha256: of what is downloaded. problem: why it failed.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("expired")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.TextField(_("purpose"))
    exporter = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict, blank=True)
    file_format = models.CharField(max_length=4, choices=Format.choices, default=Format.CSV)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    rows = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    wrapped_key = models.BinaryField(null=True)
    stored_bytes = models.BigIntegerField(null=True)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(db_index=True)
    finished = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)
    downloaded = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-created"], name="exports_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="done", wrapped_key__isnull=False) | models.Q(wrapped_key=None),
                name="only_a_ready_export_has_a_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exporter} {self.public_id}"
