"""Hot spots and types of territories."""

from __future__ import annotations

from pydantic import Field

from mirti.declarations import Label
from mirti.documents.base import Document, Finite


class MoranRecord(Document):
    """Global Moran's I of the rates and how the local indicators were judged; the areas are in hotspots.parquet.

    sd, p_value: of the map's own permutations, two-sided; permutations, false_discovery: of the local indicators.
    hot, cold: how many areas are found; islands: areas without neighbour; left_out: areas without polygon.
    """

    statistic: float
    expected: float
    sd: float
    p_value: float
    permutations: int
    false_discovery: float
    pairs: int
    hot: int
    cold: int
    islands: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class TypologyRecord(Document):
    """How well the types are told apart: average silhouettes, by number of types tried as a text. weak: under 0.25."""

    silhouette: float
    tried: dict[str, float] = Field(default_factory=dict)
    weak: bool


class TypeRecord(Document):
    """A group of areas whose rates depart from the national one for like reasons, numbered from the lowest mean rate.

    markers: factors that set it apart, strongest first, with the distance of their mean contribution from that of all
    areas in standard deviations; contributions: those means, in proportions. silhouette: its areas' average.
    """

    number: int
    label: Label | None = None
    areas: int
    children: float
    expected: Finite
    risk: float
    markers: dict[str, float] = Field(default_factory=dict)
    contributions: dict[str, float] = Field(default_factory=dict)
    silhouette: Finite = None
