"""Many rows at once: PostgreSQL's COPY, for tables whose rows need no object of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def copy_in(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows, each the values of `fields` in order (of a foreign key: the key). The model's defaults do not apply.

    Takes part in the transaction that is open. Raises django.db.IntegrityError or DataError as an insert would.
    """
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    named = sql.SQL(", ").join([sql.Identifier(columns[name]) for name in fields])
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(model._meta.db_table), columns=named
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement.as_string()) as copy,
    ):
        for row in rows:
            copy.write_row(row)
