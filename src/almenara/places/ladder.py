"""The levels of a country as tables name them: its own, once declared; else country, department, municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from almenara.places.models import FURTHER, Level, Territory, Tier
from almenara.places.records import TerritoryRecord

_CLASSES = tuple(str(level) for level in Level)


@dataclass(frozen=True)
class Ladder:
    """tiers: from the top; none where the country has declared none."""

    tiers: Sequence[Tier] = ()

    @property
    def words(self) -> list[str]:
        """What the column level may say, from the top; the classes' own names are always understood."""
        return [tier.code for tier in self.tiers] or list(_CLASSES)

    def find(self, word: str) -> tuple[str, str] | None:
        """Class and tier (its code, empty where none is declared) of a level's name; None if it is no level here."""
        for tier in self.tiers:
            if word == tier.code or (word == tier.level and word != FURTHER):
                return tier.level, tier.code
        return (word, "") if not self.tiers and word in _CLASSES else None

    def tier(self, code: str) -> Tier | None:
        return next((tier for tier in self.tiers if tier.code == code), None)

    def has(self, record: TerritoryRecord) -> bool:
        return self.tier(record.tier) is not None or self.find(record.level) is not None

    def depth(self, record: TerritoryRecord) -> int:
        return self._depth(record.level, record.tier)

    def depth_of(self, place: Territory) -> int:
        return self._depth(place.level, place.tier.code if place.tier else "")

    def _depth(self, level: str, code: str) -> int:
        tier = self.tier(code or (self.find(level) or ("", ""))[1])
        if tier is not None:
            return tier.rank
        return _CLASSES.index(level) if level in _CLASSES else len(_CLASSES)


PLAIN = Ladder()


def ladder_of(country: str) -> Ladder:
    return Ladder(tuple(Tier.objects.filter(country=country).order_by("rank")))
