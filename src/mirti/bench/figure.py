"""One printed line of a benchmark: a value beside the limit it is held to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """value in unit; limit: what it is held to, in words ("≥ 3"), empty where nothing is promised; ok: within it."""

    name: str
    value: float
    unit: str
    limit: str = ""
    ok: bool = True
