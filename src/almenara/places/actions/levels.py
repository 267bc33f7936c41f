"""The levels of a country under their own names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from almenara.common.locks import write_alone
from almenara.places.checks import fault_if, refuse
from almenara.places.checks_histories import TIERS, check_tiers
from almenara.places.models import FURTHER, Territory, Tier
from almenara.places.records import TierRecord

ASIDE = 1000  # ranks are moved there while others take their places


@transaction.atomic
def save_tiers(*, country: str, records: Sequence[TierRecord], by: AbstractBaseUser | None) -> int:
    """The country's levels are those of the records from now on; its territories are put on them.

    Raises RefusedError: faults of the records, levels left out or of another class that territories are on, territories
    that would hang from a level that is not above theirs.
    """
    write_alone(country)
    check_tiers(records)
    used = {tier.code: tier for tier in Tier.objects.filter(country=country, territories__isnull=False)}
    _check_used(records, used)
    Tier.objects.filter(country=country).exclude(code__in=used).delete()
    Tier.objects.filter(country=country, rank__gt=0).update(rank=F("rank") + ASIDE)
    for record in sorted(records, key=lambda record: record.rank):
        tier = used.get(record.code) or Tier(country=country, code=record.code)
        for name, value in _columns(record).items():
            setattr(tier, name, value)
        tier.save()
        if tier.level != FURTHER:
            Territory.objects.filter(country=country, tier=None, level=tier.level).update(tier=tier)
    _check_territories(country)
    return len(records)


def _columns(record: TierRecord) -> dict[str, Any]:
    names = {f"name_{language}": name for language, name in record.names.items()}
    plurals = {f"plural_{language}": name for language, name in record.plurals.items()}
    return {"rank": record.rank, "level": record.level, **names, **plurals}


def _check_used(records: Sequence[TierRecord], used: dict[str, Tier]) -> None:
    levels = {record.code: record.level for record in records}
    refuse(
        [
            *fault_if(
                "Levels that territories are on are left out.",
                "List them too.",
                sorted(used.keys() - levels.keys()),
                TIERS,
            ),
            *fault_if(
                "Levels that territories are on would change their class.",
                "Leave their class as it is.",
                [
                    f"{code}: {tier.level}"
                    for code, tier in used.items()
                    if levels.get(code, tier.level) != tier.level
                ],
                TIERS,
            ),
        ]
    )


def _check_territories(country: str) -> None:
    places = Territory.objects.filter(country=country)
    refuse(
        [
            *fault_if(
                "Territories are of a class that no level has.",
                "Give the class to a level.",
                [f"{code}: {level}" for code, level in places.filter(tier=None).values_list("code", "level")],
                TIERS,
            ),
            *fault_if(
                "Territories would hang from a level that is not above theirs.",
                "Put the levels in the order of the tree.",
                places.filter(parent__tier__rank__gte=F("tier__rank")).values_list("code", flat=True),
                TIERS,
            ),
        ]
    )
