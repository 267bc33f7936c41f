from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from almenara.accounts.models.institutions import Institution, Office
from almenara.accounts.models.people import User
from almenara.places.models import Territory


class Reach(models.TextChoices):
    """How far a role reaches from where its grant stands."""

    OFFICE = "office", _("its office")
    INSTITUTION = "institution", _("its institution, within the territory")
    TERRITORY = "territory", _("every institution of the territory")
    REGION = "region", _("the whole region")


class Role(models.Model):
    """A named set of permissions, as data. needs_second_factor: whoever holds it signs in with two.

    needs_second_giver: a grant counts only when a second administrator has confirmed it. excludes: codes of roles that
    the same person may not hold at the same time.
    """

    code = models.SlugField(primary_key=True)
    permissions = ArrayField(models.CharField(max_length=40))
    reach = models.CharField(max_length=12, choices=Reach.choices)
    needs_second_factor = models.BooleanField(default=True)
    needs_second_giver = models.BooleanField(default=False)
    excludes = ArrayField(models.SlugField(), default=list)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.code


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, day: dt.date | None = None) -> GrantQuerySet:
        """Those that count on the day (default: today): begun, not ended, confirmed, their person active.

        What the operator gave at the machine (given by nobody) needs no confirmation: the first administrators.
        """
        day = day or timezone.now().date()
        return self.filter(
            Q(until=None) | Q(until__gte=day),
            Q(role__needs_second_giver=False) | Q(confirmed_by__isnull=False) | Q(given_by=None),
            since__lte=day,
            ended_at=None,
            person__is_active=True,
        )


class Grant(models.Model):
    """A role at an institution or one of its offices, for a territory (null: wherever these work), for a term.

    since, until: first and last day. Nobody gives or confirms their own; a confirmation comes from a second person. A
    grant is never changed: it is ended, and another one given.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="grants")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="grants")
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="grants")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="grants_given")
    given_at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(_("reason"), blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="grants_confirmed"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="grants_ended")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = GrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(given_by=None) | ~Q(given_by=F("person")), name="nobody_gives_their_own_grant"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | (~Q(confirmed_by=F("person")) & (Q(given_by=None) | ~Q(confirmed_by=F("given_by")))),
                name="a_second_person_confirms",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="grant_days_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], condition=Q(ended_at=None), name="grants_not_ended")
        ]

    def __str__(self) -> str:
        return f"{self.role_id} of {self.person_id}"


class BrokenGlass(models.Model):
    """Emergency access to one object beyond the grants: a typed reason, three hours, the supervisor told."""

    person = models.ForeignKey(User, models.PROTECT, related_name="broken_glass")
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    told = ArrayField(models.BigIntegerField(), default=list)  # keys of the supervisors who got the message

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "object_type", "until"], name="glass_in_force")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.object_type} {self.object_id}"
