"""Hot spots and types of territories."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from mirti.declarations import Label
from mirti.documents.base import Document


class MoranRecord(Document):
    """Global Moran's I of the rates and how the local indicators were judged; the areas are in hotspots.parquet."""

    statistic: float
    expected: float
    p_value: float
    permutations: int
    false_discovery: float
    pairs: int
    islands: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class TypeRecord(Document):
    """A group of areas of like composition. markers: factors that set it apart, with standardised distance."""

    number: int
    label: Label | None = None
    areas: int
    children: float
    expected: float | None
    risk: float
    markers: dict[str, float] = Field(default_factory=dict)
    figures: dict[str, Any] = Field(default_factory=dict)
