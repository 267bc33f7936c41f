"""Where survey and census are collapsed: DuckDB on this machine or, for who outgrows it, Spark.

The collapse is one Ibis expression. What no expression says, opening files and keeping a result, is here for each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import ibis.expr.types as ir
from ibis.backends import duckdb

from mirti.io.delimited import quoted
from mirti.io.spark import Spark, started

DuckDB: TypeAlias = duckdb.Backend
Connection: TypeAlias = DuckDB | Spark

ROW = "file_row_number"
_NAMES = itertools.count()


@contextmanager
def collapsing(con: DuckDB, backend: Literal["duckdb", "spark"]) -> Iterator[Connection]:
    """What survey and census are opened and collapsed with; a Spark session ends with the block unless it was there
    before. Raises InputError if Spark is asked for and cannot start."""
    if backend == "duckdb":
        yield con
        return
    with started(con, temp_folder(con)) as spark:
        yield spark


def reader(con: Connection) -> DuckDB:
    """The DuckDB that reads what is not Parquet, which stands on this machine whoever collapses."""
    return con.tables if isinstance(con, Spark) else con


def temp_folder(con: DuckDB) -> Path:
    """Where the connection puts what it writes."""
    temp = Path(con.con.execute("SELECT current_setting('temp_directory')").fetchone()[0])
    temp.mkdir(parents=True, exist_ok=True)
    return temp


def scan(
    con: Connection, files: Sequence[Path], *, rewritten: bool = False, numbered: bool = False
) -> ir.Table:
    """The rows of Parquet files with equal columns, read when a query asks for them.

    rewritten: whether they were written by this run, and so may lie where only this machine sees them. numbered: with
    each row's number in its file, from 0, in ROW.
    """
    if isinstance(con, Spark):
        return con.scan(files, rewritten=rewritten, number=ROW if numbered else None)
    paths = ", ".join(quoted(str(path)) for path in files)
    name, extra = f"source_{next(_NAMES)}", f", {ROW}" if numbered else ""
    con.con.execute(f"CREATE TEMP VIEW {name} AS SELECT *{extra} FROM read_parquet([{paths}])")
    return con.table(name)


@contextmanager
def stored(con: Connection, table: ir.Table) -> Iterator[ir.Table]:
    """The table's rows, computed once for the queries of the block."""
    if isinstance(con, Spark):
        with con.stored(table) as kept:
            yield kept
        return
    name = f"stored_{next(_NAMES)}"
    kept = con.create_table(name, table, temp=True)
    try:
        yield kept
    finally:
        con.raw_sql(f"DROP TABLE {name}")  # Backend.drop_table of Ibis 12 loses the name with today's sqlglot
