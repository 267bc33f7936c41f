"""The log in tests: what the site writes is committed, and read as the owner, who no policy hides it from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from almenara.config.database.base import as_owner
from almenara.config.database.roles import OWNER, WITNESS
from almenara.witness.blocks import HEAD, Block, block_of

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


TABLES = ("witness_entry", "witness_block", "witness_era")


@contextmanager
def without_guard() -> Iterator[psycopg.Connection[Row]]:
    """As the owner who knows what he does: the triggers that keep the log are laid off for him."""
    with connected() as owner:
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        try:
            yield owner
        finally:
            for table in TABLES:
                owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")


def empty() -> None:
    """As after the installation: no entry, no block, era 1."""
    with without_guard() as owner:
        owner.execute("TRUNCATE witness_entry, witness_block")
        owner.execute("DELETE FROM witness_era WHERE era > 1")


def say(count: int, **said: Any) -> None:
    """Entries of the site, each a transaction of its own."""
    from almenara.witness.actions import record

    for number in range(count):
        record(**{"kind": "read", "object_type": "probe", "object_id": number, **said})


def blocks() -> list[Block]:
    with connected(WITNESS) as witness:
        witness.row_factory = psycopg.rows.tuple_row  # type: ignore[assignment]
        return [
            block_of(tuple(row))
            for row in witness.execute(f"SELECT {HEAD} FROM witness_block ORDER BY number")
        ]
