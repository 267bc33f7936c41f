"""Tables that people send, as rows of text."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl
from django.core.files import File
from django.utils.translation import gettext as _

from almenara.privacy.uploads import FileType, UploadRefusedError, check_upload

TABLES = frozenset({FileType.CSV, FileType.XLSX})
Row = tuple[int, dict[str, str]]


def read_sheet(file: File[Any]) -> tuple[list[str], list[Row]]:
    """Names of the columns, and the rows that are not empty, by their number in the table and the names.

    Of a workbook the first sheet. Raises UploadRefusedError.
    """
    checked = check_upload(file, allowed=TABLES)
    lines = _of_workbook(checked.content) if checked.type == FileType.XLSX else _of_text(checked.content)
    try:
        return _named(lines)
    except csv.Error as error:
        raise UploadRefusedError(
            _("The table cannot be read: a quotation mark is open, or a cell is far too long."),
            _("Save it as CSV again from the spreadsheet, or send the workbook itself."),
            [str(error)],
        ) from error


def _named(lines: Iterator[list[str]]) -> tuple[list[str], list[Row]]:
    header = [name.strip().lower() for name in next(lines, [])]
    rows = [
        (number, {name: cell for name, cell in zip(header, cells, strict=False) if name})
        for number, cells in enumerate(lines, start=2)
        if any(cells)
    ]
    return header, rows


def _of_text(content: bytes) -> Iterator[list[str]]:
    text = content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    yield from (_cells(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def _of_workbook(content: bytes) -> Iterator[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        yield from (_cells(row) for row in book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


def _cells(row: Iterable[Any]) -> list[str]:
    return [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()
