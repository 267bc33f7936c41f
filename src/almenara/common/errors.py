"""What goes wrong on the platform's side, said so that the reader knows what to do next.

The command line turns the class of the error into its exit code, as the engine's does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 10


@dataclass(frozen=True)
class Fault:
    """what and remedy: whole sentences; where: the file, table or command; count, items: how many, and which."""

    what: str
    where: str
    remedy: str
    items: tuple[str, ...] = ()
    count: int | None = None

    def __str__(self) -> str:
        listed = f" ({self._listed()})" if self.items else ""
        return f"{self.where}: {self.what}{listed}\n  → {self.remedy}"

    def _listed(self) -> str:
        total = len(self.items) if self.count is None else self.count
        more = total - min(SHOWN, len(self.items))
        shown = ", ".join(self.items[:SHOWN])
        return f"{shown} and {more} more" if more > 0 else shown


class AlmenaraError(Exception):
    """Base of every error the platform raises on purpose."""

    exit_code = 3

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: Sequence[Fault] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class CheckFailedError(AlmenaraError):
    """A check that the user asked for found a fault."""

    exit_code = 1


class RefusedError(AlmenaraError):
    """The input is at fault and nothing was changed."""

    exit_code = 2


class MachineError(AlmenaraError):
    """The machine failed: a program, the disk, the database."""

    exit_code = 3
