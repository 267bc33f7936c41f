"""CSV, plain or gzipped, into Parquet: every value stays a text, so "0901" keeps its zero.

The file is checked from end to end first (gzip's checksum, encoding), because DuckDB does not check the former and does
not say where the latter breaks.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import duckdb

from mirti.declarations import Source
from mirti.errors import InputError, Problem
from mirti.io.files import CHUNK, looks_like, reading

DELIMITERS = (",", ";", "\t", "|")
_SQL = """COPY (SELECT * FROM read_csv({path}, auto_detect = false, header = true, all_varchar = true,
  delim = {delimiter}, quote = '"', escape = '"', nullstr = {na}, columns = {columns}, compression = {compression},
  max_line_size = 10000000)) TO {target} (FORMAT parquet, COMPRESSION lz4_raw)"""


def csv_to_parquet(con: duckdb.DuckDBPyConnection, path: Path, source: Source, target: Path) -> None:
    """Write the CSV at path as Parquet to target. Raises InputError with line and remedy for whatever is wrong."""
    _refuse_binary(path)
    text = _checked(path, source.encoding, target.with_suffix(".utf8.csv"))
    header = _header_line(text)
    delimiter = source.delimiter or _delimiter(header)
    columns = _columns(header, delimiter, path)
    statement = _SQL.format(
        path=quoted(str(text)),
        delimiter=quoted(delimiter),
        na=_list(source.na or ("",)),
        columns="{" + ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns) + "}",
        compression=quoted("gzip" if text.suffix == ".gz" else "none"),
        target=quoted(str(target)),
    )
    _copy(con, statement, path, columns, delimiter)
    if text != path:
        text.unlink()


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def _refuse_binary(path: Path) -> None:
    kind = looks_like(path)
    expected = "a gzip file" if path.suffix == ".gz" else "a text file (a CSV?)"
    utf16 = kind == "an unknown kind of file"
    if kind == expected or (utf16 and path.suffix != ".gz"):
        return
    what = f"the name says {'gzipped CSV' if path.suffix == '.gz' else 'CSV'}, the content is {kind}"
    raise InputError(Problem(what, str(path), "Rename the file to what it is, or export it as CSV again."))


def _checked(path: Path, encoding: str, rewritten: Path) -> Path:
    """Read every byte once; a file that is not UTF-8 is rewritten as UTF-8."""
    decoder = _decoder(encoding, path)
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii"):
        for _ in _decoded(path, decoder, encoding):
            pass
        return path
    with rewritten.open("w", encoding="utf-8", newline="") as out:
        out.writelines(_decoded(path, decoder, encoding))
    return rewritten


def _decoder(encoding: str, path: Path) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)()
    except LookupError:
        remedy = "Common ones are utf-8, latin-1, cp1252, cp850, utf-16."
        raise InputError(Problem(f'there is no encoding "{encoding}"', str(path), remedy)) from None


def _decoded(path: Path, decoder: codecs.IncrementalDecoder, encoding: str) -> Iterator[str]:
    offset, lines = 0, 1
    for chunk in _chunks(path):
        pending = len(decoder.getstate()[0])
        try:
            yield decoder.decode(chunk)
        except UnicodeDecodeError as error:
            line = lines + bytes(error.object[: error.start]).count(b"\n")
            raise _misread(path, encoding, error, offset - pending + error.start, line) from None
        offset += len(chunk)
        lines += chunk.count(b"\n")
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _misread(path, encoding, error, offset - len(error.object), lines) from None


def _misread(path: Path, encoding: str, error: UnicodeDecodeError, offset: int, line: int) -> InputError:
    byte = error.object[error.start]
    what = f"the text is not {encoding}: byte {offset} is 0x{byte:02x}"
    other = "cp1252" if 0x80 <= byte <= 0x9F else "latin-1"
    remedy = f'Name the encoding in the spec, e.g. encoding = "{other}", or save the file as UTF-8.'
    return InputError(Problem(what, f"{path}, line {line}", remedy))


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of the file, decompressed; gzip's length and checksum are verified at its end."""
    try:
        with _opened(path) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except EOFError:
        what = "the gzip file is cut off: it ends before its end mark"
        raise InputError(Problem(what, str(path), "Copy or download the file again.")) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            Problem(f"the gzip file is damaged: {error}", str(path), "Copy or download it again.")
        ) from None


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _header_line(path: Path) -> str:
    """The first line, without a byte-order mark; a quoted name may hold a line break."""
    with _opened(path) as file:
        line = file.readline()
        while line.count(b'"') % 2 and (more := file.readline()):
            line += more
    return line.decode("utf-8-sig").rstrip("\r\n")


def _delimiter(header: str) -> str:
    outside = Counter(re.sub(r'"[^"]*"', "", header))
    return max(DELIMITERS, key=lambda delimiter: outside[delimiter])


def _columns(header: str, delimiter: str, path: Path) -> list[str]:
    names = next(csv.reader([header], delimiter=delimiter), [])
    if not any(name.strip() for name in names):
        what = "the first line holds no column names"
        raise InputError(Problem(what, f"{path}, line 1", "Put the names of the columns on the first line."))
    counts = Counter(name.lower() for name in names)
    twice = [name for name in dict.fromkeys(names) if counts[name.lower()] > 1]
    if twice:
        what = f"{len(twice)} column name{'s' * (len(twice) > 1)} stand{'s' * (len(twice) == 1)} there more than once"
        remedy = "Give each column its own name (upper and lower case are the same)."
        raise InputError(Problem(what, f"{path}, line 1", remedy, len(twice), tuple(twice)))
    return [name or f"column{position}" for position, name in enumerate(names, start=1)]


def _copy(
    con: duckdb.DuckDBPyConnection, statement: str, path: Path, columns: list[str], delimiter: str
) -> None:
    try:
        con.execute("SET preserve_insertion_order = true")
        with reading(str(path)):
            con.execute(statement)
    except InputError as error:
        raise _explained(str(error.__cause__), path, columns, delimiter) or error from None
    finally:
        con.execute("SET preserve_insertion_order = false")


def _explained(message: str, path: Path, columns: list[str], delimiter: str) -> InputError | None:
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"{path}, line {line[1]}" if line else str(path)
    if ragged := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        what = f"the row has {ragged[2]} columns, the header has {ragged[1]} (delimiter {delimiter!r})"
        remedy = "Mend the row (a text that holds the delimiter needs quotes), or name another delimiter in the spec."
        return InputError(Problem(what, where, remedy))
    if "unterminated quote" in message or "quote" in message.split("Possible fixes")[0].lower():
        what = "a quotation mark is opened and not closed as CSV wants it"
        return InputError(Problem(what, where, 'Close it, or write a quotation mark inside a text as "".'))
    return None
