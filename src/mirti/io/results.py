"""A folder of results about releases: documents, pages and tables, written aside and moved into place."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from pydantic import BaseModel

from mirti.errors import InputError, Problem
from mirti.io.release_writer import move_into_place, partial_folder

FORMULA = r"^[=+\-@\t\r\n]"  # what a spreadsheet takes for the beginning of a formula


def write_results(out: Path, files: Mapping[str, BaseModel | pa.Table | str]) -> None:
    """Write the new folder `out`: documents as JSON, texts as they are, tables as their name's ending says.

    In CSV, meant for spreadsheets, a text that one would run as a formula gets an apostrophe before it. Raises
    InputError if `out` exists; OSError (disk) after removing what was written.
    """
    if out.exists():
        what, remedy = (
            "The output folder already exists.",
            "Choose another folder with --out, or remove this one.",
        )
        raise InputError(Problem(what, str(out), remedy))
    folder = partial_folder(out)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name, content in files.items():
            _write(folder / name, content)
        move_into_place(folder, out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def defused(table: pa.Table) -> pa.Table:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table[field.name]
            plain = pc.if_else(
                pc.match_substring_regex(column, FORMULA),
                pc.binary_join_element_wise("'", column, ""),
                column,
            )
            table = table.set_column(place, field, plain)
    return table


def _write(path: Path, content: BaseModel | pa.Table | str) -> None:
    if isinstance(content, pa.Table):
        if path.suffix == ".csv":
            pyarrow.csv.write_csv(defused(content), path)
        else:
            pq.write_table(content, path, compression="zstd")
        return
    text = content if isinstance(content, str) else content.model_dump_json(indent=2) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
