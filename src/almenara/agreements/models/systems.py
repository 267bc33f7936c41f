from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models import Institution
from almenara.agreements.models.agreements import Format, Frequency
from almenara.places.fields import InAlphabets
from almenara.privacy.fields import EncryptedTextField


class Concept(models.Model):
    """A definition that the countries have harmonised, as data: only migrations write it."""

    code = models.SlugField(primary_key=True)
    position = models.PositiveSmallIntegerField(unique=True)
    name_es = models.CharField(max_length=100)
    name_pt = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    name_fr = models.CharField(max_length=100)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """In the reader's language."""
        return str(getattr(self, f"name_{(get_language() or 'es')[:2]}"))


class Sameness(models.TextChoices):
    """How far a system's definition agrees with the harmonised one."""

    SAME = "same", _("The same")
    PARTLY = "partly", _("The same in part")
    DIFFERENT = "different", _("Different")
    UNKNOWN = "unknown", _("Not known")


class System(InAlphabets):
    """An information system that an institution keeps. population: whom it covers. since: first day of its data."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        Institution, models.PROTECT, related_name="systems", verbose_name=_("institution that owns it")
    )
    name = models.CharField(_("name of the system"), max_length=200)
    content = models.TextField(_("what it holds"), max_length=2000, blank=True)
    population = models.TextField(_("whom it covers"), max_length=1000, blank=True)
    format = models.CharField(_("format"), max_length=12, choices=Format.choices, blank=True)
    frequency = models.CharField(
        _("how often it is updated"), max_length=12, choices=Frequency.choices, blank=True
    )
    responsible_role = models.CharField(_("responsible post"), max_length=200, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("responsible person"),
    )  # fmt: skip
    since = models.DateField(_("first day of its data"), null=True, blank=True)
    technical_contact = EncryptedTextField(
        row="public_id", verbose_name=_("technical contact"), max_length=300, blank=True, default=""
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_system_per_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=[f"sort_key_{language}", "id"], name=f"system_order_{language}")
            for language in ("es", "pt", "en", "fr")
        ]

    def __str__(self) -> str:
        return self.name


class Match(models.Model):
    """How far one system's definition of one concept agrees with the harmonised one."""

    system = models.ForeignKey(System, models.CASCADE, related_name="matches")
    concept = models.ForeignKey(Concept, models.PROTECT, related_name="matches")
    sameness = models.CharField(max_length=10, choices=Sameness.choices, default=Sameness.UNKNOWN)
    note = models.TextField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "concept"], name="one_match_per_concept")
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.concept_id} {self.sameness}"


class Feed(models.Model):
    """That a system's data reach an institution today, with or without an agreement."""

    system = models.ForeignKey(System, models.CASCADE, related_name="feeds")
    receiver = models.ForeignKey(Institution, models.PROTECT, related_name="fed_by")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "receiver"], name="one_feed_per_receiver")
        ]

    def __str__(self) -> str:
        return f"{self.system_id} → {self.receiver_id}"
