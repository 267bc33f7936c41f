"""Seals the log, block after block, within seconds of each entry."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from almenara.common.errors import Fault, MachineError
from almenara.witness.blocks import BEGINNING, HEAD, ROW, Block, Seal, last_block
from almenara.witness.connecting import Connection, as_witness
from almenara.witness.keys import SealKey, current_key
from almenara.witness.shipping import last_shipped, ship

PAUSE = 1.0  # seconds
HEARTBEAT = timedelta(days=1)
LOCK = 0x416C6D  # one process seals at a time

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Moment:
    """What the database says at one time: every transaction below `finished` has ended, for good or ill."""

    finished: int
    at: datetime
    eras: tuple[tuple[int, int], ...]  # (era, number that its first block has at least)


@dataclass(frozen=True)
class Span:
    era: int
    from_xid: int
    to_xid: int


def seal_forever(stop: threading.Event, pause: float = PAUSE) -> None:
    """Seal and ship until told to stop. One of several processes does it; what fails is logged and tried again."""
    said = ""
    while not stop.is_set():
        try:
            with as_witness() as connection:
                _seal_while_leading(connection, stop, pause)
        except Exception as error:  # whatever it is, the next round tries again: a log without seals is worse
            if said != (said := str(error)):  # once, not every second
                logger.error("The log is not sealed or not shipped: %s", said)
        stop.wait(pause)


def seal_beside(stop: threading.Event) -> None:
    """As seal_forever, in a process that does other work too; nothing where a service of its own seals."""
    if not settings.SEALED_APART:
        seal_forever(stop)


def _seal_while_leading(connection: Connection, stop: threading.Event, pause: float) -> None:
    while not stop.is_set():
        if _leads(connection):
            seal_pending(connection)
            ship(connection)
        stop.wait(pause)


def seal_once() -> list[Block]:
    """Seal what waits, and ship it; the blocks made, none where another process seals. Raises MachineError."""
    with as_witness() as connection:
        if not _leads(connection):
            return []
        made = seal_pending(connection)
        ship(connection)
        return made


def _leads(connection: Connection) -> bool:
    """Whether this session holds the lock, which goes with it. Raises MachineError if another role than ours has it."""
    held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid() AND granted"
    if connection.execute(held, [LOCK]).fetchone():
        return True
    found = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    if found is not None and found[0]:
        return True
    _check_a_witness_leads(connection)
    return False


def _check_a_witness_leads(connection: Connection) -> None:
    """Any role may take an advisory lock: who does it in the witness's place keeps the log from being sealed."""
    others = connection.execute(
        "SELECT a.usename, a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.objid = %s AND l.classid = 0 AND l.granted"
        " AND a.datname = current_database() AND a.usename <> current_user",
        [LOCK],
    ).fetchall()
    if others:
        raise MachineError(
            Fault(
                "The log is not sealed: a role that cannot seal holds the sealers' lock.",
                "pg_locks",
                "End its session (pg_terminate_backend) and find out who opened it.",
                tuple(f"{role}, process {process}" for role, process in others),
            )
        )


def seal_pending(connection: Connection) -> list[Block]:
    """A block for each era that has entries which no block holds yet; after a day without any, an empty one.

    Raises MachineError where the database has fewer blocks than were shipped, or transactions number anew.
    """
    made: list[Block] = []
    key = current_key()
    moment, last = _moment(connection), last_block(connection)
    _check_nothing_is_gone(moment, last)
    for span in _spans(connection, moment, last):
        if _has_entries(connection, span) or _heart_beats(span, moment, last):
            last = _seal(connection, span, moment, last, key)
            made.append(last)
    return made


def _moment(connection: Connection) -> Moment:
    """The end of the range comes first: what is read afterwards sees every transaction below it."""
    found = connection.execute(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, clock_timestamp()"
    ).fetchone()
    eras = connection.execute("SELECT era, first_block FROM witness_era ORDER BY era").fetchall()
    assert found is not None  # noqa: S101 (a SELECT without FROM has a row)
    return Moment(int(found[0]), found[1], tuple((era, first) for era, first in eras))


def _check_nothing_is_gone(moment: Moment, last: Block | None) -> None:
    try:
        shipped, in_database = last_shipped(), last.number if last else 0
    except OSError:  # shipping says so
        return
    if shipped < _number(moment, last):
        return
    raise MachineError(
        Fault(
            f"The last block of the log is {in_database}, but block {shipped} was shipped: the log was cut, or a "
            "database was brought back by other means than almenara restore.",
            "witness_block",
            "Run almenara witness verify. If you brought the database back, run almenara witness new-era.",
        )
    )


def _number(moment: Moment, last: Block | None) -> int:
    return max(last.number + 1 if last else 1, moment.eras[-1][1])


def _spans(connection: Connection, moment: Moment, last: Block | None) -> Iterator[Span]:
    """What of each era no block holds yet. An era that is over ends after its last entry."""
    current = moment.eras[-1][0]
    for era, _ in moment.eras:
        if last and era < last.era:
            continue
        start = last.to_xid if last and era == last.era else 0
        end = moment.finished if era == current else max(start, _after_the_last(connection, era))
        if end < start:
            raise MachineError(
                Fault(
                    f"The next transaction is {end}, but all below {start} are sealed: the database was brought back.",
                    "witness_block",
                    "Run almenara witness new-era if it was you, and almenara witness verify in any case.",
                )
            )
        yield Span(era, start, end)


def _after_the_last(connection: Connection, era: int) -> int:
    found = connection.execute(
        "SELECT xid::text FROM witness_entry WHERE era = %s ORDER BY xid DESC LIMIT 1", [era]
    ).fetchone()
    return int(found[0]) + 1 if found else 0


def _within(span: Span) -> str:
    return f"era = {span.era:d} AND xid >= '{span.from_xid:d}'::xid8 AND xid < '{span.to_xid:d}'::xid8"


def _has_entries(connection: Connection, span: Span) -> bool:
    query = f"SELECT 1 FROM witness_entry WHERE {_within(span)} LIMIT 1"
    return connection.execute(query).fetchone() is not None


def _heart_beats(span: Span, moment: Moment, last: Block | None) -> bool:
    return span.era == moment.eras[-1][0] and last is not None and moment.at - last.sealed_at >= HEARTBEAT


def _seal(connection: Connection, span: Span, moment: Moment, last: Block | None, key: SealKey) -> Block:
    previous = last.digest if last else BEGINNING
    seal = Seal(key, previous)
    rows = f"COPY (SELECT {ROW} FROM witness_entry WHERE {_within(span)} ORDER BY xid, id) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(rows) as copied:
        seal.add(copied)
    number = _number(moment, last)
    draft = Block(number, span.era, span.from_xid, span.to_xid, seal.rows, b"", previous, moment.at, key.id)
    block = replace(draft, digest=seal.digest(draft.head))
    connection.execute(
        f"INSERT INTO witness_block ({HEAD.replace('::text', '')}) VALUES"
        " (%s, %s, %s::text::xid8, %s::text::xid8, %s, %s, %s, %s, %s)",
        [block.number, block.era, str(block.from_xid), str(block.to_xid), block.entries, block.digest,
         block.previous, block.sealed_at, block.key_id],
    )  # fmt: skip
    return block
