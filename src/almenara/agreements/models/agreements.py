from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models import Institution
from almenara.places.fields import InAlphabets


class Frequency(models.TextChoices):
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    HALF_YEARLY = "half_yearly", _("Half-yearly")
    YEARLY = "yearly", _("Yearly")
    ON_DEMAND = "on_demand", _("On demand")


class Form(models.TextChoices):
    """What is given: numbers that are ready, rows of persons or cases, or papers."""

    FIGURES = "figures", _("Indicator figures")
    RECORDS = "records", _("Records")
    DOCUMENTS = "documents", _("Documents")


class Format(models.TextChoices):
    SPREADSHEET = "spreadsheet", _("Spreadsheet")
    CSV = "csv", _("Text table (CSV)")
    DATABASE = "database", _("Database")
    SERVICE = "service", _("Web service (API)")
    PDF = "pdf", _("PDF")
    PAPER = "paper", _("Paper")
    OTHER = "other", _("Another")


class Status(models.TextChoices):
    """What people decide. What the calendar decides, expiring and expired, is derived: see agreements.standing."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent for signature")
    IN_FORCE = "in_force", _("In force")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


class Agreement(InAlphabets):
    """What the provider commits to give the receiver.

    since, until: first and last day; until null where no end was agreed. renews: the agreement that this one continues.
    Once it has left the draft only its status and the responsible persons change: the database refuses the rest.
    """

    provider = models.ForeignKey(
        Institution,
        models.PROTECT,
        related_name="agreements_given",
        verbose_name=_("institution that provides"),
    )
    receiver = models.ForeignKey(
        Institution,
        models.PROTECT,
        related_name="agreements_received",
        verbose_name=_("institution that receives"),
    )
    name = models.CharField(_("title"), max_length=200)
    reference = models.CharField(_("reference number"), max_length=60, blank=True)
    legal_basis = models.TextField(_("legal basis"), max_length=2000)
    frequency = models.CharField(_("how often"), max_length=12, choices=Frequency.choices)
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True)
    provider_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("responsible person of the providing institution"),
    )  # fmt: skip
    receiver_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("responsible person of the receiving institution"),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    renews = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="renewals")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(provider=F("receiver")), name="nobody_agrees_with_themselves"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="agreement_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(renews=F("id")), name="no_agreement_renews_itself"),
        ]
        indexes: ClassVar = [
            *(
                models.Index(fields=[f"sort_key_{language}", "id"], name=f"agreement_order_{language}")
                for language in ("es", "pt", "en", "fr")
            ),
            models.Index(fields=["until"], condition=Q(status="in_force"), name="agreements_in_force"),
        ]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One thing that is given under an agreement. indicator: code of the harmonised indicator, where there is one."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="items")
    name = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    form = models.CharField(_("form"), max_length=12, choices=Form.choices)
    format = models.CharField(_("format"), max_length=12, choices=Format.choices)
    indicator = models.CharField(_("code of the harmonised indicator"), max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "name"], name="one_item_per_title")
        ]

    def __str__(self) -> str:
        return self.name


class Transition(models.Model):
    """A change of status, why and by whom. Never changed, never removed."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="transitions")
    former = models.CharField(max_length=12, choices=Status.choices)
    latter = models.CharField(max_length=12, choices=Status.choices)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.former} → {self.latter}"


class Reminder(models.Model):
    """That a person was told of an agreement's end, at most `step` days before it. A later end has its own."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="reminders")
    until = models.DateField()
    step = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "until", "step", "person"], name="one_reminder_per_step_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.step} {self.person_id}"
