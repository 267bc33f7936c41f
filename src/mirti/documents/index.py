"""What a composite index says of itself."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from mirti.documents.base import Document


class IndexRecord(Document):
    """Steps taken, and what depends on them. Correlations by pair "a:b"; shares by name."""

    indicators: int
    dimensions: int
    draws: int
    treated: dict[str, str] = Field(default_factory=dict)
    imputed: dict[str, int] = Field(default_factory=dict)
    correlations: dict[str, float] = Field(default_factory=dict)
    alpha: dict[str, float] = Field(default_factory=dict)
    first_order: dict[str, float] = Field(default_factory=dict)
    total: dict[str, float] = Field(default_factory=dict)
    mean_rank_shift: float | None = None
    figures: dict[str, Any] = Field(default_factory=dict)
