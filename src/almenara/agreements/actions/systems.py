from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from almenara.accounts.models import Institution, User
from almenara.agreements.models import Feed, Match, Sameness, System


@dataclass(frozen=True)
class Judgement:
    sameness: Sameness
    note: str = ""


@transaction.atomic
def put_system(
    system: System,
    *,
    judgements: Mapping[str, Judgement],
    receivers: Iterable[Institution],
    by: User | None,
) -> System:
    """Keep an entry of the inventory, new or changed, with all that hangs on it. judgements: by the concept's code.

    A concept that is not named keeps the judgement that it has. receivers: all whom the system feeds. by: nobody where
    it is simulated.
    """
    if system.pk is None:
        system.created_by = by
    system.save()
    for concept, judged in judgements.items():
        Match.objects.update_or_create(
            system=system, concept_id=concept, defaults={"sameness": judged.sameness, "note": judged.note}
        )
    _feed(system, {institution.pk for institution in receivers} - {system.owner_id})
    return system


def _feed(system: System, receivers: set[int]) -> None:
    there = set(system.feeds.values_list("receiver_id", flat=True))
    system.feeds.filter(receiver__in=there - receivers).delete()
    for receiver in sorted(receivers - there):
        Feed.objects.create(system=system, receiver_id=receiver)
