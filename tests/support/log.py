"""Entries of the log, written as the database's owner within a test's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from tests.support.database import owner_rights


def say(kind: str = "read", **columns: Any) -> int:
    """An entry; columns as in the table, `detail` as an object. Its key."""
    columns = {"kind": kind, **columns}
    if "detail" in columns:
        columns["detail"] = json.dumps(columns["detail"])
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO witness_entry ({', '.join(columns)})"
            f" VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id",
            list(columns.values()),
        )
        return int(cursor.fetchone()[0])


KINDS = ("read", "search", "update", "refusal", "signin")


def say_many(count: int, *, people: list[int], countries: list[str], kinds: Sequence[str] = KINDS) -> None:
    """Entries a second apart, turn by turn of every person, country, kind and object there is."""
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO witness_entry (at, kind, person, origin, object_type, object_id, country, detail)"
            " SELECT timestamptz '2026-01-01 00:00Z' + n * interval '1 second',"
            " (%(kinds)s::text[])[1 + n %% cardinality(%(kinds)s::text[])],"
            " (%(people)s::bigint[])[1 + n / 5 %% cardinality(%(people)s::bigint[])],"
            " 'request-' || n / 3, 'accounts_user', (n %% 997)::text,"
            " (%(countries)s::text[])[1 + n / 7 %% cardinality(%(countries)s::text[])],"
            """ '{"before": {"name": "a"}, "after": {"name": "b"}}' FROM generate_series(1, %(count)s) n""",
            {"people": people, "countries": countries, "kinds": list(kinds), "count": count},
        )
        cursor.execute("ANALYZE witness_entry")
