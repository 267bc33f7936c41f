"""Tables out: no cell runs, numbers stay numbers, every text comes back, and memory does not grow with the rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from decimal import Decimal
from itertools import repeat

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almenara.privacy import writer
from almenara.privacy.writer import Cell, defused, write_csv, write_xlsx


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1",
     "\u202e=1", "＝1", "＋1", "－1", "＠x", "﹢1", "−1", " \ufeff =cmd|'/c calc'!A1", "\x00=1", "\u3000=1"],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", [-1.5, -3, Decimal("-2.5"), None, True, dt.date(2026, 3, 1), "", " ", "a=1", "1-2", "ñ", "'=1"]
)
def test_all_else_stays_as_it_is(value: Cell) -> None:
    assert defused(value) is value


def csv_of(*rows: tuple[Cell, ...]) -> bytes:
    buffer = io.BytesIO()
    assert write_csv(buffer, ["a", "b"], rows) == len(rows)
    return buffer.getvalue()


def test_a_csv_opens_in_excel_and_by_the_standard() -> None:
    content = csv_of(
        ("niñez, “así”", 'dice "no"'),
        ("dos\nlíneas", -1.5),
        (None, True),
        (Decimal("-3.10"), dt.date(2026, 3, 1)),
    )
    assert content.startswith(b"\xef\xbb\xbfa,b\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert rows[1:] == [
        ["niñez, “así”", 'dice "no"'], ["dos\nlíneas", "-1.5"], ["", "true"], ["-3.10", "2026-03-01"],
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("text", ["a;=1+1", "a;  -1", 'a";=1+1', "a\t@x", "a\n=1+1", "a;＝1", ";=1"])
def test_no_cell_begins_a_formula_whatever_separates_them_for_the_reader(text: str, delimiter: str) -> None:
    lines = csv_of((text, 1)).decode("utf-8-sig").splitlines()
    cells = [cell.strip('" ') for line in lines for cell in line.split(delimiter)]
    assert not [cell for cell in cells if cell.startswith(writer.FORMULA)]


def test_headings_are_defused_too() -> None:
    buffer = io.BytesIO()
    write_csv(buffer, ["=1"], [])
    assert buffer.getvalue().decode("utf-8-sig") == "'=1\r\n"


def test_what_is_no_number_is_an_empty_cell() -> None:
    assert csv_of((float("nan"), float("inf"))).endswith(b"\r\n,\r\n")


def workbook_of(*rows: tuple[Cell, ...]) -> openpyxl.Workbook:
    buffer = io.BytesIO()
    assert write_xlsx(buffer, ["a", "b"], rows) == len(rows)
    return openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))


def test_a_workbook_holds_numbers_as_numbers_and_texts_as_texts() -> None:
    sheet = workbook_of(("=1+1", -1.5), ("<&> ñ\u0007", 7), ("0012", 10**15), (None, Decimal("0.10"))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["'=1+1", -1.5], ["<&> ñ", 7], ["0012", str(10**15)], [None, 0.1],
    ]  # fmt: skip
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert [cell.data_type for cell in sheet[2]] == ["s", "n"]


def test_a_workbook_may_be_empty_and_may_need_several_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [sheet.max_row for sheet in workbook_of().worksheets] == [1]
    monkeypatch.setattr(writer, "ROWS_A_SHEET", 4)
    sheets = workbook_of(*[(n, "x") for n in range(7)]).worksheets
    assert [[row[0] for row in sheet.values] for sheet in sheets] == [
        ["a", 0, 1, 2],
        ["a", 3, 4, 5],
        ["a", 6],
    ]
    assert len(workbook_of(*[(n, "x") for n in range(6)]).worksheets) == 2


@given(st.lists(st.tuples(st.text(max_size=40), st.integers(-(10**14), 10**14)), max_size=20))
def test_every_table_comes_back(rows: list[tuple[str, int]]) -> None:
    rows = [(text.replace("\x00", "").replace("\r", ""), number) for text, number in rows]
    back = list(csv.reader(io.StringIO(csv_of(*rows).decode("utf-8-sig"), newline="")))[1:]
    assert [row[1] for row in back] == [str(number) for _text, number in rows]
    for (text, _number), (read, _read) in zip(rows, back, strict=True):
        assert read.replace("'", "") == text.replace("'", "")
        assert not writer._may_run(read)


class Counting(io.RawIOBase):
    """Takes everything, keeps nothing, and cannot be gone back in."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self.size += len(content)
        return len(content)


ROW: tuple[Cell, ...] = ("=nombre simulado; y más", 7.5)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_memory_does_not_grow_with_the_rows(write: Callable[..., int]) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            assert write(Counting(), ["a", "b"], repeat(ROW, count)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(5_000)
    assert peak(200_000) < few + 500_000


def test_a_part_of_the_workbook_is_written_once_and_no_file_beside_it() -> None:
    buffer = io.BytesIO()
    write_xlsx(buffer, ["a"], [("x",)])
    names = zipfile.ZipFile(buffer).namelist()
    assert len(names) == len(set(names)) == 5
