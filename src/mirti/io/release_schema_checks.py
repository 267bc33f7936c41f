"""Is each table of a release as declared: columns, types, keys, missing values, ranges, words?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mirti.errors import Problem
from mirti.io.release_tables import Release, arrow_schema, expand, floats, table_named, texts
from mirti.release import INTERVAL_KINDS, Column

DRAWN = ("bootstrap", "choices")  # kinds of interval that come with replicates
REMEDY = "Run the model again; if the fault stays, report it with this sentence."

Rows = NDArray[np.bool_]

# What is allowed in a column, by its unit. None: no bound on that side.
RANGES: dict[str, tuple[float | None, float | None]] = {
    "children": (0, None),
    "year": (1900, 2200),
    "proportion": (0, 1),
    "probability": (0, 1),
    "difference of proportions": (-1, 1),
    "areas": (0, None),
    "rank": (1, None),
    "1 = highest risk": (1, None),
    "1 = lowest": (1, None),
    "1 = lowest mean risk": (1, None),
}
WORDS = {
    "children_source": {"census", "projection"},
    "interval_kind": set(INTERVAL_KINDS),
    "level": {"country", "department"},
    "reliability": {"A", "B", "C", "withheld"},
    "quadrant": {"high_high", "low_low", "high_low", "low_high"},
    "direction": {"more", "less"},
}


def check_schema(release: Release) -> Iterator[Problem]:
    """Faults of form, table by table. A table whose columns are wrong is not looked into further."""
    for name, table in release.tables.items():
        wrong = [*_check_columns(name, table, release)]
        yield from wrong
        if not wrong:
            yield from _check_key(name, table)
            for column in expand(table_named(name), class_columns(release)):
                yield from _check_missing(name, column, table, release)
                yield from _check_range(name, column, table)
                yield from _check_words(name, column, table)


def class_columns(release: Release) -> int:
    return len(release.classes.classes) if release.manifest.interval_kind in DRAWN else 0


def _check_columns(name: str, table: pa.Table, release: Release) -> Iterator[Problem]:
    declared = {field.name: field.type for field in arrow_schema(table_named(name), class_columns(release))}
    found = {field.name: field.type for field in table.schema}
    gone, added = sorted(set(declared) - set(found)), sorted(set(found) - set(declared))
    other = sorted(f"{c}: {found[c]}" for c in set(declared) & set(found) if declared[c] != found[c])
    if gone:
        yield Problem("Declared columns are missing.", name, REMEDY, items=tuple(gone))
    if added:
        yield Problem(
            "Columns are present that the schema does not declare.", name, REMEDY, items=tuple(added)
        )
    if other:
        yield Problem("Columns have another type than declared.", name, REMEDY, items=tuple(other))


def _check_key(name: str, table: pa.Table) -> Iterator[Problem]:
    key = list(table_named(name).key)
    repeated = table.group_by(key).aggregate([([], "count_all")]).filter(pc.field("count_all") > 1)
    if repeated.num_rows:
        yield _rows_problem("Rows repeat a key.", name, repeated, key)


def _check_missing(name: str, column: Column, table: pa.Table, release: Release) -> Iterator[Problem]:
    rule = _MISSING.get(column.missing)
    if rule is None:
        return
    null, expected = _null(table, column.name), rule(table, release)
    key = list(table_named(name).key)
    for wrong, what in (
        (null & ~expected, f"'{column.name}' is missing where it may not be."),
        (~null & expected, f"'{column.name}' has a value where none can be known ({column.missing})."),
    ):
        if wrong.any():
            yield _rows_problem(what, name, table.filter(pa.array(wrong)), key)


def _check_range(name: str, column: Column, table: pa.Table) -> Iterator[Problem]:
    low, high = RANGES.get(column.unit, (None, None))
    if column.type == "string":
        return
    values = floats(table, column.name)
    wrong = np.isinf(values)
    wrong |= False if low is None else values < low
    wrong |= False if high is None else values > high
    if wrong.any():
        what = f"'{column.name}' is out of range (unit: {column.unit})."
        yield _rows_problem(what, name, table.filter(pa.array(wrong)), list(table_named(name).key))


def _check_words(name: str, column: Column, table: pa.Table) -> Iterator[Problem]:
    allowed = WORDS.get(column.name) if table_named(name).name != "coefficients.parquet" else None
    if allowed is None:
        return
    unknown = sorted({value for value in table[column.name].to_pylist() if value is not None} - allowed)
    if unknown:
        yield Problem(f"'{column.name}' holds words it may not hold.", name, REMEDY, items=tuple(unknown))


def _rows_problem(what: str, name: str, rows: pa.Table, key: list[str]) -> Problem:
    items = tuple(" ".join(str(row[k]) for k in key) for row in rows.slice(0, 20).to_pylist())
    return Problem(what, name, REMEDY, count=rows.num_rows, items=items)


def _null(table: pa.Table, column: str) -> Rows:
    return np.asarray(table[column].is_null().to_numpy())


def _equals(table: pa.Table, column: str, value: Any) -> Rows:
    return np.asarray(pc.fill_null(pc.equal(table[column], value), False).to_numpy())


def _other_kind(table: pa.Table, release: Release, *kinds: str) -> Rows:
    if "interval_kind" in table.column_names:
        return np.asarray(~np.isin(np.array(texts(table, "interval_kind"), dtype=object), kinds))
    return np.full(table.num_rows, release.manifest.interval_kind not in kinds)


# The rules on missing values that can be held against the rows, by the words that declare them.
_MISSING: dict[str, Callable[[pa.Table, Release], Rows]] = {
    "never": lambda table, release: np.zeros(table.num_rows, dtype=bool),
    "no sample in it": lambda table, release: (
        _equals(table, "sample_n", 0) | (release.manifest.measure == "index")
    ),
    "interval_kind is not bootstrap": lambda table, release: _other_kind(table, release, "bootstrap"),
    "interval_kind has no draws": lambda table, release: _other_kind(table, release, *DRAWN),
    "interval_kind is none": lambda table, release: ~_other_kind(table, release, "none"),
    "measure is index": lambda table, release: np.full(table.num_rows, release.manifest.measure == "index"),
    "no neighbours": lambda table, release: _equals(table, "neighbours", 0),
    "level is country": lambda table, release: _equals(table, "level", "country"),
    "the intercept": lambda table, release: _equals(table, "term", "(Intercept)"),
    "df < 1": lambda table, release: floats(table, "df") < 1,
}
