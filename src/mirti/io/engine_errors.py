"""What DuckDB and Spark raise, told apart: a query that we wrote wrongly, or data and a machine that fail."""

from __future__ import annotations

import sys

import duckdb

Errors = tuple[type[Exception], ...]


def our_errors() -> Errors:
    """Of a query that no data can make right."""
    duck = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.InternalException)
    if not _spark_in_use():
        return duck
    from pyspark.errors import AnalysisException

    return (*duck, AnalysisException)


def read_errors() -> Errors:
    """Of a source that cannot be read or an engine that fails; those of our_errors are among them."""
    if not _spark_in_use():
        return (duckdb.Error,)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return (duckdb.Error, PySparkException, Py4JError)


def _spark_in_use() -> bool:
    return "pyspark" in sys.modules
