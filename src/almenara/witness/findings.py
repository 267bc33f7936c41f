"""What verification may find, in whole sentences, counted however often it is found."""

from __future__ import annotations

from collections import Counter, defaultdict
from enum import Enum

from almenara.common.errors import SHOWN, Fault

LOG, COPY = "the log", "the copy of the heads"
ASK_A_BACKUP = "Compare these blocks with a backup, and find out who could act as the database's owner."


class Finding(Enum):
    """what, where, remedy."""

    CHANGED = ("Sealed entries, or the block's own head, were changed.", LOG, ASK_A_BACKUP)
    REMOVED = ("Sealed entries were removed.", LOG, ASK_A_BACKUP)
    INSERTED = ("Entries were inserted among sealed ones.", LOG, ASK_A_BACKUP)
    OUTSIDE = (
        "Entries stand in no block, though later ones are sealed: they were inserted, or their block was removed.",
        LOG,
        ASK_A_BACKUP,
    )
    CHAIN = ("Blocks do not follow those before them: blocks were removed or changed.", LOG, ASK_A_BACKUP)
    KEY = (
        "Blocks cannot be verified, for the key that sealed them is not here.",
        LOG,
        "Put the former keys after the current one in ALMENARA_SEAL_KEY or the file seal-key, separated by a blank.",
    )
    UNGUARDED = (
        "What keeps the log in the database is laid off: changes may go unlogged, entries may be changed.",
        LOG,
        "Find out who acted as the tables' owner and since when, and put it back: ALTER TABLE … ENABLE TRIGGER (ALWAYS "
        "for append_only), ENABLE ROW LEVEL SECURITY.",
    )
    LATE = (
        "Entries have waited for their seal for more than a minute.",
        LOG,
        "Start almenara serve or almenara witness seal; if one runs, read what it reports and look for a transaction "
        "that stays open.",
    )
    CUT = (
        "Blocks that were shipped are not in the database: the log was cut, or an older state brought back.",
        COPY,
        "If nobody ran almenara restore, treat it as an attack: compare the database with a backup.",
    )
    DIFFERENT = ("Blocks are not the ones that were shipped.", COPY, ASK_A_BACKUP)
    NOT_SHIPPED = (
        "Blocks are missing in the copy, though later ones are there.",
        COPY,
        "Find out who can write where the copy lies; another copy (syslog, a backup of the file) has them.",
    )
    NOT_ARRIVED = (
        "Blocks are not in the copy, though they are older than a minute: the place does not answer, or the end of the "
        "copy was cut off.",
        COPY,
        "See to the place; if it answers, find out who can write there, and verify against another copy.",
    )
    DISORDER = (
        "Lines do not follow in the order in which blocks are shipped.",
        COPY,
        "Use an untouched copy.",
    )

    @property
    def what(self) -> str:
        return self.value[0]


class Findings:
    """Counts every find and remembers the first ten of a kind."""

    def __init__(self) -> None:
        self._items: defaultdict[Finding, list[str]] = defaultdict(list)
        self.counts: Counter[Finding] = Counter()

    def add(self, finding: Finding, item: str, count: int = 1) -> None:
        self.counts[finding] += count
        if len(self._items[finding]) < SHOWN:
            self._items[finding].append(item)

    def faults(self) -> list[Fault]:
        return [
            Fault(f"{self.counts[found]:,} found. {found.what}", found.value[1], found.value[2], tuple(items))
            for found, items in self._items.items()
        ]
