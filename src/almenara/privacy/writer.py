"""Tables as CSV and XLSX, row by row in constant memory, with no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Protocol, TypeVar, cast
from xml.sax.saxutils import escape

Value = TypeVar("Value")
Cell = str | int | float | bool | Decimal | dt.date | dt.datetime | None
FORMULA = ("=", "+", "-", "@", "\u2212")
BREAKS = ("\t", "\r", "\n")
# Opened where the list separator is a semicolon, the rest of a cell behind one is a cell of its own.
BEHIND_SEPARATOR = re.compile(r"([;\t\r\n][^\S\r\n]*)(?=[=+\-@＝＋－＠﹢﹣﹦﹫])")
BOM = "\ufeff"
EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
ROWS_A_SHEET = 1_048_576
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST_TEXT = 32_767  # characters of a cell in a spreadsheet
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BUFFER = 1 << 16


def defused(value: Value) -> Value | str:
    """A text that a spreadsheet would run as a formula, with an apostrophe before it; numbers stay numbers.

    What counts is the first character that is seen: blanks, a byte order mark and other invisible ones do not hide it,
    nor does a wide form of it.
    """
    return f"'{value}" if isinstance(value, str) and _may_run(value) else value


def _may_run(text: str) -> bool:
    if text.startswith(BREAKS):
        return True
    for character in text:
        if not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf"):
            return unicodedata.normalize("NFKC", character).startswith(FORMULA)
    return False


class Sink(Protocol):
    """What a table is written to; it need not be a file that can be gone back in."""

    def write(self, content: bytes, /) -> int | None: ...


@dataclass(frozen=True)
class _Utf8:
    sink: Sink

    def write(self, text: str) -> None:
        self.sink.write(text.encode())


def write_csv(sink: Sink, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """How many rows were written. UTF-8 with the mark that Excel needs, comma, point, lines as RFC 4180 has them."""
    writer = csv.writer(_Utf8(sink), lineterminator="\r\n")
    sink.write(BOM.encode())
    writer.writerow([_in_csv(name) for name in columns])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (the last one is what is wanted)
        writer.writerow([_in_csv(value) for value in row])
    return count


def _in_csv(value: Cell) -> object:
    plain = _plain(value)
    return BEHIND_SEPARATOR.sub(r"\1'", plain) if isinstance(plain, str) else plain


def _plain(value: Cell) -> str | int | float | Decimal | None:
    """A text made harmless, a day as ISO 8601 has it, or a number that is one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (float, Decimal)):
        return value if math.isfinite(value) else None
    return defused(value)


def write_xlsx(sink: Sink, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """How many rows were written; beyond a sheet's rows another one begins."""
    left = iter(rows)
    written = sheets = 0
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        following = next(left, None)
        while following is not None or sheets == 0:
            sheets += 1
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as part:
                count, following = _write_sheet(part, columns, following, left)
            written += count
        for name, content in _around(sheets):
            archive.writestr(name, DECLARATION + content)
    return written


def _write_sheet(
    part: IO[bytes], columns: Sequence[str], first: Sequence[Cell] | None, rows: Iterator[Sequence[Cell]]
) -> tuple[int, Sequence[Cell] | None]:
    """How many rows, and the one that no longer fits."""
    text = bytearray(f'{DECLARATION}<worksheet xmlns="{SHEET}"><sheetData>{_row(columns)}'.encode())
    count, row = 0, first
    while row is not None and count < ROWS_A_SHEET - 1:
        text += _row(row).encode()
        if len(text) > BUFFER:
            part.write(text)
            text.clear()
        count, row = count + 1, next(rows, None)
    part.write(bytes(text) + b"</sheetData></worksheet>")
    return count, row


def _row(row: Sequence[Cell]) -> str:
    return f"<row>{''.join(map(_in_xlsx, row))}</row>"


def _in_xlsx(value: Cell) -> str:
    """A number as a number if none of its digits is lost, all else as a text, which is never a formula."""
    plain = _plain(value)
    if plain is None:
        return "<c/>"
    if isinstance(plain, (int, float, Decimal)) and abs(float(plain)) < EXACT:
        return f"<c><v>{plain}</v></c>"
    text = escape(NOT_IN_XML.sub("", str(plain))[:LONGEST_TEXT])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _around(sheets: int) -> Iterator[tuple[str, str]]:
    """The parts of a workbook that say which sheets it has."""
    numbers = range(1, sheets + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{parts}</Types>',
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    names = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]),
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'
