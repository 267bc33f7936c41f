"""The table beneath a chart: texts, as the reader's language writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """The first cell of each row is its heading; all others hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
