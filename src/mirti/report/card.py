"""A small HTML card for notebooks: a title, some figures, the first rows of a table. Everything is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pyarrow as pa

SHOWN = 10
DIGITS = 4  # of a number that is no count

TABLE = 'style="border-collapse:collapse;font-variant-numeric:tabular-nums"'
CELL = 'style="padding:.15em .6em;text-align:{align};border-bottom:1px solid #8884"'


def card(title: str, figures: Mapping[str, str], table: pa.Table | None = None, rows: int = SHOWN) -> str:
    """HTML of a title, figures by name, and the first `rows` rows of a table."""
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in figures.items())
    shown = "" if table is None else _table(table, rows)
    return f"<section><p><strong>{escape(title)}</strong></p><dl>{listed}</dl>{shown}</section>"


def _table(table: pa.Table, rows: int) -> str:
    head = "".join(_cell("th", name, _is_number(table, name)) for name in table.column_names)
    body = "".join(
        "<tr>" + "".join(_cell("td", _text(value), _is_number(table, name)) for name, value in row.items()) + "</tr>"
        for row in table.slice(0, rows).to_pylist()
    )  # fmt: skip
    left = table.num_rows - rows
    more = f"<p>… and {left:,} more</p>" if left > 0 else ""
    return f"<table {TABLE}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(tag: str, text: str, number: bool) -> str:
    return f"<{tag} {CELL.format(align='right' if number else 'left')}>{escape(text)}</{tag}>"


def _is_number(table: pa.Table, name: str) -> bool:
    kind = table.schema.field(name).type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == round(value) and abs(value) >= 1 else f"{value:.{DIGITS}g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
