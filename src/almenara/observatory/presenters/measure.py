"""Values in the unit of their release: percentages of children, or points of an index."""

from __future__ import annotations

from almenara.common import numbers
from almenara.risk.models import Release, in_language


def value(risk: float, *, is_index: bool, digits: int = 1) -> str:
    """12.3%, or 42.3 points."""
    return numbers.score(risk, digits) if is_index else numbers.rate(risk, digits)


def bare(risk: float, *, is_index: bool, digits: int = 1) -> str:
    """12.3%, or 42.3 where the unit stands beside it."""
    return numbers.bare_score(risk, digits) if is_index else numbers.rate(risk, digits)


def interval(low: float, high: float, *, is_index: bool) -> str:
    return numbers.score_interval(low, high) if is_index else numbers.interval(low, high)


def indicator_units(release: Release) -> dict[str, str]:
    """Units of an index's indicators in the reader's language, of those whose spec names them in words."""
    dimensions = release.manifest.get("spec", {}).get("dimensions", [])
    indicators = (indicator for dimension in dimensions for indicator in dimension.get("indicators", ()))
    named = ((indicator["name"], indicator.get("unit_label")) for indicator in indicators)
    return {name: in_language(label) for name, label in named if label}
