from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models.institutions import Institution
from almenara.accounts.models.people import User


class ServiceAccount(models.Model):
    """An institution's system, which calls the interface for programs with a key."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="services", verbose_name=_("institution")
    )
    name = models.CharField(_("name of the system"), max_length=120)
    purpose = models.CharField(_("what it is for"), max_length=300)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="services_created")
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="one_service_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class ServiceKey(models.Model):
    """prefix: the part that is shown to tell keys apart; digest: SHA-256 of the whole key, which is kept nowhere.

    scopes: names of permissions, never more than the institution's own data. Two keys of one account may overlap while
    one takes the other's place.
    """

    account = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="keys")
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="service_keys_created")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="service_keys_revoked"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="a_key_expires_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def works(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
