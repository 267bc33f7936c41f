"""Expressions live below, where `mirti.outcome` reaches them too."""

from mirti.expressions import condition, expression, nearest_columns, unknown_column, uses

__all__ = ["condition", "expression", "nearest_columns", "unknown_column", "uses"]
