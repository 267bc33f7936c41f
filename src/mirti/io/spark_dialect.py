"""Ibis on Spark, where its own translation answers otherwise than DuckDB, and Arrow both ways instead of pandas."""

from __future__ import annotations

from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from ibis.backends.pyspark import Backend
from ibis.backends.sql.compilers.base import FALSE, NULL
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from pyspark.sql import DataFrame, SparkSession

# Java also takes "12d", "1f" and "0x1p3" for numbers, and does not take "1_000".
_WHOLE_NUMBER = r"[0-9]+(_[0-9]+)*"
_NUMBER = rf"^[+-]?({_WHOLE_NUMBER}[.]?({_WHOLE_NUMBER})?|[.]{_WHOLE_NUMBER})([eE][+-]?[0-9]+)?$"
_DIGITS = dt.Decimal(38, 15)
_PLAIN, _WHOLE = (
    1e7,
    1e15,
)  # Java writes 12345678.5 as 1.23456785E7; from 1e15 on, and below 0.001, so does DuckDB


def ibis_on(session: SparkSession) -> SparkBackend:
    """Ibis's connection to a session."""
    backend = SparkBackend()
    backend.register_options()
    connected: SparkBackend = backend.connect(session)
    return connected


class SparkCompiler(PySparkCompiler):  # type: ignore[misc]
    """Ibis's translation with DuckDB's answers."""

    __slots__ = ()

    def visit_CountStar(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: N802 - Ibis's name
        """Where nobody is counted the number is 0, not null."""
        counted = super().visit_CountStar(op, arg=arg, where=where)
        return counted if where is None else self.f.coalesce(counted, 0)

    def visit_IsInf(self, op: Any, *, arg: Any) -> Any:  # noqa: N802
        """Ibis 12 compares here in Python, and finds that no number is infinite."""
        return self.f.abs(arg).eq(self.POS_INF) if op.arg.dtype.is_floating() else FALSE

    def visit_TryCast(self, op: Any, *, arg: Any, to: Any) -> Any:  # noqa: N802
        """A text is a number if it is written as one."""
        if not (op.arg.dtype.is_string() and to.is_numeric()):
            return super().visit_TryCast(op, arg=arg, to=to)
        cast = super().visit_TryCast(op, arg=self.f.replace(arg, "_", ""), to=to)
        return self.if_(self.f.anon.regexp_like(arg, _NUMBER), cast, NULL)

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:  # noqa: N802
        """A number is written out as a text as long as it is not too great to be."""
        cast = super().visit_Cast(op, arg=arg, to=to)
        if not (op.arg.dtype.is_floating() and to.is_string()):
            return cast
        digits = self.cast(self.cast(arg, _DIGITS), dt.string)
        written = self.f.regexp_replace(digits, r"[.]?0+$", "")
        return self.if_(self.f.abs(arg).between(_PLAIN, _WHOLE), written, cast)


class SparkBackend(Backend):  # type: ignore[misc]
    """Ibis's backend with that translation."""

    compiler = SparkCompiler()

    def frame(self, expr: ir.Expr, **options: Any) -> DataFrame:
        """The expression as Spark's own table, computed when it is asked for."""
        self._run_pre_execute_hooks(expr)
        frame: DataFrame = self._session.sql(self.compile(expr.as_table(), **options))
        return frame

    def to_pyarrow(self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **_: Any) -> Any:
        """The rows as Spark sends them: by way of pandas, whole numbers with a null among them become floats."""
        return expr.__pyarrow_result__(self.frame(expr, params=params, limit=limit).toArrow())

    def _register_in_memory_table(self, op: Any) -> None:
        self._session.createDataFrame(op.data.to_pyarrow(op.schema)).createOrReplaceTempView(op.name)
