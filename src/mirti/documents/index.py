"""What a composite index says of itself."""

from __future__ import annotations

from pydantic import Field

from mirti.documents.base import Document, Finite

Interval = tuple[float, float]


class IndexRecord(Document):
    """Steps taken, and what depends on them. Correlations by pair "a:b"; the rest by name.

    choices: what was drawn, by kind of choice, the published one first. draws: of the Monte Carlo, for which
    choices_computed different choices were gone through, those of the sensitivity included. treated: what was done to
    an indicator's extreme values; imputed: areas without a value of it. correlations, spearman: of the indicators, all
    turned so that more is worse; dimension_correlations: of the dimensions' scores. alpha: Cronbach's, by dimension.
    first_order, total: Sobol' indices of the mean shift in rank, by kind of choice, with 95 % intervals of their
    sampling. mean_rank_shift: places that an area moves on average in a draw. extended: areas whose interval was drawn
    out to hold the published score. top: how many areas count as the top. remainder: of the drivers, in points / 100.
    """

    indicators: int
    dimensions: int
    draws: int
    choices: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    choices_computed: int = 0
    top: int = 0
    extended: int = 0
    dimension_weights: dict[str, float] = Field(default_factory=dict)
    treated: dict[str, str] = Field(default_factory=dict)
    imputed: dict[str, int] = Field(default_factory=dict)
    correlations: dict[str, float] = Field(default_factory=dict)
    spearman: dict[str, float] = Field(default_factory=dict)
    dimension_correlations: dict[str, float] = Field(default_factory=dict)
    alpha: dict[str, float] = Field(default_factory=dict)
    first_order: dict[str, float] = Field(default_factory=dict)
    total: dict[str, float] = Field(default_factory=dict)
    first_order_interval: dict[str, Interval] = Field(default_factory=dict)
    total_interval: dict[str, Interval] = Field(default_factory=dict)
    mean_rank_shift: Finite = None
    remainder: float = 0.0
