"""What can be exported: apps say it by name, so that an export that is waiting can be kept as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from almenara.common.errors import Fault, RefusedError
from almenara.privacy.writer import Cell


@dataclass(frozen=True)
class Table:
    """rows: read once, so they may come from a cursor; each as long as columns."""

    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Exporter:
    """permission: what a grant of whoever asks must hold. rows: arguments to table, run in that person's name."""

    name: str
    permission: str
    rows: Callable[[dict[str, Any]], Table]


_EXPORTERS: dict[str, Exporter] = {}


def register(name: str, *, permission: str, rows: Callable[[dict[str, Any]], Table]) -> None:
    """From AppConfig.ready(). The same name twice is an error of the program: ValueError."""
    known = _EXPORTERS.get(name)
    if known and known.rows is not rows:
        raise ValueError(f"Two exporters are called {name}.")
    _EXPORTERS[name] = Exporter(name, permission, rows)


def exporter(name: str) -> Exporter:
    """Raises RefusedError if no app registers it."""
    if name not in _EXPORTERS:
        known = tuple(sorted(_EXPORTERS))
        raise RefusedError(Fault("No such export exists.", name, "Choose one that exists.", known))
    return _EXPORTERS[name]
