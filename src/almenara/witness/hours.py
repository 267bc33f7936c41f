"""What the hours of entries and seals tell beside the seals: a clock that was set back, entries that waited long.

While an entry waits for its seal, the database's owner can change it unseen: a log whose sealing stood still for one
night is not as good as one that was sealed within seconds, even if every seal is right.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from almenara.witness.blocks import Block

LATE = timedelta(minutes=1)


def written(at: datetime) -> bytes:
    """As COPY writes it in UTC, up to trailing zeros: the order of such texts is that of the hours."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00".encode()


class Hours:
    """Is shown the blocks one after the other, each with the first and the last hour of its entries (b"": no entry)."""

    def __init__(self) -> None:
        self._blocks_back = self._entries_ahead = self._late = 0
        self._last: datetime | None = None

    def meet(self, block: Block, first: bytes, last: bytes) -> None:
        self._blocks_back += bool(self._last and block.sealed_at < self._last)
        self._last = block.sealed_at
        if first:
            self._entries_ahead += last > written(block.sealed_at)
            self._late += first < written(block.sealed_at - LATE)

    def notes(self) -> list[str]:
        counted = {
            "blocks bear an earlier hour than the one before: the machine's clock was set back.": self._blocks_back,
            "blocks hold entries of a later hour than their seal: the clock was set back, or entries were dated "
            "forward.": self._entries_ahead,
            "blocks hold entries that had waited for more than a minute: until then the database's owner could change "
            "them unseen.": self._late,
        }
        return [f"{count:,} {note}" for note, count in counted.items() if count]
