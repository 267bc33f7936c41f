"""The page of a comparison: map, transitions and table of change, in four languages, without outside resource."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from markupsafe import Markup

from mirti.declarations import LANGUAGES
from mirti.documents.comparison import ComparisonRecord
from mirti.report.catalogue import Language
from mirti.report.drawing import Map, draw_map
from mirti.report.page import environment, style

PAGE = "comparison"
SHOWN = 20
LISTED = 30
# Of a diverging scale, told apart by lightness and hue: fell, no change told, rose.
COLOURS = ("#2f6f9f", "#e9e4d6", "#b4361e")
CLASS_OF = {"down": 1, "none": 2, "up": 3}

Row = dict[str, Any]


def remark_text(key: str, items: tuple[str, ...], language: str = "en") -> str:
    """A remark in a language; items that have a name there are called by it."""
    said = Language(language, PAGE)
    names = [said.say(f"differs_{item}") if key == "differing" else item for item in items]
    return said.say(f"remark_{key}", items=", ".join(names))


def render_comparison(record: ComparisonRecord, changes: pa.Table, geojson: dict[str, Any] | None) -> str:
    """comparison.html."""
    rows = sorted(changes.to_pylist(), key=lambda row: (-row["difference"], row["code"]))
    drawn = _map(rows, geojson)
    bodies = {code: _body(record, rows, drawn, code) for code in LANGUAGES}
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            title=f"{record.earlier.release_id} · {record.later.release_id}",
            bodies=bodies,
            languages=[Language(code) for code in LANGUAGES],
            style=style(),
            map=drawn,
            colours=COLOURS,
        )
    )


def _body(record: ComparisonRecord, rows: list[Row], drawn: Map | None, code: str) -> Markup:
    language = Language(code, PAGE)
    found = [row for row in rows if row["verdict"] in ("up", "down")]
    context = {
        "record": record,
        "rows": rows,
        "found": sorted(found, key=lambda row: -abs(row["difference"]))[:SHOWN],
        "map": drawn,
        "counts": _counts(rows),
        "classes": range(1, len(record.breaks) + 2),
        "cells": {(cell.before, cell.after): cell for cell in record.transitions},
        "remarks": [remark_text(each.key, each.items, code) for each in record.remarks],
        "LISTED": LISTED,
        "say": language.say,
        "points": lambda value: _points(language, value),
        "L": language,
        "lang": code,
    }
    return Markup(environment().get_template("comparison.html.j2").render(context))  # noqa: S704 - already escaped


def _points(language: Language, value: float) -> str:
    """A difference of proportions in percentage points, with its sign."""
    text = language.number(100 * value, 1)
    return f"+{text}" if round(100 * value, 1) > 0 else text


def _counts(rows: list[Row]) -> dict[int, int]:
    """Areas by colour."""
    numbers = [_colour(row) for row in rows]
    return {number: numbers.count(number) for number in (1, 2, 3)}


def _colour(row: Row) -> int:
    if row["verdict"] is not None:
        return CLASS_OF[row["verdict"]]
    return 3 if row["difference"] > 0 else 1 if row["difference"] < 0 else 2


def _map(rows: list[Row], geojson: dict[str, Any] | None) -> Map | None:
    if geojson is None:
        return None
    return draw_map(geojson, {row["code"]: _colour(row) for row in rows}, set())
