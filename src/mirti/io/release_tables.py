"""The release in memory, and its tables as Arrow types them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mirti.documents import ClassTable, Diagnostics, Manifest
from mirti.errors import InputError, Problem
from mirti.release import TABLES, Column, Table
from mirti.tables import Floats

_ARROW = {
    "string": pa.string(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "float32": pa.float32(),
    "bool": pa.bool_(),
}
CLASS_COLUMN = "p_<class>"


@dataclass(frozen=True)
class Release:
    """A release folder's contents. tables: by file name, as `mirti.release` declares them.

    geojson: a FeatureCollection in WGS84 whose features have the properties code, name, parent and status
    ("ok", or "no_census" for a polygon that no census area belongs to).
    """

    manifest: Manifest
    classes: ClassTable
    diagnostics: Diagnostics
    tables: dict[str, pa.Table]
    geojson: dict[str, Any] | None = None

    @property
    def areas(self) -> pa.Table:
        return self.tables["areas.parquet"]

    @property
    def domains(self) -> pa.Table:
        return self.tables["domains.parquet"]

    @property
    def drivers(self) -> pa.Table:
        return self.tables["drivers.parquet"]

    @property
    def coefficients(self) -> pa.Table:
        return self.tables["coefficients.parquet"]

    @property
    def profile(self) -> pa.Table | None:
        return self.tables.get("profile.parquet")


def table_named(name: str) -> Table:
    return next(table for table in TABLES if table.name == name)


def expand(table: Table, class_columns: int = 0) -> tuple[Column, ...]:
    """The table's columns, `p_<class>` written out once a class (none while no bootstrap has run)."""
    columns: list[Column] = []
    for column in table.columns:
        if column.name != CLASS_COLUMN:
            columns.append(column)
            continue
        for number in range(1, class_columns + 1):
            columns.append(Column(f"p_{number}", column.type, column.unit, column.missing, column.meaning))
    return tuple(columns)


def arrow_schema(table: Table, class_columns: int = 0) -> pa.Schema:
    """Column types, with unit and meaning in each field's metadata so that the file explains itself."""
    return pa.schema([_field(column) for column in expand(table, class_columns)])


def arrow_table(name: str, columns: dict[str, Any], class_columns: int = 0) -> pa.Table:
    """Columns (arrays or lists, None for missing) as the declared table; one left out is null throughout."""
    schema = arrow_schema(table_named(name), class_columns)
    unknown = sorted(set(columns) - set(schema.names))
    if unknown:
        raise ValueError(f"{name} declares no column {', '.join(unknown)}")
    rows = len(next(iter(columns.values())))
    arrays = [_array(columns.get(field.name), field.type, rows) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _field(column: Column) -> pa.Field:
    explained = {"unit": column.unit, "meaning": column.meaning, "missing": column.missing}
    return pa.field(column.name, _ARROW[column.type], metadata=explained)


def _array(values: Any, kind: pa.DataType, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, kind)
    # NaN is a number to Arrow; in the release an unknown value is always null.
    return pa.array(values, type=kind, from_pandas=True)


def floats(table: pa.Table, column: str) -> Floats:
    """A numeric column as an array, null as NaN."""
    return np.asarray(table[column].cast(pa.float64()).to_numpy(), dtype=np.float64)


def texts(table: pa.Table, column: str) -> list[str]:
    values: list[str] = table[column].to_pylist()
    return values


def replicate_matrix(release: Release, codes: Sequence[str]) -> Floats:
    """The replicates of the rate of the areas `codes`, (A, B), in the order of their numbers.

    Raises InputError if the release has none, or not as many for every area.
    """
    table = release.tables.get("replicates.parquet")
    where = f"{release.manifest.release_id}/replicates.parquet"
    if table is None:
        what, remedy = "The release has no replicates.", "Run the model with its bootstrap."
        raise InputError(Problem(what, where, remedy))
    table = table.sort_by([("code", "ascending"), ("replicate", "ascending")])
    own = table["code"].unique().to_pylist()
    missing = tuple(sorted(set(codes) - set(own)))
    if missing or len(table) % len(own):
        what, remedy = "Areas lack replicates.", "Copy the release again from where it was made."
        raise InputError(Problem(what, where, remedy, len(missing), missing))
    place = {code: i for i, code in enumerate(own)}
    drawn = floats(table, "risk").reshape(len(own), -1)
    return np.asarray(drawn[[place[code] for code in codes]])
