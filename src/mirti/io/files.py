"""What can be told about a file before anyone reads it: whether it is there, what it is, its SHA-256."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from mirti.errors import InputError, MachineError, Problem
from mirti.io.engine_errors import our_errors, read_errors

CHUNK = 1 << 20
_MAGIC = (
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"$FL2", "an SPSS file (.sav)"),
    (b"$FL3", "an SPSS file (.sav)"),
    (b"<stata_dta>", "a Stata file (.dta)"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "a SQLite database"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)
_OLD_STATA = range(0x69, 0x74)  # .dta 105 to 115: release byte, byte order, file type 1, zero


def looks_like(path: Path) -> str:
    """What the first bytes say the file is."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "an empty file"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[0] in _OLD_STATA and head[1:2] in (b"\x01", b"\x02") and head[2:3] == b"\x01":
        return "a Stata file (.dta)"
    return "an unknown kind of file" if b"\x00" in head else "a text file (a CSV?)"


def require_file(path: Path, role: str) -> None:
    """InputError if there is nothing at path, it cannot be opened, or it is empty; a near name is offered."""
    if not path.exists():
        raise InputError(Problem(f"the {role}'s file does not exist", str(path), _near(path)))
    if path.is_dir():
        return
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        what = f"the {role}'s file cannot be opened: {error.strerror}"
        raise InputError(Problem(what, str(path), "Give yourself the right to read it.")) from None
    if empty:
        raise InputError(
            Problem(f"the {role}'s file is empty (0 bytes)", str(path), "Copy or download it again.")
        )


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no folder {path.parent} either: paths are relative to the spec."
    names = sorted(found.name for found in path.parent.iterdir())
    close = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"The folder holds {', '.join(names[:10]) or 'nothing'}; paths are relative to the spec."


def sha256_of(paths: tuple[Path, ...]) -> str:
    """The file's SHA-256; of several files, that of the lines "SHA-256  name" in the order of their names."""
    if len(paths) == 1:
        return _digest(paths[0])
    lines = "".join(f"{_digest(path)}  {path.name}\n" for path in paths)
    return hashlib.sha256(lines.encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def reading(where: str, remedy: str = "Copy or download the file again.") -> Iterator[None]:
    """Say an error of DuckDB or Spark in the house's words: a machine that is full, or an input that cannot be read."""
    try:
        yield
    except our_errors():
        raise
    except read_errors() as error:
        message = _first_line(error)
        if _lacks_memory(error):
            what = f"the memory that {_engine(error)} may use is not enough: {message}"
            raise MachineError(Problem(what, where, "Give it more memory, or free some.")) from error
        if "No space left" in str(error):
            what = "the disk is full while temporary data are written"
            raise MachineError(
                Problem(what, where, "Free space, or name a temporary folder with more.")
            ) from error
        raise InputError(Problem(f"the file cannot be read: {message}", where, remedy)) from error


def _lacks_memory(error: Exception) -> bool:
    return isinstance(error, duckdb.OutOfMemoryException) or "OutOfMemoryError" in str(error)


def _engine(error: Exception) -> str:
    return "DuckDB" if isinstance(error, duckdb.Error) else "Spark"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
