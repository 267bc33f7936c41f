"""Stata .dta and SPSS .sav into Parquet, in pieces, with their value labels.

Values stay codes (1, 2, 99); labels are kept beside them for messages. Declared missing values (SPSS) and .a–.z (Stata)
are missing.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from mirti.declarations import Source
from mirti.errors import InputError, Problem
from mirti.io.files import looks_like

ROWS = 100_000
Labels = dict[str, dict[str, str]]

_READERS = {".dta": pyreadstat.read_dta, ".sav": pyreadstat.read_sav}
_EXPECTED = {".dta": "a Stata file (.dta)", ".sav": "an SPSS file (.sav)"}


def statistical_to_parquet(path: Path, source: Source, target: Path) -> Labels:
    """Write the .dta or .sav at path as Parquet to target; returns its value labels {column: {code: label}}.

    Raises InputError if the content is not what the name says, or the file is damaged.
    """
    _refuse_liar(path)
    meta = _read(path, source, metadataonly=True)[1]
    schema = pa.schema([(name, _type(meta, name)) for name in meta.column_names])
    _refuse_empty(meta.column_names, path)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        offset = 0
        while rows := _write_piece(writer, path, source, schema, offset):
            offset += rows
    return _labels(meta)


def _write_piece(writer: pq.ParquetWriter, path: Path, source: Source, schema: pa.Schema, offset: int) -> int:
    columns, _ = _read(path, source, row_offset=offset, row_limit=ROWS, output_format="dict")
    arrays = [_array(columns[field.name], field.type) for field in schema]
    if arrays and len(arrays[0]):
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return len(arrays[0]) if arrays else 0


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        return pa.array([None if value is None or value == "" else str(value) for value in values], kind)
    return pa.array(values, pa.float64(), from_pandas=True)


def _read(path: Path, source: Source, **options: Any) -> tuple[Any, Any]:
    encoding = None if source.encoding == "utf-8" else source.encoding
    read = _READERS[path.suffix.lower()]
    try:
        return read(str(path), encoding=encoding, disable_datetime_conversion=True, **options)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        remedy = (
            'Copy or download it again; if its texts are old, name their encoding, e.g. encoding = "cp1252".'
        )
        what = f"the {path.suffix} file cannot be read: {error}"
        raise InputError(Problem(what, str(path), remedy)) from None


def _refuse_liar(path: Path) -> None:
    kind, expected = looks_like(path), _EXPECTED[path.suffix.lower()]
    if kind != expected:
        what = f"the name says {expected}, the content is {kind}"
        raise InputError(Problem(what, str(path), "Rename the file to what it is, or export it again."))


def _refuse_empty(columns: list[str], path: Path) -> None:
    if not columns:
        raise InputError(Problem("the file holds no columns", str(path), "Export it again with its data."))


def _type(meta: Any, name: str) -> pa.DataType:
    return pa.string() if meta.readstat_variable_types[name] == "string" else pa.float64()


def _labels(meta: Any) -> Labels:
    return {
        column: {_code(value): str(label) for value, label in labels.items()}
        for column, labels in meta.variable_value_labels.items()
    }


def _code(value: object) -> str:
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)
