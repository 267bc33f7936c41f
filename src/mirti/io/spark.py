"""Spark in DuckDB's place for the collapse: a session from the environment, the sources it reads or is sent.

The environment says which Spark: SPARK_REMOTE, SPARK_HOME with its spark-defaults, else all cores of this machine.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend as DuckDB

from mirti.errors import InputError, Problem
from mirti.io.engine_errors import read_errors

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from mirti.io.spark_dialect import SparkBackend

SPEC_KEY = "run.backend"
OR_DUCKDB = 'or write backend = "duckdb": the collapse then needs this machine alone.'

# What makes both read alike: names tell capitals apart, a folder area=01 keeps its zero, an overflow is an error.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
# A Spark of this machine alone answers nobody else.
_ALONE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_GLOB = re.compile(r"([\\*?\[\]{}])")
_NAMES = itertools.count()


@dataclass(frozen=True)
class Spark:
    """session: the Spark session; con: Ibis on it; tables: the DuckDB that reads what is not Parquet."""

    session: SparkSession
    con: SparkBackend
    tables: DuckDB

    def scan(self, files: Sequence[Path], *, rewritten: bool, number: str | None) -> ir.Table:
        """The rows of Parquet files: the user's are read by Spark where they lie, rewritten ones are sent to it.

        number: the column of each row's number in its file. Raises InputError if Spark sees other rows in the user's
        files than this machine.
        """
        frame = self._sent(files, number) if rewritten else self._read(files, number)
        return self._named(frame)

    @contextmanager
    def stored(self, table: ir.Table) -> Iterator[ir.Table]:
        """The table's rows, computed once for the queries of the block."""
        frame = self.con.frame(table).cache()
        try:
            yield self._named(frame)
        finally:
            frame.unpersist()

    def _named(self, frame: DataFrame) -> ir.Table:
        name = f"mirti_{next(_NAMES)}"
        frame.createOrReplaceTempView(name)
        return self.con.table(name)

    def _read(self, files: Sequence[Path], number: str | None) -> DataFrame:
        from pyspark.errors import AnalysisException

        read = self.session.read
        if base := _above_partitions(files[0]):
            read = read.option("basePath", _uri(base))
        try:
            frame = read.parquet(*map(_uri, files))
            there = frame.count()
        except AnalysisException as error:
            raise _unseen(files, f"Spark cannot open the files: {str(error).splitlines()[0]}") from error
        here = sum(pq.read_metadata(path).num_rows for path in files)
        if here != there:
            raise _unseen(files, f"Spark reads {there:,} rows where this machine reads {here:,}")
        return frame.selectExpr("*", f"_metadata.row_index AS {number}") if number else frame

    def _sent(self, files: Sequence[Path], number: str | None) -> DataFrame:
        table = pq.read_table(list(files))
        if number:
            table = table.append_column(number, pa.array(range(len(table)), pa.int64()))
        return self.session.createDataFrame(table)


def _above_partitions(path: Path) -> Path | None:
    """The folder above those that name a column and its value (area=01), if there are such."""
    named = [folder for folder in path.parents if "=" in folder.name]
    return named[-1].parent if named else None


def _uri(path: Path) -> str:
    """A path as Hadoop takes it: of the file system, whatever the cluster's own is, and no pattern."""
    return "file://" + _GLOB.sub(r"\\\1", str(path.absolute()))


def _unseen(files: Sequence[Path], what: str) -> InputError:
    """Spark passes over files whose name begins with _ or a full stop, and its workers may have other disks."""
    remedy = (
        "Put the files on a disk that this machine and every worker see under the same path, under names that do not "
        "begin with _ or a full stop."
    )
    return InputError(Problem(what, str(files[0].parent), remedy))


# --- the session ----------------------------------------------------------------------------------------------------


@contextmanager
def started(tables: DuckDB, temp: Path) -> Iterator[Spark]:
    """A session of the environment's Spark, which ends with the block unless it was there before.

    temp: where a Spark of this machine alone may write. Raises InputError if PySpark or Java is missing or Spark does
    not start.
    """
    _check_installed()
    from mirti.io.spark_dialect import ibis_on  # needs PySpark, an extra

    session, own = _session(temp)
    try:
        for key, value in _SETTINGS.items():
            session.conf.set(key, value)
        yield Spark(session, ibis_on(session), tables)
    finally:
        if own:
            _end(session)


def _end(session: SparkSession) -> None:
    """Give the cluster its workers back, and this machine the memory of the Java process that was started here."""
    session.stop()
    _end_java()


def _end_java() -> None:
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    process = getattr(gateway, "proc", None)
    if gateway is None or process is None:
        return
    gateway.shutdown()
    process.stdin.close()  # Spark's Java ends when nobody can speak to it any more
    process.wait()
    SparkContext._gateway = SparkContext._jvm = None


def _session(temp: Path) -> tuple[SparkSession, bool]:
    """A session, and whether it was started here. One that is there lends its Spark, not its settings and names,
    but for a remote one, which has no other session to give."""
    from pyspark.sql import SparkSession

    there = SparkSession.getActiveSession()
    try:
        if there is not None:
            return (there if _remote() else there.newSession()), False
        builder = SparkSession.builder.appName("mirti")
        if not _remote():
            builder = builder.config(map=_local_settings(temp))
        return builder.getOrCreate(), True
    except read_errors() as error:
        what = f"Spark does not start: {_reason(error)}"
        remedy = (
            f"Check SPARK_REMOTE, SPARK_HOME, JAVA_HOME (Java 17 or 21) and spark-defaults.conf, {OR_DUCKDB}"
        )
        _end_java()
        raise InputError(Problem(what, SPEC_KEY, remedy)) from error


def _reason(error: Exception) -> str:
    """What Java says, where it is Java that refuses."""
    java = getattr(error, "java_exception", None)
    return str(java.toString() if java is not None else error).splitlines()[0]


def _remote() -> bool:
    return "SPARK_REMOTE" in os.environ


def _local_settings(temp: Path) -> dict[str, bool | float | int | str | None]:
    """What a Spark of this machine alone needs and spark-defaults does not say; nothing for a cluster."""
    from pyspark import SparkConf

    found = SparkConf()
    if not found.get("spark.master", "local").startswith("local"):
        return {}
    ours = {**_ALONE, "spark.sql.warehouse.dir": str(temp / "warehouse"), "spark.local.dir": str(temp)}
    return {key: value for key, value in ours.items() if not found.contains(key)}


def spark_version() -> str:
    """Of PySpark here; the cluster's own may be a later one."""
    import pyspark

    return str(pyspark.__version__)


def _check_installed() -> None:
    missing = []
    if importlib.util.find_spec("pyspark") is None:
        remedy = f"Install it (pip install 'almenara[spark]'), {OR_DUCKDB}"
        missing.append(Problem("PySpark is not installed", SPEC_KEY, remedy))
    if not (_remote() or _java()):
        install = "Install Java 17 or 21 (Debian, Ubuntu: apt install default-jre-headless)"
        remedy = f"{install}, name a Spark Connect server in SPARK_REMOTE, {OR_DUCKDB}"
        missing.append(Problem("Spark needs Java, and none was found", SPEC_KEY, remedy))
    if missing:
        raise InputError(missing)


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java"))
