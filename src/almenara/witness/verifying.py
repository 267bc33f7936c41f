"""Whether the log is what was sealed: every entry, every block and the copy of the heads, in one pass."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings

from almenara.common.errors import Fault
from almenara.witness.blocks import BEGINNING, HEAD, ROW, Block, Seal, block_of
from almenara.witness.comparing import HeadsComparison
from almenara.witness.connecting import Connection, as_witness
from almenara.witness.findings import Finding, Findings
from almenara.witness.guards import laid_off
from almenara.witness.hours import LATE, Hours
from almenara.witness.keys import SealKey, seal_keys
from almenara.witness.shipping import heads_file

A_FETCH = 1000

Place = tuple[int, int]  # era, xid


@dataclass(frozen=True)
class Verdict:
    """blocks, entries: how many were read. faults: what is wrong. notes: what is worth knowing and no fault."""

    blocks: int
    entries: int
    unsealed: int
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(heads: Path | None, *, live: bool = False) -> Verdict:
    """Read the whole log once, a few rows in memory. heads: the copy of the heads, from where nobody else writes.

    live: it is the very file that heads are shipped to, so that what is older than a minute is in it. Raises
    psycopg.Error, OSError (of the copy), MachineError (a key that is none).
    """
    keys, findings = seal_keys(), Findings()
    compared = HeadsComparison(heads, keys, findings) if heads else None
    with ExitStack() as stack:
        first, second = (stack.enter_context(as_witness()) for _ in range(2))
        now = stack.enter_context(_one_snapshot(first, second))
        waiting_since = _waiting_since(second)
        for guard in laid_off(second):
            findings.add(Finding.UNGUARDED, guard)
        walk = Walk(Entries(stack.enter_context(_rows(first))), keys, findings)
        for block in _blocks(second):
            walk.check(block)
            if compared:
                compared.meet(block)
        unsealed = walk.finish()
    if waiting_since and now - waiting_since > LATE:
        findings.add(Finding.LATE, f"the oldest since {waiting_since:%Y-%m-%d %H:%M:%S} UTC", unsealed)
    if live and compared and compared.waiting_since and now - compared.waiting_since > LATE:
        since = f"the oldest sealed {compared.waiting_since:%Y-%m-%d %H:%M:%S} UTC"
        findings.add(Finding.NOT_ARRIVED, since, compared.waiting)
    notes = (
        compared.finish() if compared else ["No copy of the heads was given: a cut at the end is not seen."]
    )
    return Verdict(walk.blocks, walk.entries.read, unsealed, findings.faults(), [*notes, *walk.hours.notes()])


def verify_here() -> Verdict:
    """Against the copy to which this site ships; where sealing is another machine's, against what lies here of it."""
    path, apart = heads_file(), bool(settings.SEALED_APART)
    return verify(None if apart and not path.is_file() else path, live=not apart)


def say_verified(verdict: Verdict) -> None:
    """Into the log: only the witness can, so that the site cannot praise itself."""
    found = {
        "entries": verdict.entries,
        "blocks": verdict.blocks,
        "notes": verdict.notes,
        "faults": [fault.what for fault in verdict.faults],
    }
    with as_witness() as connection:
        connection.execute(
            "INSERT INTO witness_entry (kind, detail) VALUES ('verify', %s)", [json.dumps(found)]
        )


@contextmanager
def _one_snapshot(first: Connection, second: Connection) -> Iterator[datetime]:
    """Both see the log as it is now, whatever is written meanwhile; gives the database's time."""
    for connection in (first, second):
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with first.transaction(), second.transaction():
        found = first.execute("SELECT pg_export_snapshot(), clock_timestamp()").fetchone()
        assert found is not None  # noqa: S101 (a SELECT without FROM has a row)
        second.execute(f"SET TRANSACTION SNAPSHOT '{found[0]}'")
        yield found[1]


def _waiting_since(connection: Connection) -> datetime | None:
    found = connection.execute("SELECT almenara_unsealed_since()").fetchone()
    return found[0] if found else None


@contextmanager
def _rows(connection: Connection) -> Iterator[Iterator[bytes]]:
    ordered = f"COPY (SELECT {ROW} FROM witness_entry ORDER BY era, xid, id) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(ordered) as copied:
        yield (bytes(row) for row in copied)


def _blocks(connection: Connection) -> Iterator[Block]:
    with connection.cursor("blocks") as cursor:
        cursor.itersize = A_FETCH
        cursor.execute(f"SELECT {HEAD} FROM witness_block ORDER BY number")
        for row in cursor:
            yield block_of(row)


class Entries:
    """The rows in their order, to be taken up to a place."""

    def __init__(self, rows: Iterator[bytes]) -> None:
        self._rows = rows
        self.read = 0
        self.first = self.last = b""  # hours among those taken last
        self._advance()

    def _advance(self) -> None:
        self._row = next(self._rows, b"")
        if self._row:
            era, xid, _, self._at, _ = self._row.split(b"\t", 4)
            self._place: Place = (int(era), int(xid))

    def take(self, end: Place | None, seal: Seal | None = None) -> int:
        """How many rows stand before the place (None: all that are left); they go into the seal."""
        taken, self.first, self.last = 0, self._at if self._row else b"", b""
        while self._row and (end is None or self._place < end):
            if seal:
                seal.add_row(self._row)
            taken += 1
            self.first, self.last = min(self.first, self._at), max(self.last, self._at)
            self._advance()
        self.read += taken
        if not taken:
            self.first = b""
        return taken


class Walk:
    """Goes through the blocks and the entries side by side."""

    def __init__(self, entries: Entries, keys: Mapping[str, SealKey], findings: Findings) -> None:
        self.entries = entries
        self.blocks = 0
        self.hours = Hours()
        self._keys = keys
        self._findings = findings
        self._last: Block | None = None

    def check(self, block: Block) -> None:
        self._check_follows(block)
        outside = self.entries.take((block.era, block.from_xid))
        if outside:
            self._findings.add(Finding.OUTSIDE, f"{outside} before block {block.number}", outside)
        self._check_seal(block)
        self.hours.meet(block, self.entries.first, self.entries.last)
        self.blocks += 1
        self._last = block

    def finish(self) -> int:
        """How many entries come after the last block."""
        return self.entries.take(None)

    def _check_follows(self, block: Block) -> None:
        before = self._last.digest if self._last else BEGINNING
        if block.previous != before:
            after = f"block {self._last.number}" if self._last else "the beginning"
            self._findings.add(Finding.CHAIN, f"block {block.number} does not follow {after}")

    def _check_seal(self, block: Block) -> None:
        key = self._keys.get(block.key_id)
        seal = Seal(key, block.previous) if key else None
        found = self.entries.take((block.era, block.to_xid), seal)
        if seal is None:
            self._findings.add(Finding.KEY, f"block {block.number} by key {block.key_id}")
        elif seal.digest(block.head) != block.digest:
            self._blame(block, found)

    def _blame(self, block: Block, found: int) -> None:
        at = f"block {block.number}, sealed {block.sealed_at:%Y-%m-%d %H:%M:%S} UTC"
        if found < block.entries:
            gone = block.entries - found
            self._findings.add(Finding.REMOVED, f"{at}: {gone} of {block.entries} are missing", gone)
        elif found > block.entries:
            more = found - block.entries
            self._findings.add(Finding.INSERTED, f"{at}: {more} more than the {block.entries} sealed", more)
        else:
            self._findings.add(Finding.CHANGED, f"{at}: among {found} entries")
