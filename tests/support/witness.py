"""The log in tests: what the site writes is committed, and read as the owner, who no policy hides it from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from almenara.config.database.base import as_owner
from almenara.config.database.roles import OWNER

Row = dict[str, Any]


@contextmanager
def connected(role: str = OWNER) -> Iterator[psycopg.Connection[Row]]:
    """A connection of its own to the tests' database, in a role, committing each statement."""
    from django.db import connection

    wrapper = connection.copy()
    wrapper.settings_dict["ROLE"] = role
    given = wrapper.get_connection_params()
    named = {name: given[name] for name in ("host", "port", "user", "password", "dbname")}
    with psycopg.connect(**named, autocommit=True, row_factory=psycopg.rows.dict_row) as made:
        yield made


@dataclass
class Log:
    """The entries since this was made."""

    owner: psycopg.Connection[Row]
    since: int = field(init=False)

    def __post_init__(self) -> None:
        [row] = self.owner.execute("SELECT coalesce(max(id), 0) AS last FROM witness_entry")
        self.since = row["last"]

    def entries(self) -> list[Row]:
        return self.owner.execute(
            "SELECT * FROM witness_entry WHERE id > %s ORDER BY id", [self.since]
        ).fetchall()

    def said(self, *columns: str) -> list[tuple[Any, ...]]:
        return [tuple(row[column] for column in columns) for row in self.entries()]


@contextmanager
def migrated(*operations: Any) -> Iterator[None]:
    """With migration operations applied by the owner, and taken back in the end."""
    from django.db import connection
    from django.db.migrations.state import ProjectState

    state = ProjectState()
    with as_owner(), connection.schema_editor() as editor:
        for operation in operations:
            operation.database_forwards("witness", editor, state, state)
    try:
        yield
    finally:
        with as_owner(), connection.schema_editor() as editor:
            for operation in reversed(operations):
                operation.database_backwards("witness", editor, state, state)
