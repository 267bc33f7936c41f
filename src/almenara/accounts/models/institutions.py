from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models.people import User
from almenara.places.fields import InAlphabets
from almenara.places.models import Territory


class Kind(models.TextChoices):
    """What an institution is, as the countries' agreements sort them."""

    MINISTRY = "ministry", _("Ministry")
    POLICE = "police", _("Police")
    INSPECTORATE = "inspectorate", _("Labour inspectorate")
    HEALTH = "health", _("Health service")
    EDUCATION = "education", _("Education service")
    CHILD_PROTECTION = "child_protection", _("Child protection service")
    EMPLOYERS = "employers", _("Employers' organisation")
    WORKERS = "workers", _("Workers' organisation")
    NGO = "ngo", _("Non-governmental organisation")
    INTERNATIONAL = "international", _("International organisation")


class Constituency(models.TextChoices):
    """The three sides of a tripartite country, ILO's constituents."""

    GOVERNMENT = "government", _("Government")
    EMPLOYERS = "employers", _("Employers")
    WORKERS = "workers", _("Workers")


class Institution(InAlphabets):
    """A body that takes part. seat: the territory it answers for, its country if national; null if regional."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    seat = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="institutions", verbose_name=_("seat")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seat", "name"], nulls_distinct=False, name="one_institution_per_name"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.INTERNATIONAL) | Q(seat__isnull=False),
                name="only_an_international_body_has_no_seat",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=[f"sort_key_{language}", "id"], name=f"institution_order_{language}")
            for language in ("es", "pt", "en", "fr")
        ]

    def __str__(self) -> str:
        return self.name


class Office(InAlphabets):
    """A place where an institution works, with the territory that it covers."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="offices")
    name = models.CharField(_("name"), max_length=200)
    territory = models.ForeignKey(
        Territory, models.PROTECT, related_name="offices", verbose_name=_("territory")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="one_office_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class FocalPoint(models.Model):
    """Who speaks for a country's constituency, and from when to when: the history stays."""

    country = models.ForeignKey(Territory, models.PROTECT, related_name="focal_points")
    constituency = models.CharField(_("constituency"), max_length=10, choices=Constituency.choices)
    person = models.ForeignKey(User, models.PROTECT, related_name="focal_points", verbose_name=_("person"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["country", "constituency"], condition=Q(until=None), name="one_focal_point_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="focal_point_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country_id} {self.constituency} {self.person_id}"
