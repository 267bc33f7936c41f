from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from almenara.places.fields import InAlphabets
from almenara.places.models.levels import LANGUAGES, LEVELS, Level, Tier


class Territory(InAlphabets):
    """A node of the administrative tree: country → department (or state) → municipality, and further levels.

    country: the code of the country it belongs to, its own if it is one. Bounds are degrees (west, south, east, north);
    null where no boundary is known. valid_from, valid_to: the first day it existed and the first on which it no longer
    did, if within memory. level: the class in which results show it; tier: the country's own level, once declared.
    parent: what it hangs from in the tree. listed_in: the department or country in whose lists and maps it is shown;
    not the parent where a further level stands between. The database keeps it.
    """

    code = models.CharField(max_length=40)
    country = models.CharField(max_length=40)
    level = models.CharField(max_length=12, choices=LEVELS)
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="territories")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    listed_in = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="listed"
    )
    name = models.CharField(max_length=200)
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)  # of a point inside the boundary
    latitude = models.FloatField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "code"], name="one_territory_per_code"),
            models.CheckConstraint(
                condition=Q(level=Level.COUNTRY, parent=None, country=models.F("code"))
                | (~Q(level=Level.COUNTRY) & Q(parent__isnull=False)),
                name="only_a_country_has_no_parent",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["country", "level", f"sort_key_{language}"], name=f"territory_order_{language}"
            )
            for language in LANGUAGES
        ]

    def __str__(self) -> str:
        return f"{self.country}/{self.code} {self.name}"

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        if self.west is None or self.south is None or self.east is None or self.north is None:
            return None
        return self.west, self.south, self.east, self.north


class Boundary(models.Model):
    """The polygon of a territory (WKB, WGS 84), apart from its row so that lists stay light."""

    territory = models.OneToOneField(Territory, models.CASCADE, primary_key=True, related_name="boundary")
    wkb = models.BinaryField()
    source = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"boundary of {self.territory_id}"


class Population(models.Model):
    """Persons of a territory in a year, by age (both ends included) and sex; the empty sex is both together."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="population")
    year = models.PositiveSmallIntegerField()
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField()
    sex = models.CharField(max_length=10, blank=True)
    count = models.FloatField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["territory", "year", "age_from", "age_to", "sex", "source"],
                name="one_count_per_group",
            ),
            models.CheckConstraint(condition=Q(age_from__lte=models.F("age_to")), name="ages_in_order"),
            models.CheckConstraint(condition=Q(count__gte=0), name="no_negative_count"),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.year} {self.age_from}-{self.age_to} {self.sex}"
