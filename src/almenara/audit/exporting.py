"""The log as a table to take away: what the filters leave of what the asker may read, when the job runs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

from almenara.accounts.models import User
from almenara.audit import queries
from almenara.common.identity import identified
from almenara.privacy.exports import Table
from almenara.privacy.writer import Cell

NAME = "log"
READ: dict[str, Callable[[str], Any]] = {
    "person": int,
    "institution": int,
    "since": dt.date.fromisoformat,
    "until": dt.date.fromisoformat,
}
COLUMNS = (
    "id", "at", "kind", "person", "person_name", "service", "reason", "request", "object_type", "object_id", "country",
    "institution", "detail",
)  # fmt: skip


def table(arguments: dict[str, Any]) -> Table:
    """arguments: as queries.Filters.texts gives them. In the name of whoever asked."""
    asker = User.objects.get(pk=identified().person or 0)
    asked = {name: READ.get(name, str)(value) for name, value in arguments.items()}
    return Table(COLUMNS, _rows(queries.sight(asker), queries.Filters(**asked)))


def _rows(sight: queries.Sight, filters: queries.Filters) -> Iterator[tuple[Cell, ...]]:
    names = dict(User.objects.values_list("pk", "name"))
    for entry in queries.walk(sight, filters):
        yield (
            entry.pk, entry.at.isoformat(), entry.kind, entry.person, names.get(entry.person or 0, ""), entry.service,
            entry.reason, entry.origin, entry.object_type, entry.object_id, entry.country, entry.institution,
            json.dumps(entry.detail, ensure_ascii=False),
        )  # fmt: skip
