"""Changes of rows, kept by the database itself: a trigger that a migration lays on a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.migrations.operations.base import Operation
from psycopg import sql

TRIGGER, EMPTIED = "witness_history", "witness_emptied"


class TrackHistory(Operation):
    """From this migration on, every change of the table's rows is an entry: before and after, of what changed.

    private: columns whose values are never written, only that they changed (encrypted ones, passwords, free text).
    ignore: columns whose change alone is no entry (last_login). country, institution: the columns, if the table has
    them, by which auditors filter. Asked for again, it replaces what was asked for before.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        table: str,
        *,
        key: str = "id",
        private: Iterable[str] = (),
        ignore: Iterable[str] = (),
        country: str = "",
        institution: str = "",
    ) -> None:
        self.table = table
        self.columns = (key, ",".join(private), ",".join(ignore), country, institution)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        arguments = sql.SQL(", ").join([sql.Literal(column) for column in self.columns])
        schema_editor.execute(
            _composed(
                "CREATE OR REPLACE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION almenara_history({arguments})",
                trigger=sql.Identifier(TRIGGER),
                table=sql.Identifier(self.table),
                arguments=arguments,
            )
        )
        schema_editor.execute(
            _composed(
                "CREATE OR REPLACE TRIGGER {trigger} AFTER TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION almenara_history()",
                trigger=sql.Identifier(EMPTIED),
                table=sql.Identifier(self.table),
            )
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for trigger in (TRIGGER, EMPTIED):
            schema_editor.execute(
                _composed(
                    "DROP TRIGGER IF EXISTS {trigger} ON {table}",
                    trigger=sql.Identifier(trigger),
                    table=sql.Identifier(self.table),
                )
            )

    def describe(self) -> str:
        return f"Keep the history of {self.table}"


def _composed(statement: str, **parts: sql.Composable) -> str:
    return sql.SQL(statement).format(**parts).as_string()


@dataclass(frozen=True)
class Tracked:
    key: str
    private: frozenset[str]
    ignored: frozenset[str]
    country: str
    institution: str


def tracked() -> dict[str, Tracked]:
    """The tables whose changes are kept, as the database itself has them: name of the table → what was asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = %s AND t.tgenabled <> 'D'",
            [TRIGGER],
        )
        return {table: _asked_for(arguments.split("\\000")) for table, arguments in cursor.fetchall()}


def _asked_for(arguments: list[str]) -> Tracked:
    key, private, ignored, country, institution = arguments[:5]
    return Tracked(key, _names(private), _names(ignored), country, institution)


def _names(listed: str) -> frozenset[str]:
    return frozenset(filter(None, listed.split(",")))


def untracked(config: AppConfig) -> Mapping[str, str]:
    """The models of an app without history, each with the reason: what its AppConfig says in `untracked`."""
    return MappingProxyType(dict(getattr(config, "untracked", {})))
