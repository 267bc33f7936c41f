"""A column's value as a number or as a code, whatever type the file gave it.

A CSV gives texts, Stata gives doubles, Parquet anything; a spec speaks of codes ("0901", 1) and numbers.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir


def number(column: ir.Value) -> ir.NumericValue:
    """The value as a float64; null where it is missing or no number (`checks` counts those before anyone computes)."""
    kind = column.type()
    if kind.is_integer() or kind.is_boolean() or kind.is_decimal():
        return column.cast("float64")
    if not kind.is_floating():
        column = column.cast("string").strip().try_cast("float64")
    return (column.isnan() | column.isinf()).ifelse(ibis.null("float64"), column.cast("float64"))


def code(column: ir.Value) -> ir.StringValue:
    """The value as a code: whole numbers without a decimal point, texts as they stand, empty texts null."""
    kind = column.type()
    if kind.is_string():
        return column.nullif("")
    if not (kind.is_floating() or kind.is_decimal()):
        return column.cast("string")
    value = number(column)
    whole = (value == value.floor()) & (value.abs() < 1e15)
    return whole.ifelse(value.try_cast("int64").cast("string"), value.cast("string"))


def not_a_number(column: ir.Value) -> ir.BooleanValue:
    """True where a text stands that is neither empty nor a number."""
    if not column.type().is_string():
        return ibis.literal(False)
    return (code(column).notnull() & number(column).isnull()).fill_null(False)


def is_number(text: str) -> bool:
    """Whether a text of a spec can be read as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
