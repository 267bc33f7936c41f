"""The stages of a run: their names for whoever waits, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Called with the stage's name, how many stages are done, and how many there are.
Progress = Callable[[str, int, int], None]
# Called inside a stage with how many of its parts are done, and how many there are.
Counted = Callable[[int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


def uncounted(done: int, total: int) -> None:
    """No parts shown."""


class Stages:
    """Announces each stage and times it. timings: seconds by stage."""

    def __init__(self, names: tuple[str, ...], progress: Progress) -> None:
        self._names = names
        self._progress = progress
        self.timings: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        done = self._names.index(name)
        self._progress(name, done, len(self._names))
        start = time.perf_counter()
        yield
        self.timings[name] = round(time.perf_counter() - start, 3)
        self._progress(name, done + 1, len(self._names))

    def counted(self, name: str) -> Counted:
        """Progress inside a stage that counts what it has done; a bar then tells the time left."""
        return lambda done, total: self._progress(name, done, total)
