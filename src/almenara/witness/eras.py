"""Eras: a database that was brought back numbers its transactions anew, so its log starts a new era."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from almenara.common.errors import Fault, MachineError
from almenara.witness.actions import record
from almenara.witness.keys import SealKey, current_key
from almenara.witness.shipping import append_lines, heads_file, last_shipped


@dataclass(frozen=True)
class Standing:
    """How far the log had come: the era, and the number of the last block made, be it in the database or shipped."""

    era: int = 0
    block: int = 0


@dataclass(frozen=True)
class Loss:
    """Blocks with kept < number < resumed were lost when a database was brought back, with the operator's knowledge.

    It stands in the copy of the heads under a keyed digest: a database's owner without the key cannot write it.
    """

    era: int
    kept: int
    resumed: int
    at: str

    def line(self, key: SealKey) -> str:
        return json.dumps({"restored": asdict(self), "key_id": key.id, "mac": self.mac(key)})

    def mac(self, key: SealKey) -> str:
        text = json.dumps(asdict(self), sort_keys=True).encode()
        return hmac.new(key.secret, b"restored\0" + text, "sha256").hexdigest()


def standing() -> Standing:
    """Before a database is replaced; nothing where it has no log yet."""
    if "witness_block" not in connection.introspection.table_names():
        return Standing(0, last_shipped())
    era, block = _standing_in_database()
    return Standing(era, max(block, last_shipped()))


def begin_era(*, before: Standing, why: str) -> int:
    """Begin an era, as the database's owner, and say so in the log and in the copy of the heads. Its number.

    before: how far the log had come in the database that was replaced. Raises MachineError where the era has begun and
    the copy does not answer.
    """
    with transaction.atomic():
        _wait_for_writers()
        kept_era, kept = _standing_in_database()
        era, resumed = max(kept_era, before.era) + 1, max(kept, before.block) + 1
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO witness_era (era, why, first_block) VALUES (%s, %s, %s)", [era, why, resumed]
            )
        record(kind="restore", detail={"why": why, "era": era, "kept": kept, "resumed": resumed})
    _tell_the_copy(Loss(era, kept, resumed, datetime.now(UTC).isoformat(timespec="seconds")))
    return era


def _wait_for_writers() -> None:
    """Whoever still writes in the former era ends first: its last entry is then known."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE witness_entry IN SHARE ROW EXCLUSIVE MODE")


def _tell_the_copy(loss: Loss) -> None:
    try:
        append_lines([loss.line(current_key())])
    except OSError as error:
        raise MachineError(
            Fault(
                f"The log's era {loss.era} has begun, but the copy of the heads could not be told: {error}.",
                str(heads_file()),
                "When the place answers, run almenara witness new-era, or the blocks that were lost pass for cut off.",
            )
        ) from None


def _standing_in_database() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(era) FROM witness_era), (SELECT coalesce(max(number), 0) FROM witness_block)"
        )
        era, block = cursor.fetchone()
        return int(era), int(block)
