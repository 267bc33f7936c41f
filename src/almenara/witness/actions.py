"""What the site says into the log. When, for whom, why and in which transaction, the database says by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils.crypto import salted_hmac

from almenara.common.identity import acting_as, identified

COLUMNS = ("kind", "object_type", "object_id", "country", "institution", "detail")
ROWS_A_STATEMENT = 1000
KEY_LENGTH = 200


@dataclass(frozen=True)
class Said:
    """What the site may say of an act. kind: small letters and underscores. object_type: the object's table.

    country: code of the country; institution: key; both only for filters. detail: whatever JSON can hold.
    """

    kind: str
    object_type: str = ""
    object_id: str | int | None = ""
    country: str | None = None
    institution: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def record(
    *,
    kind: str,
    object_type: str = "",
    object_id: str | int | None = "",
    country: str | None = None,
    institution: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """One entry, taken back with the transaction that is open. Raises django.db.Error as an insert would."""
    record_many([Said(kind, object_type, object_id, country, institution, detail or {})])


def record_many(entries: Iterable[Said]) -> None:
    """An entry each, a thousand a statement. The site cannot read what it writes, so nothing comes back."""
    rows = [_row(entry) for entry in entries]
    one = f"({', '.join(['%s'] * len(COLUMNS))})"
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            part = rows[start : start + ROWS_A_STATEMENT]
            cursor.execute(
                f"INSERT INTO witness_entry ({', '.join(COLUMNS)}) VALUES {', '.join([one] * len(part))}",
                [value for row in part for value in row],
            )


def record_read(objects: models.Model | Iterable[models.Model], reason: str = "", **more: Any) -> None:
    """An entry of kind `read` for each object that was shown.

    reason: why, where it is another than the identity's. more: country, institution, detail, the same for all.
    """
    shown = [objects] if isinstance(objects, models.Model) else objects
    entries = [Said("read", found._meta.db_table, found.pk, **more) for found in shown]
    if not reason:
        record_many(entries)
        return
    with transaction.atomic(), acting_as(replace(identified(), reason=reason)):
        record_many(entries)


def hashed_address(address: str) -> str:
    """What the log keeps of the address of a failed sign-in: equal for equal ones, of no use to whoever reads it."""
    normal = address.strip().lower()
    return salted_hmac("almenara.witness.address", normal, algorithm="sha256").hexdigest()


def _row(entry: Said) -> Sequence[Any]:
    """Control characters stay what they are: JSON escapes them, so no text of a user makes a second entry."""
    key = "" if entry.object_id is None else _without_null(str(entry.object_id))
    return (
        entry.kind,
        entry.object_type,
        key[:KEY_LENGTH],
        entry.country,
        entry.institution,
        json.dumps(_speakable(entry.detail), cls=DjangoJSONEncoder),
    )


def _speakable(value: Any) -> Any:
    """Without what PostgreSQL's text cannot hold: the null character and half a surrogate pair."""
    if isinstance(value, str):
        return _without_null(value)
    if isinstance(value, dict):
        return {_without_null(str(name)): _speakable(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_speakable(inner) for inner in value]
    return value


def _without_null(text: str) -> str:
    return text.replace("\0", "�").encode("utf-8", "replace").decode("utf-8")
