"""A folder of results about releases: documents, pages and tables, written aside and moved into place."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from pydantic import BaseModel

from mirti.errors import InputError, Problem
from mirti.io.release_writer import move_into_place, partial_folder


def write_results(out: Path, files: Mapping[str, BaseModel | pa.Table | str]) -> None:
    """Write the new folder `out`: documents as JSON, texts as they are, tables as their name's ending says.

    Raises InputError if `out` exists; OSError (disk) after removing what was written.
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


def _write(path: Path, content: BaseModel | pa.Table | str) -> None:
    if isinstance(content, pa.Table):
        if path.suffix == ".csv":
            pyarrow.csv.write_csv(content, path)
        else:
            pq.write_table(content, path, compression="zstd")
        return
    text = content if isinstance(content, str) else content.model_dump_json(indent=2) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
