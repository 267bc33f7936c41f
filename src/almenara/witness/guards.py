"""What the database itself must do so that changes come into the log and nothing goes out of it: is it still in place?

Only the tables' owner can lay it off. Whoever does so for a moment and puts it back is not seen here.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps

from almenara.witness.connecting import Connection
from almenara.witness.history import EMPTIED, TRIGGER, untracked

APPEND_ONLY = "append_only"
LOG = ("witness_entry", "witness_era", "witness_block")


def laid_off(connection: Connection) -> list[str]:
    """Triggers that do not run though they should, and the log's row-level security, in the order of their names."""
    states = connection.execute(
        "SELECT c.relname::text, t.tgname::text, t.tgenabled::text FROM pg_class c"
        " LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = ANY(%s)"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'",
        [[TRIGGER, EMPTIED, APPEND_ONLY]],
    ).fetchall()
    there = {table for table, *_ in states}
    run = {
        (table, name) for table, name, state in states if state == "A" or (state == "O" and table not in LOG)
    }
    missing = [f"{name} on {table}" for table, name in sorted(set(_wanted()) - run) if table in there]
    secured = "SELECT relrowsecurity FROM pg_class WHERE oid = 'public.witness_entry'::regclass"
    if connection.execute(secured).fetchone() != (True,):
        missing.append("row-level security on witness_entry")
    return missing


def _wanted() -> Iterator[tuple[str, str]]:
    yield from ((table, APPEND_ONLY) for table in LOG)
    for config in apps.get_app_configs():
        if config.name.startswith("almenara."):
            reasons = untracked(config)
            for model in config.get_models(include_auto_created=True):
                if model._meta.label not in reasons:
                    yield from ((model._meta.db_table, name) for name in (TRIGGER, EMPTIED))
