"""The list of what was erased, outside the database: a line a record, chained, so that a line taken out is seen.

It holds the kind of each record, its public id and the day. Whoever restores an older database needs it, so it is
copied with the keys, apart from the backups.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from almenara.common.errors import CheckFailedError, Fault

BEGINNING = "0" * 64


@dataclass(frozen=True)
class Entry:
    """deleted_at: ISO 8601."""

    record_type: str
    record_key: str
    deleted_at: str

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.record_type, self.record_key, self.deleted_at

    def chained(self, previous: str) -> str:
        return hashlib.sha256("\n".join((previous, *self.identity)).encode()).hexdigest()


@dataclass(frozen=True)
class Ledger:
    path: Path

    @classmethod
    def at(cls, data: Path | str) -> Ledger:
        return cls(Path(data) / "deletions" / "ledger.jsonl")

    def entries(self) -> Iterator[Entry]:
        """In the order written; a torn last line is left out. Raises CheckFailedError where one was altered."""
        previous = BEGINNING
        for number, line in enumerate(self._lines(), 1):
            said = json.loads(line)
            entry = Entry(said["type"], said["key"], said["at"])
            previous = entry.chained(previous)
            if previous != said["chain"]:
                raise CheckFailedError(
                    Fault(
                        f"Line {number} does not follow from those before it: the list of what was erased was altered.",
                        str(self.path),
                        "Put back the copy that lies with the keys, and run the command again.",
                    )
                )
            yield entry

    def known(self) -> set[tuple[str, str, str]]:
        return {entry.identity for entry in self.entries()}

    def append(self, entries: Iterable[Entry]) -> None:
        """On the disk when it returns. Two processes write one after the other."""
        fresh = list(entries)
        if not fresh:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._mend(file.fileno())
            previous = self._last_chain()
            for entry in fresh:
                previous = entry.chained(previous)
                said = {
                    "type": entry.record_type, "key": entry.record_key, "at": entry.deleted_at, "chain": previous,
                }  # fmt: skip
                file.write(json.dumps(said).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _mend(self, descriptor: int) -> None:
        """Take away a last line that a crash left unfinished: its proof is in the database and is written anew."""
        content = self.path.read_bytes()
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)

    def _last_chain(self) -> str:
        last = BEGINNING
        for line in self._lines():
            last = json.loads(line)["chain"]
        return last

    def _lines(self) -> Iterator[str]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            yield from (line for line in file if line.endswith("\n"))
