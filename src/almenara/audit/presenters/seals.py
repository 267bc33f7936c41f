"""How the log is sealed, as an auditor reads it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.audit.models import Block
from almenara.audit.presenters.plain import value
from almenara.audit.queries import SealsState
from almenara.witness.shipping import last_shipped, shipped_to_syslog

MANY = 10_000
LATE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Copy:
    """behind: how many blocks it lacks, None where the place does not answer."""

    place: str
    behind: int | None


@dataclass(frozen=True)
class Seals:
    blocks: list[Block]
    waiting: str
    waiting_since: dt.datetime | None
    late: bool
    copies: list[Copy]
    verified_at: dt.datetime | None
    verdict: list[tuple[str, str]]
    faults: int


def seals(state: SealsState) -> Seals:
    last = state.blocks[0].number if state.blocks else 0
    verdict = state.verdict or {}
    faults = verdict.get("faults")
    return Seals(
        blocks=state.blocks,
        waiting=_waiting(state.waiting),
        waiting_since=state.waiting_since,
        late=state.waiting_since is not None and timezone.now() - state.waiting_since > LATE,
        copies=copies(last),
        verified_at=state.verified_at,
        verdict=[(name, value(kept)) for name, kept in verdict.items() if name != "faults"],
        faults=len(faults) if isinstance(faults, list) else 0,
    )


def _waiting(count: int) -> str:
    if count > MANY:
        return _("More than 10,000 entries wait for their seal.")
    return ngettext(
        "%(count)d entry waits for its seal.", "%(count)d entries wait for their seal.", count
    ) % {"count": count}


def copies(last: int) -> list[Copy]:
    """The places to which the blocks' heads go, and how far each has come."""
    places = [(_("A file apart from the database"), last_shipped)]
    if settings.WITNESS_SYSLOG:
        places.append((_("A syslog server"), shipped_to_syslog))
    found = []
    for place, reached in places:
        try:
            found.append(Copy(place, max(0, last - reached())))
        except (OSError, ValueError):
            found.append(Copy(place, None))
    return found
