from __future__ import annotations

from django.db import models

from almenara.places.models.levels import in_language
from almenara.places.models.territories import Territory


class Country(models.Model):
    """A country of the region by its ISO 3166-1 codes; alpha3 is its territory's code. The capital: degrees, WGS 84."""

    territory = models.OneToOneField(Territory, models.CASCADE, primary_key=True, related_name="iso")
    alpha2 = models.CharField(max_length=2, unique=True)
    alpha3 = models.CharField(max_length=3, unique=True)
    numeric = models.CharField(max_length=3, unique=True)
    name_es = models.CharField(max_length=80)
    name_pt = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=80)
    capital = models.CharField(max_length=80)
    capital_longitude = models.FloatField()
    capital_latitude = models.FloatField()

    def __str__(self) -> str:
        return self.alpha3

    def name(self, language: str | None = None) -> str:
        return in_language(self, "name", language)
