"""Territories: where they are, who lives there, and what they were before."""

from almenara.places.models.history import (
    Change,
    ChangeKind,
    ChangeLink,
    NameKind,
    TerritoryCode,
    TerritoryName,
)
from almenara.places.models.levels import FURTHER, LANGUAGES, Level, Tier
from almenara.places.models.region import Country
from almenara.places.models.territories import Boundary, Population, Territory

__all__ = [
    "FURTHER",
    "LANGUAGES",
    "Boundary",
    "Change",
    "ChangeKind",
    "ChangeLink",
    "Country",
    "Level",
    "NameKind",
    "Population",
    "Territory",
    "TerritoryCode",
    "TerritoryName",
    "Tier",
]
