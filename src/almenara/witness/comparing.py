"""The blocks in the database beside the heads that were shipped: both in order, one of each in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from almenara.witness.blocks import Block
from almenara.witness.findings import Finding, Findings
from almenara.witness.heads import Head, heads_in, losses_in
from almenara.witness.keys import SealKey


class HeadsComparison:
    """Is shown the blocks one after the other. A copy may begin later than the log, and end earlier; one that is not
    there has none of them."""

    def __init__(self, path: Path, keys: Mapping[str, SealKey], findings: Findings) -> None:
        # What is shipped from now on belongs to blocks that may not be shown any more.
        size = path.stat().st_size if path.exists() else 0
        self._losses = losses_in(path, size, keys) if size else []
        self._findings = findings
        self._heads = self._in_order(path, size) if size else iter(())
        self.unreadable = self.before = self.lost = self.waiting = self.seen = 0
        self.waiting_since: datetime | None = None
        self._head = next(self._heads, None)

    def meet(self, block: Block) -> None:
        while self._head and self._head.number < block.number:
            self._not_in_database(self._head)
        if self._head is None:
            self.waiting += 1
            self.waiting_since = self.waiting_since or block.sealed_at
        elif self._head.number > block.number:
            self._not_in_copy(block)
        else:
            if self._head.digest != block.digest:
                self._findings.add(Finding.DIFFERENT, f"block {block.number}")
            self._advance()

    def finish(self) -> list[str]:
        """What is worth knowing and no fault."""
        while self._head:
            self._not_in_database(self._head)
        notes = {
            "blocks are older than the copy.": self.before,
            "blocks are not in the copy yet.": self.waiting,
            "blocks were lost when a backup was brought back by almenara restore.": self.lost,
            "lines of the copy are unreadable; a crash leaves such a line, and ships its block again.": self.unreadable,
        }
        return [f"{count:,} {note}" for note, count in notes.items() if count]

    def _not_in_database(self, head: Head) -> None:
        if any(loss.kept < head.number < loss.resumed for loss in self._losses):
            self.lost += 1
        else:
            self._findings.add(Finding.CUT, f"block {head.number}")
        self._advance()

    def _not_in_copy(self, block: Block) -> None:
        if self.seen:
            self._findings.add(Finding.NOT_SHIPPED, f"block {block.number}")
        else:
            self.before += 1

    def _advance(self) -> None:
        self.seen += 1
        self._head = next(self._heads, None)

    def _in_order(self, path: Path, size: int) -> Iterator[Head]:
        last = Head(0, b"")
        for head in heads_in(path, size):
            if head is None:
                self.unreadable += 1
            elif head.number > last.number:
                last = head
                yield head
            elif head != last:
                self._findings.add(Finding.DISORDER, f"block {head.number} after block {last.number}")
