"""Open what a spec names: CSV, Parquet, Stata or SPSS, as one lazy table.

Parquet is read where it lies. CSV, .dta and .sav are rewritten as Parquet in the temporary folder, in pieces, so that
whatever is wrong with them is found at once and the queries after that read columns, not text.
"""

from __future__ import annotations

import glob
import re
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from mirti.declarations import Source
from mirti.errors import InputError, Problem
from mirti.io.backends import Connection, DuckDB, reader, scan, temp_folder
from mirti.io.delimited import csv_to_parquet
from mirti.io.files import looks_like, reading, require_file, sha256_of
from mirti.io.statistical import Labels, statistical_to_parquet

_BYTES = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
LEAST_MEMORY = 64e6
KINDS = "Use .csv, .csv.gz, .parquet (a file, a folder or a glob), .dta or .sav."


@dataclass(frozen=True)
class Opened:
    """A source that can be queried.

    table: its columns, lazily; paths: the files as the user gave them; data: the Parquet files that are read;
    value_labels: {column: {code: label}}; role: "survey", "census", … for messages.
    """

    con: Connection
    role: str
    paths: tuple[Path, ...]
    data: tuple[Path, ...]
    value_labels: Labels = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The first file, to name the source in a message."""
        return self.paths[0]

    @property
    def where(self) -> str:
        """How messages name the source."""
        return f"{self.role} {self.path}"

    @cached_property
    def table(self) -> ir.Table:
        """Every row and column, read when a query asks for them."""
        return self._scan(numbered=False)

    def numbered(self) -> ir.Table:
        """The table with each row's number, from 0 within its file, in ROW: for messages, not for sums."""
        return self._scan(numbered=True)

    def rows(self) -> int:
        """Number of rows, from the files' metadata."""
        return sum(pq.read_metadata(path).num_rows for path in self.data)

    def sha256(self) -> str:
        """SHA-256 of the file as the user gave it."""
        return sha256_of(self.paths)

    def _scan(self, *, numbered: bool) -> ir.Table:
        with reading(self.where):
            return scan(self.con, self.data, rewritten=self.data != self.paths, numbered=numbered)


def connect(memory_limit: str = "1GB", threads: int | None = None, *, temp: Path) -> DuckDB:
    """A DuckDB that keeps within memory_limit and spills to the folder temp; it installs and downloads nothing."""
    _check_memory(memory_limit)
    temp.mkdir(parents=True, exist_ok=True)
    settings: dict[str, object] = {
        "memory_limit": memory_limit,
        "temp_directory": str(temp),
        "preserve_insertion_order": False,
        "allocator_flush_threshold": "16MB",  # what a query no longer needs goes back before the next
        "allocator_bulk_deallocation_flush_threshold": "16MB",
        "allocator_background_threads": True,
        "parquet_metadata_cache": True,
        "autoinstall_known_extensions": False,
    }
    if threads is not None:
        settings["threads"] = threads
    return ibis.duckdb.connect(":memory:", **settings)


def _check_memory(limit: str) -> None:
    amount = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT])i?B", limit.strip(), re.IGNORECASE)
    if amount is None or float(amount[1]) * _BYTES[amount[2].upper()] < LEAST_MEMORY:
        remedy = 'Write an amount with its unit, "64MB" or more, e.g. "2GB".'
        raise InputError(
            Problem(f'"{limit}" is no amount of memory that a run can work with', "--memory", remedy)
        )


def open_source(con: Connection, source: Source, base: Path, role: str) -> Opened:
    """Open the source that a spec in the folder base names.

    Raises InputError, with place and remedy, for a file that is missing, empty, damaged or not what its name says.
    """
    path = base / source.file
    if path.is_dir() or any(mark in source.file for mark in "*?["):
        return _parquet(con, _several(path, role), role)
    require_file(path, role)
    match _suffix(path):
        case ".parquet":
            return _parquet(con, (path,), role)
        case ".csv" | ".csv.gz":
            target = _target(con, role)
            csv_to_parquet(reader(con).con, path, source, target)
            return _with_rows(Opened(con, role, (path,), (target,)))
        case ".dta" | ".sav":
            target = _target(con, role)
            labels = statistical_to_parquet(path, source, target)
            return _with_rows(Opened(con, role, (path,), (target,), labels))
    remedy = f"{KINDS} Its content is {looks_like(path)}."
    raise InputError(Problem(f"the {role}'s file is of a kind that is not read", str(path), remedy))


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return ".csv.gz" if name.endswith(".csv.gz") else path.suffix.lower()


def _several(path: Path, role: str) -> tuple[Path, ...]:
    found = path.rglob("*.parquet") if path.is_dir() else map(Path, glob.iglob(str(path), recursive=True))  # noqa: PTH207 - an absolute pattern
    paths = tuple(sorted(found))
    if not paths:
        what = (
            f"the {role}'s {'folder holds no .parquet file' if path.is_dir() else 'pattern matches no file'}"
        )
        raise InputError(Problem(what, str(path), "Check the path: it is relative to the spec."))
    others = [other.name for other in paths if other.suffix.lower() != ".parquet"]
    if others:
        what = "a pattern may name only .parquet files; these are others"
        raise InputError(Problem(what, str(path), "Narrow the pattern.", len(others), tuple(others)))
    return paths


def _parquet(con: Connection, paths: tuple[Path, ...], role: str) -> Opened:
    expected: list[str] | None = None
    for path in paths:
        require_file(path, role)
        names = _names(path, role)
        if expected is not None and set(names) != set(expected):
            raise _unequal(path, paths[0], sorted(set(names) ^ set(expected)))
        expected = expected or names
    return _with_rows(Opened(con, role, paths, paths))


def _names(path: Path, role: str) -> list[str]:
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowInvalid, OSError) as error:
        kind = looks_like(path)
        truncated = kind == "a Parquet file"
        what = (
            f"the Parquet file is cut off or damaged: {error}"
            if truncated
            else f"the content is {kind}, no Parquet"
        )
        raise InputError(Problem(f"{role}: {what}", str(path), "Copy or download the file again.")) from None


def _unequal(path: Path, first: Path, names: list[str]) -> InputError:
    what = f"its columns are not those of {first.name}; they differ in"
    return InputError(Problem(what, str(path), "Give every file the same columns.", len(names), tuple(names)))


def _with_rows(opened: Opened) -> Opened:
    if opened.rows() == 0:
        raise InputError(
            Problem(f"the {opened.role} has no rows", str(opened.path), "Export it again with its data.")
        )
    return opened


def _target(con: Connection, role: str) -> Path:
    safe = "".join(letter if letter.isalnum() else "_" for letter in role)
    return Path(tempfile.mkdtemp(prefix=f"{safe}-", dir=temp_folder(reader(con)))) / "data.parquet"
