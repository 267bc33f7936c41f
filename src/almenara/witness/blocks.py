"""A block of the log and its seal: HMAC-SHA-256 over the previous seal, the rows and the block's own head.

A row is what COPY makes of it: one line a row, line breaks and tabulators of its texts escaped, in the order (xid, id).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from almenara.witness.connecting import Connection
from almenara.witness.keys import SealKey

BEGINNING = bytes(32)  # what the first block has for the previous one's seal
ROW = "era, xid, id, at, kind, person, service, reason, origin, object_type, object_id, country, institution, detail"
HEAD = "number, era, from_xid::text, to_xid::text, entries, digest, previous, sealed_at, key_id"


@dataclass(frozen=True)
class Block:
    """Entries of an era with from_xid <= xid < to_xid. digest, previous: 32 bytes."""

    number: int
    era: int
    from_xid: int
    to_xid: int
    entries: int
    digest: bytes
    previous: bytes
    sealed_at: datetime
    key_id: str

    @property
    def head(self) -> bytes:
        """What the seal covers beside rows and previous seal."""
        at = self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
        named = (self.number, self.era, self.from_xid, self.to_xid, self.entries, at, self.key_id)
        return "\t".join(["block", *map(str, named)]).encode() + b"\n"


def block_of(row: tuple[Any, ...]) -> Block:
    """Of the columns HEAD."""
    number, era, from_xid, to_xid, *rest = row
    return Block(number, era, int(from_xid), int(to_xid), *rest)


def last_block(connection: Connection) -> Block | None:
    found = connection.execute(f"SELECT {HEAD} FROM witness_block ORDER BY number DESC LIMIT 1").fetchone()
    return None if found is None else block_of(found)


class Seal:
    """Takes row after row; its digest is the block's."""

    def __init__(self, key: SealKey, previous: bytes) -> None:
        self._mac = hmac.new(key.secret, previous, "sha256")
        self.rows = 0

    def add(self, rows: Iterable[bytes | memoryview | bytearray]) -> None:
        for row in rows:
            self.add_row(row)

    def add_row(self, row: bytes | memoryview | bytearray) -> None:
        self._mac.update(row)
        self.rows += 1

    def digest(self, head: bytes) -> bytes:
        self._mac.update(head)
        return self._mac.digest()
