"""Time and peak memory of writing a simulated country of 200 million persons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mirti.bench import size
from mirti.bench.figure import Figure

PERSONS = 200_000_000


def figures(work: Path) -> Iterator[Figure]:
    return size.figures(work, PERSONS)
