"""From former keys to the current one: every encrypted column and every keyed index of every model, batch by batch.

What is left to do is read from the stored values themselves, each of which names its key. So there is no state that an
interruption could spoil: a run that was killed is simply run again. Rows that somebody else is writing are passed over
and taken one by one at the end, so that no one waits for more than a row and no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import connection, models
from psycopg import sql

from almenara.common.errors import Fault, MachineError, RefusedError
from almenara.common.identity import Identity, acting_as, new_origin
from almenara.privacy.blind import KeyedField
from almenara.privacy.fields import EncryptedField
from almenara.privacy.keys import KeyRing, UnknownKeyError, key_ring, remove
from almenara.privacy.sealing import TamperedValueError, header

BATCH = 500
REASON = "rotation of keys"
Model = type[models.Model]
Protected = EncryptedField[Any, Any] | KeyedField


@dataclass(frozen=True)
class Holding:
    """So many values of a column are under a key; key_id is empty for values that do not begin as encrypted ones."""

    column: str
    key_id: str
    count: int


@dataclass
class Rotation:
    """rows: rewritten. unreadable: table.column and primary key of what does not open, left as it was."""

    rows: int = 0
    unreadable: list[str] = field(default_factory=list)


def protected_models(registry: Apps = apps) -> list[tuple[Model, list[Protected]]]:
    """Every model with columns under a key, those of other apps included, and these columns."""
    found = []
    for model in registry.get_models(include_auto_created=True):
        own = [
            item
            for item in model._meta.local_concrete_fields
            if isinstance(item, EncryptedField | KeyedField)
        ]
        if own and not model._meta.proxy:
            found.append((model, own))
    return found


def holdings(registry: Apps = apps) -> list[Holding]:
    """Which keys are in use, where, and how much. Raises MachineError if row-level security hides rows of it."""
    return [
        Holding(f"{model._meta.db_table}.{item.column}", key_id, count)
        for model, items in _seen_whole(registry)
        for item in items
        for key_id, count in _counted(model, item)
    ]


def waiting(registry: Apps = apps) -> int:
    """How many rows have a value that is not under the current key. Raises MachineError as holdings() does."""
    return sum(_count_stale(model, items) for model, items in _seen_whole(registry))


def rotate(
    *,
    batch: int = BATCH,
    everything: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
    registry: Apps = apps,
) -> Rotation:
    """Bring all that is stored under the current key. As the database's owner: MachineError if rows are hidden.

    batch: rows a transaction. everything: rewrite the rows under the current key too, as a new index or new rules of
    spelling ask for. progress: called after each batch with the number of rows rewritten in it.
    """
    work = _Work(Identity(reason=REASON, origin=new_origin()), everything, progress, Rotation())
    for model, items in _seen_whole(registry):
        passed_over: list[Any] = []
        for keys in _chunks(model, items, batch, everything=everything):
            passed_over += work.rewrite(model, items, keys, wait=False)
        for key in passed_over:
            work.rewrite(model, items, [key], wait=True)
    return work.done


def drop(key_id: str, *, registry: Apps = apps) -> KeyRing:
    """The ring without a key that nothing is under any more, and where it is a file, written.

    Raises UnknownKeyError; RefusedError if the key is current or in use, with the number of values in each column.
    """
    ring = key_ring()
    key = ring[key_id]
    if key == ring.current:
        raise RefusedError(
            Fault(
                f"The key {key_id} is the current one.", ring.where, "Make another first: almenara keys new"
            )
        )
    in_use = [held for held in holdings(registry) if held.key_id == key_id]
    if in_use:
        raise RefusedError(
            Fault(
                f"The key {key_id} is in use: without it {sum(held.count for held in in_use)} values would be lost.",
                ring.where,
                "Bring them under the current key first: almenara keys rotate",
                tuple(f"{held.column}: {held.count}" for held in in_use),
            )
        )
    return remove(key_id)


def _seen_whole(registry: Apps) -> list[tuple[Model, list[Protected]]]:
    """A key that is under hidden rows would seem not to be in use."""
    found = protected_models(registry)
    tables = [model._meta.db_table for model, _ in found]
    hidden = _fetched(
        sql.SQL(
            "SELECT name FROM unnest({}::text[]) AS name WHERE row_security_active(quote_ident(name))"
        ).format(sql.Literal(tables))
    )
    if hidden:
        raise MachineError(
            Fault(
                "Row-level security hides rows from this role of the database.",
                "almenara keys",
                "Act as the owner of the tables (DATABASE_OWNER_URL), and force row-level security on none of them.",
                tuple(name for (name,) in hidden),
            )
        )
    return found


@dataclass(frozen=True)
class _Work:
    identity: Identity
    everything: bool
    progress: Callable[[int], None]
    done: Rotation

    def rewrite(self, model: Model, items: list[Protected], keys: Sequence[Any], *, wait: bool) -> list[Any]:
        """One transaction. The rows that were passed over, because somebody writes them or they are done already."""
        rows = 0
        with acting_as(self.identity):
            ours = _locked(model, None if self.everything else items, keys, wait=wait)
            for instance in model._base_manager.filter(pk__in=ours):
                values = _renewed(instance, items, self.done)
                rows += bool(values and model._base_manager.filter(pk=instance.pk).update(**values))
        self.done.rows += rows
        self.progress(rows)
        return sorted(set(keys) - set(ours))


def _chunks(model: Model, items: list[Protected], size: int, *, everything: bool) -> Iterator[Sequence[Any]]:
    """Primary keys of the rows to rewrite, in order; what was rewritten meanwhile is not among the next ones."""
    conditions = [sql.SQL("true") if everything else _stale(items)]
    pk = _pk(model)
    while True:
        keys = _keys(
            model,
            sql.SQL("{} ORDER BY {} LIMIT {}").format(
                sql.SQL(" AND ").join(conditions), pk, sql.Literal(size)
            ),
        )
        if not keys:
            return
        yield keys
        conditions = [conditions[0], sql.SQL("{} > {}").format(pk, sql.Literal(keys[-1]))]


def _locked(model: Model, items: list[Protected] | None, keys: Sequence[Any], *, wait: bool) -> Sequence[Any]:
    """Those of the rows that are still to be rewritten, and that nobody else writes until the transaction ends."""
    condition = sql.SQL("true") if items is None else _stale(items)
    return _keys(
        model,
        sql.SQL("{} = ANY({}) AND {} FOR NO KEY UPDATE {}").format(
            _pk(model), sql.Literal(list(keys)), condition, sql.SQL("" if wait else "SKIP LOCKED")
        ),
    )


def _keys(model: Model, clauses: sql.Composable) -> list[Any]:
    table = sql.Identifier(model._meta.db_table)
    return [
        row[0] for row in _fetched(sql.SQL("SELECT {} FROM {} WHERE {}").format(_pk(model), table, clauses))
    ]


def _renewed(instance: models.Model, items: list[Protected], done: Rotation) -> dict[str, Any]:
    """One value that does not open keeps only itself, and what is computed from it, from being rewritten."""
    values = {}
    for item in items:
        try:
            values[item.name] = item.renewed(instance)
        except (TamperedValueError, UnknownKeyError):
            place = f"{instance._meta.db_table}.{item.column} of {instance.pk}"
            if place not in done.unreadable:
                done.unreadable.append(place)
    return values


def _stale(items: list[Protected]) -> sql.Composable:
    head = header(key_ring().current)
    return sql.SQL("({})").format(
        sql.SQL(" OR ").join(
            sql.SQL("substring({} FROM 1 FOR {}) <> {}").format(
                _header(item), sql.Literal(len(head)), sql.Literal(head)
            )
            for item in items
        )
    )


def _count_stale(model: Model, items: list[Protected]) -> int:
    statement = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(
        sql.Identifier(model._meta.db_table), _stale(items)
    )
    return int(_fetched(statement)[0][0])


def _counted(model: Model, item: Protected) -> list[tuple[str, int]]:
    statement = sql.SQL(
        "SELECT CASE WHEN length({value}) > 2"
        " THEN encode(substring({value} FROM 3 FOR get_byte({value}, 1)), 'escape') ELSE '' END,"
        " count(*) FROM {table} WHERE {value} IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).format(value=_header(item), table=sql.Identifier(model._meta.db_table))
    return [(str(key_id), int(count)) for key_id, count in _fetched(statement)]


def _header(item: Protected) -> sql.Composable:
    return sql.SQL(item.header_sql).format(column=sql.Identifier(str(item.column)))


def _pk(model: Model) -> sql.Identifier:
    return sql.Identifier(str(model._meta.pk.column))


def _fetched(statement: sql.Composable) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection))
        return list(cursor.fetchall())
