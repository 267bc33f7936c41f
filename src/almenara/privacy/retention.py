"""How long records are kept, what holds them back, and the proof that they are gone.

An app declares the term of each kind of record; the nightly job erases what is due, in batches, each with its proof in
the same transaction. A proof names the record by its public id, which says nothing about a person. Proofs are also
written to a ledger outside the database, and `almenara restore` erases again whatever an older backup brings back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from almenara.common.identity import Identity, acting_as, identified
from almenara.privacy.ledger import Entry, Ledger
from almenara.privacy.models import Deletion, LegalHold

BATCH = 500


@dataclass(frozen=True)
class Schedule:
    """A kind of record: model (app.Model), the column from whose moment the term runs (null: it does not run yet).

    key: its column with a UUID that is never used again. why: the reason or the law behind the term.
    """

    model: str
    since: str
    days: int
    why: str
    key: str = "public_id"

    @cached_property
    def table(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def term(self) -> int:
        """Days, as the operator set them or as the app declares them."""
        return int(settings.RETENTION_DAYS.get(self.model, self.days))

    def due(self, moment: dt.datetime) -> models.QuerySet[models.Model]:
        """Records whose term has ended, those on hold left out."""
        held = LegalHold.objects.filter(record_type=self.model, lifted_at=None).values("record_key")
        return self.table._default_manager.filter(
            **{f"{self.since}__lt": moment - dt.timedelta(days=self.term)}
        ).exclude(**{f"{self.key}__in": held})


_SCHEDULES: dict[str, Schedule] = {}


def keep(schedule: Schedule) -> None:
    """Declare how long a kind of record is kept; from AppConfig.ready()."""
    _SCHEDULES[schedule.model] = schedule


def schedules() -> tuple[Schedule, ...]:
    return tuple(_SCHEDULES.values())


def erase_due(moment: dt.datetime | None = None) -> int:
    """Erase what is due, of every kind, in the open transaction, and then ship the proofs; how many records."""
    moment = moment or timezone.now()
    _wait_for_who_holds()
    erased = sum(_erase(schedule, moment) for schedule in schedules())
    transaction.on_commit(partial(_ship_as, identified()))
    return erased


def _wait_for_who_holds() -> None:
    """A hold that is being placed counts; one that comes later waits, and then finds its record gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {connection.ops.quote_name(LegalHold._meta.db_table)} IN SHARE MODE")


def _ship_as(identity: Identity) -> None:
    """The identity ended with the transaction, and without one no proof is seen."""
    with acting_as(identity):
        ship()


def _erase(schedule: Schedule, moment: dt.datetime) -> int:
    erased = 0
    while batch := list(
        schedule.due(moment).select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH]
    ):
        _delete(schedule, batch, Deletion.Why.TERM)
        erased += len(batch)
    return erased


def _delete(schedule: Schedule, records: list[models.Model], why: str) -> None:
    with transaction.atomic():
        Deletion.objects.bulk_create(
            Deletion(record_type=schedule.model, record_key=getattr(record, schedule.key), why=why)
            for record in records
        )
        schedule.table._default_manager.filter(pk__in=[record.pk for record in records]).delete()


def ship() -> int:
    """Write the proofs that the ledger lacks into it; how many. Whatever stopped it before, nothing is left out."""
    ledger = Ledger.at(settings.DATA)
    known = ledger.known()
    fresh = [entry for entry in _proofs() if entry.identity not in known]
    ledger.append(fresh)
    return len(fresh)


def _proofs() -> Iterator[Entry]:
    for proof in Deletion.objects.order_by("pk").iterator():
        yield Entry(proof.record_type, str(proof.record_key), proof.deleted_at.isoformat())


def erase_again() -> int:
    """Erase whatever the ledger says was erased and is there again, as the owner: a restore may bring it back.

    How many records. Raises CheckFailedError if the ledger was altered.
    """
    again = 0
    ledger = Ledger.at(settings.DATA)
    for schedule in schedules():
        keys = [entry.record_key for entry in ledger.entries() if entry.record_type == schedule.model]
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            back = list(schedule.table._default_manager.filter(**{f"{schedule.key}__in": part}))
            if back:
                _delete(schedule, back, Deletion.Why.RESTORED)
            again += len(back)
    return again
