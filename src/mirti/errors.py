"""What goes wrong, said so that the reader knows what to do next.

Every error that reaches a person is made of problems: what happened, where, how many, which ones first, and the
remedy. The command line turns the class of the error into its exit code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 10


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input.

    what: a whole sentence; where: file, table or spec key with its line; remedy: a whole sentence that says what to
    do; count and items: how many, and which (the first ten are shown).
    """

    what: str
    where: str
    remedy: str
    count: int | None = None
    items: tuple[str, ...] = ()

    def __str__(self) -> str:
        listed = f" ({self._listed()})" if self.items else ""
        return f"{self.where}: {self.what}{listed}\n  → {self.remedy}"

    def _listed(self) -> str:
        shown = ", ".join(self.items[:SHOWN])
        total = self.count if self.count is not None else len(self.items)
        more = total - min(SHOWN, len(self.items))
        return f"{shown} and {more} more" if more > 0 else shown


class MirtiError(Exception):
    """Base of every error the engine raises on purpose."""

    exit_code = 3

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CheckFailedError(MirtiError):
    """A check that the user asked for found a fault (exit code 1)."""

    exit_code = 1


class InputError(MirtiError):
    """The input is at fault (exit code 2)."""

    exit_code = 2


class MachineError(MirtiError):
    """The machine failed: disk, memory (exit code 3)."""

    exit_code = 3
