"""Progress on the terminal: stage, how far, time passed and, where it can be known, time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from mirti.pipeline.stages import Progress as Report


@contextmanager
def progress_bar() -> Iterator[Report]:
    """A bar on standard error; where that is no terminal, one line a stage."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description:<16}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(
        *columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total)


class _Lines:
    """Says each stage once, when it begins."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._last:
            self._console.print(f"{stage} …", highlight=False)
            self._last = stage
