"""How the log stands, for everybody: it tells of no entry. What auditors read of it is almenara.audit's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from almenara.witness.shipping import shipped_everywhere

LATE_SECONDS = 60


@dataclass(frozen=True)
class SealingState:
    """last_sealed: of the last block. unsealed_since, unshipped_since: of what waits longest, None if nothing does."""

    last_sealed: datetime | None
    unsealed_since: datetime | None
    unshipped_since: datetime | None
    behind: bool


def sealing_state() -> SealingState:
    """Whether entries are sealed and heads shipped within a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT sealed_at FROM witness_block ORDER BY number DESC LIMIT 1), almenara_unsealed_since(),"
            " (SELECT sealed_at FROM witness_block WHERE number > %s ORDER BY number LIMIT 1), clock_timestamp()",
            [shipped_everywhere()],
        )
        last, unsealed, unshipped, now = cursor.fetchone()
    waits = [(now - since).total_seconds() for since in (unsealed, unshipped) if since is not None]
    return SealingState(last, unsealed, unshipped, max(waits, default=0.0) > LATE_SECONDS)
