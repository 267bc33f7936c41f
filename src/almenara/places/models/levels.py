from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

LANGUAGES = ("es", "pt", "en", "fr")
FURTHER = "further"


class Level(models.TextChoices):
    """The three classes of territories for which results are shown, from the top. What else there is is FURTHER."""

    COUNTRY = "country"
    DEPARTMENT = "department"
    MUNICIPALITY = "municipality"


LEVELS = [*Level.choices, (FURTHER, "Further level")]


def in_language(item: models.Model, field: str, language: str | None = None) -> str:
    """field_es, field_pt … of the reader's language; Spanish where the language is none of the four."""
    wanted = (language or get_language() or "es")[:2]
    return str(getattr(item, f"{field}_{wanted if wanted in LANGUAGES else 'es'}"))


class Tier(models.Model):
    """A level of a country's own tree, under its own name: rank 0 is the country, 1 what is next below it, and so on.

    level: the class in which results show its territories. FURTHER if in none: provinces between departments and
    municipalities, great regions above departments, districts below municipalities.
    """

    country = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    level = models.CharField(max_length=12, choices=LEVELS)
    name_es = models.CharField(max_length=80)
    name_pt = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=80)
    plural_es = models.CharField(max_length=80)
    plural_pt = models.CharField(max_length=80)
    plural_en = models.CharField(max_length=80)
    plural_fr = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["country", "rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "rank"], name="one_tier_per_rank"),
            models.UniqueConstraint(fields=["country", "code"], name="one_tier_per_code"),
            models.UniqueConstraint(
                fields=["country", "level"], condition=~Q(level=FURTHER), name="one_tier_per_level"
            ),
            models.CheckConstraint(
                condition=Q(rank=0, level=Level.COUNTRY) | (Q(rank__gt=0) & ~Q(level=Level.COUNTRY)),
                name="the_first_tier_is_the_country",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.rank} {self.code}"

    def name(self, language: str | None = None) -> str:
        return in_language(self, "name", language)

    def plural(self, language: str | None = None) -> str:
        return in_language(self, "plural", language)
