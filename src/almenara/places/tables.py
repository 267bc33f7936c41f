"""Tables as files (CSV, Excel): lines with their number, and cells as texts, numbers and days."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from almenara.common.errors import Fault, RefusedError
from almenara.places.encodings import decoded


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a decimal point, unknown values empty, blanks made single spaces."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def lines(path: Path, required: Iterable[str], encoding: str = "") -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number (the header is the first) and cells by column. encoding: of a CSV, see encodings.decoded."""
    if not path.exists():
        raise refused("The file does not exist.", path, "Correct the path.")
    rows = iter(_excel(path) if path.suffix.lower() == ".xlsx" else _csv(path, encoding))
    header = [cell_text(cell).lower() for cell in next(rows, ())]
    missing = [name for name in required if name not in header]
    if missing:
        raise refused("Columns are missing.", path, "Add them to the first line.", missing)
    filled = [(line, cells) for line, cells in enumerate(rows, start=2) if any(map(cell_text, cells))]
    shifted = [f"line {line}" for line, cells in filled if any(map(cell_text, cells[len(header) :]))]
    if shifted:
        remedy = "Put quotation marks around a text that holds the separator, and save the table again."
        raise refused("Lines have more cells than the first line has columns.", path, remedy, shifted)
    for line, cells in filled:
        yield line, dict(zip(header, cells, strict=False))


def _csv(path: Path, encoding: str) -> Iterator[Sequence[Any]]:
    text = decoded(path.read_bytes(), path, encoding)
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise refused(f"It cannot be read ({error}).", path, "Save it as CSV UTF-8, or as .xlsx.") from None


def _excel(path: Path) -> Iterator[Sequence[Any]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise refused(f"It cannot be read ({error}).", path, "Save it as .xlsx, or as CSV UTF-8.") from None
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def whole(value: Any, column: str, path: Path, line: int) -> int:
    found = number(value, column, path, line)
    if not found.is_integer() or found < 0:
        raise bad_cell(value, column, path, line, "a whole number")
    return int(found)


def number(value: Any, column: str, path: Path, line: int) -> float:
    try:
        found = float(cell_text(value))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise bad_cell(value, column, path, line, "a number")
    return found


def day(value: Any, path: Path, line: int) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    text = cell_text(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise bad_cell(value, "date", path, line, "a date such as 2014-03-31") from None


def bad_cell(value: Any, column: str, path: Path, line: int, wanted: str) -> RefusedError:
    return refused(
        f"'{cell_text(value)}' is not {wanted}.", f"{path}, line {line}, {column}", "Correct the cell."
    )


def refused(what: str, where: Path | str, remedy: str, items: Iterable[str] = ()) -> RefusedError:
    return RefusedError(Fault(what, str(where), remedy, tuple(items)))
