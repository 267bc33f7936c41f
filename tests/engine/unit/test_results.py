"""Folders of results: a CSV opens in a spreadsheet without running what somebody wrote into a name."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mirti.io.results import write_results

ODD = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
PLAIN = ["San José", "", "'=1", "a=1", "01-1", " =1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = [*ODD, *PLAIN, None]
    table = pa.table({"name": names, "difference": [-0.5] * len(names)})
    write_results(tmp_path / "out", {"changes.csv": table, "changes.parquet": table})
    return tmp_path / "out"


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(folder: Path) -> None:
    found = [row["name"] for row in rows(folder)]
    assert found == [*(f"'{text}" for text in ODD), *PLAIN, ""]


def test_numbers_stay_numbers(folder: Path) -> None:
    assert {row["difference"] for row in rows(folder)} == {"-0.5"}


def test_parquet_keeps_every_text(folder: Path) -> None:
    assert pq.read_table(folder / "changes.parquet")["name"].to_pylist() == [*ODD, *PLAIN, None]
