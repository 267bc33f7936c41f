"""What territories were called and coded, and how they came out of each other. Days are half-open: from, until."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from almenara.places.fields import SearchNameField
from almenara.places.models.territories import Territory

if TYPE_CHECKING:
    from datetime import date


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name=name
    )


class TerritoryCode(models.Model):
    """A code that a territory has or had in a scheme (ibge6, ine, its own former one), beside its code of today."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["territory", "scheme", "code", "valid_from"],
                name="one_code_of_a_scheme_at_a_time",
                nulls_distinct=False,
            ),
            _in_order("codes_end_after_they_begin"),
        ]
        indexes: ClassVar = [models.Index(fields=["code", "scheme"], name="territory_by_code")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class NameKind(models.TextChoices):
    FORMER = "former"
    ALTERNATE = "alternate"
    ABBREVIATION = "abbreviation"


class TerritoryName(models.Model):
    """Another name of a territory: a former one, one in another language, an abbreviation.

    language: a BCP 47 tag (quz, gn, en), empty where it is of none.
    """

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=NameKind.choices)
    language = models.CharField(max_length=35, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    search_name = SearchNameField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["territory", "name", "kind", "language", "valid_from"],
                name="one_name_of_a_kind_at_a_time",
                nulls_distinct=False,
            ),
            _in_order("names_end_after_they_begin"),
        ]

    def __str__(self) -> str:
        return self.name


class ChangeKind(models.TextChoices):
    SPLIT = "split"
    MERGER = "merger"
    RENAME = "rename"
    TRANSFER = "transfer"


class Change(models.Model):
    """One event on one day: what was before and what came of it are its links. label: its name within the country."""

    country = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    day = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["country", "day", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "label"], name="one_change_per_label")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.label}"


class ChangeLink(models.Model):
    """weight: the share of the predecessor's people who have lived in the successor since the change.

    population: how many they were, where it is known. former_parent: what the predecessor belonged to, if that changed.
    """

    change = models.ForeignKey(Change, models.CASCADE, related_name="links")
    predecessor = models.ForeignKey(Territory, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Territory, models.PROTECT, related_name="origins")
    weight = models.FloatField()
    population = models.FloatField(null=True, blank=True)
    former_parent = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change", "predecessor", "successor"], name="one_link_between_two_territories"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="weights_are_shares"),
            models.CheckConstraint(
                condition=Q(population=None) | Q(population__gte=0), name="no_negative_population"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} × {self.weight:g}"

    @property
    def day(self) -> date:
        return self.change.day
