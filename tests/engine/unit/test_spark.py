"""The collapse on Spark against the collapse on DuckDB: the same spec, the same release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from mirti import pipeline
from mirti.codes import code, not_a_number, number
from mirti.declarations import Source
from mirti.errors import InputError
from mirti.expressions import condition, expression
from mirti.io import spark as io_spark
from mirti.io.backends import ROW, Connection, DuckDB, collapsing, stored
from mirti.io.files import reading
from mirti.io.readers import connect, open_source
from mirti.io.simulated import write_country
from mirti.io.spark import Spark
from mirti.io.toml_text import toml
from tests.support.spark import DEFAULTS, spark

__all__ = ["spark"]

pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.filterwarnings(
        "ignore:unclosed <socket:ResourceWarning"
    ),  # PySpark leaves them to the collector
]

PERSONS, MUNICIPALITIES, SEED = 20_000, 36, 4
COVARIATES = {
    "persons": ("age", "sex", "attendance", "head_schooling", "any_informal", "overcrowded"),
    "counts": ("age", "sex", "attendance", "zone", "lag"),
}
KEPT = (
    "schema_version",
    "run",
    "outcome",
    "outcome_label",
    "survey",
    "census",
    "projection",
    "areas",
    "covariates",
)
COUNTED = ("area", "age", "sex", "attendance", "zone", "lag")


# --- releases -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small country with its census as persons in Parquet, and once more as counts in a CSV in Latin-1."""
    folder = tmp_path_factory.mktemp("spark") / "country"
    write_country(folder, PERSONS, SEED, municipalities=MUNICIPALITIES)
    counted = pq.read_table(folder / "census").group_by(COUNTED).aggregate([([], "count_all")])
    columns = {name: counted[name] for name in COUNTED}
    columns["zone"] = pa.array(
        ["urbana" if one == 1 else "área rural" for one in counted["zone"].to_pylist()]
    )
    pa_csv.write_csv(
        pa.table({**columns, "people": counted["count_all"]}),
        folder / "utf-8.csv",
        pa_csv.WriteOptions(delimiter=";", quoting_style="needed"),
    )
    (folder / "counts.csv").write_text((folder / "utf-8.csv").read_text("utf-8"), "latin-1")
    return folder


def spec_file(country: Path, census: str, backend: str) -> Path:
    """The country's own spec with fewer covariates, without map and scenarios, which never see the backend."""
    whole = tomllib.loads((country / "model.toml").read_text("utf-8"))
    spec = {key: whole[key] for key in KEPT}
    spec["run"]["backend"] = backend
    spec["model"] = {"estimator": "logistic"}
    spec["covariates"] = [one for one in spec["covariates"] if one["name"] in COVARIATES[census]]
    if census == "counts":
        spec["census"] |= {
            "kind": "counts",
            "count": "people",
            "source": {"file": "counts.csv", "encoding": "latin-1"},
            "persons": {"age": "age", "sex": "sex"},
        }
        for covariate in spec["covariates"]:
            if covariate["name"] == "zone":
                covariate["census"] = {"column": "zone", "recode": {"urbana": "urban", "área rural": "rural"}}
            if covariate["name"] == "lag":
                covariate["census"] = {"column": "lag", "cuts": [1, 3]}
                covariate["survey"] = {"column": "lag", "cuts": [1, 3]}
    path = country / f"{census}-{backend}.toml"
    path.write_text(toml(spec), "utf-8")
    return path


@pytest.mark.parametrize("census", ["persons", "counts"])
def test_the_same_spec_gives_the_same_release_on_spark(
    census: str, country: Path, spark: Spark, tmp_path: Path
) -> None:
    releases = [
        pipeline.run(spec_file(country, census, backend), tmp_path / backend)
        for backend in ("duckdb", "spark")
    ]
    tables = [{path.name: pq.read_table(path) for path in out.glob("*.parquet")} for out in releases]
    assert tables[0].keys() == tables[1].keys() >= {"areas.parquet", "coefficients.parquet"}
    for name, table in tables[0].items():
        assert_alike(table, tables[1][name], name)
    manifests = [json.loads((out / "manifest.json").read_text("utf-8")) for out in releases]
    assert manifests[0]["inputs"] == manifests[1]["inputs"]
    assert manifests[0]["warnings"] == manifests[1]["warnings"]
    assert "pyspark" in manifests[1]["packages"].keys() - manifests[0]["packages"].keys()


def assert_alike(one: pa.Table, other: pa.Table, name: str) -> None:
    assert one.schema == other.schema
    for column in one.column_names:
        left, right = one[column].to_pylist(), other[column].to_pylist()
        if pa.types.is_floating(one[column].type):
            assert right == [x if x is None else pytest.approx(x, rel=1e-9, abs=1e-12) for x in left], (
                f"{name}: {column}"
            )
        else:
            assert left == right, f"{name}: {column}"


# --- values ---------------------------------------------------------------------------------------------------------

TEXTS = (
    None, "", " ", "0", "07", " 12 ", "12d", "1f", "0x1p3", "1e3", "1E-2", ".5", "5.", "+3", "-3", "--3", "1,5",
    "1_000", "1__0", "_1", "1_", "1_0.5_0", "NaN", "inf", "-Infinity", "é", "12.50", "1e400", "12L", "true",
    "\t9\n", "\x0b8\x0c", "\u00a07",
)  # fmt: skip
FLOATS = (
    None, 0.0, -0.0, 1.0, 2.5, 0.1, 1 / 3, 12345678.5, -98765432.125, 1e14 + 0.5, 4.0e9, 123456789012345.0,
    float("nan"), float("inf"), float("-inf"), 0.001, 1e7, 1e7 + 0.25,
)  # fmt: skip


def on_both(spark: Spark, tmp_path: Path, columns: dict[str, Any], *asked: Any) -> None:
    """Each question about the table's columns has the same answer in every row."""
    rows = max(len(values) for values in columns.values())
    pq.write_table(pa.table({"row": range(rows), **columns}), tmp_path / "values.parquet")
    con = connect(temp=tmp_path / "temp", threads=1)
    answers = [_answers(backend, tmp_path, asked) for backend in (con, spark)]
    con.disconnect()
    assert answers[1] == answers[0]


def _answers(con: Connection, folder: Path, asked: tuple[Any, ...]) -> list[str]:
    table = open_source(con, Source(file="values.parquet"), folder, "values").table
    named = {f"answer{i}": question(table) for i, question in enumerate(asked)}
    rows = table.mutate(**named).order_by("row").to_pyarrow().to_pylist()
    return [repr(row) for row in rows]  # nan is itself


def test_texts_are_numbers_and_codes_on_spark_as_on_duckdb(spark: Spark, tmp_path: Path) -> None:
    on_both(
        spark,
        tmp_path,
        {"text": TEXTS},
        *(lambda t, f=f: f(t["text"]) for f in (number, code, not_a_number)),
        lambda t: expression("text // 2 + text % 5", t, "spec", na=("07",)),
        lambda t: condition("text in ('0', '07') or missing(text)", t, "spec"),
    )


def test_floats_are_numbers_and_codes_on_spark_as_on_duckdb(spark: Spark, tmp_path: Path) -> None:
    on_both(
        spark,
        tmp_path,
        {"value": pa.array(FLOATS, pa.float64())},
        *(lambda t, f=f: f(t["value"]) for f in (number, code, not_a_number)),
        lambda t: expression("max(value, 2) / (value - 1)", t, "spec"),
        lambda t: condition("value > 1 and value <= 2.5", t, "spec"),
        lambda t: condition("value == 12345678.5 or value == '12345678.5'", t, "spec"),
    )


def test_a_household_in_which_no_answer_counts_counts_none(spark: Spark, tmp_path: Path) -> None:
    """A count whose condition is unknown for everyone is 0, as DuckDB says, not missing."""
    pq.write_table(
        pa.table({"home": [1, 1, 2], "x": pa.array([None, None, 1], pa.int8())}), tmp_path / "values.parquet"
    )
    table = open_source(spark, Source(file="values.parquet"), tmp_path, "values").table
    counted = table.group_by("home").agg(n=table.count(where=table["x"] == 1)).order_by("home")
    assert counted.to_pyarrow()["n"].to_pylist() == [0, 1]


def test_whole_numbers_beside_a_null_keep_every_digit(spark: Spark, tmp_path: Path) -> None:
    large = [2**62 - 1, None, 2**53 + 1]
    on_both(spark, tmp_path, {"key": pa.array(large, pa.int64())}, lambda t: t["key"])
    memory = ibis.memtable(pa.table({"key": pa.array(large, pa.int64())}))
    with stored(spark, memory) as kept:
        assert sorted(kept.to_pyarrow()["key"].to_pylist(), key=str) == sorted(large, key=str)


# --- sources --------------------------------------------------------------------------------------------------------


def rows_of(con: Connection, file: str, folder: Path, **options: Any) -> list[dict[str, Any]]:
    opened = open_source(con, Source.model_validate({"file": file, **options}), folder, "census")
    rows: list[dict[str, Any]] = opened.table.to_pyarrow().to_pylist()
    return sorted(rows, key=repr)


def test_spark_reads_the_columns_that_folders_name_as_duckdb_does(
    spark: Spark, tmp_path: Path, con: DuckDB
) -> None:
    for area in ("01", "02"):
        (tmp_path / "census" / f"area={area}").mkdir(parents=True)
        pq.write_table(
            pa.table({"Age": [7, 8]}), tmp_path / "census" / f"area={area}" / "part {1}[*].parquet"
        )
    assert rows_of(spark, "census", tmp_path) == rows_of(con, "census", tmp_path)
    assert {row["area"] for row in rows_of(spark, "census", tmp_path)} == {"01", "02"}


def test_rows_are_numbered_alike_in_parquet_and_csv(spark: Spark, tmp_path: Path, con: DuckDB) -> None:
    pq.write_table(pa.table({"x": ["b", "a", "c"]}), tmp_path / "s.parquet")
    (tmp_path / "s.csv").write_text("x\nb\na\nc\n")
    for file in ("s.parquet", "s.csv"):
        for backend in (spark, con):
            numbered = open_source(backend, Source(file=file), tmp_path, "survey").numbered()
            rows = numbered.order_by(ROW).to_pyarrow()
            assert (rows["x"].to_pylist(), rows[ROW].to_pylist()) == (["b", "a", "c"], [0, 1, 2])


def test_a_file_that_spark_would_pass_over_stops_the_run(spark: Spark, tmp_path: Path) -> None:
    (tmp_path / "census").mkdir()
    for name in ("a.parquet", "_b.parquet"):
        pq.write_table(pa.table({"x": [1, 2]}), tmp_path / "census" / name)
    opened = open_source(spark, Source(file="census"), tmp_path, "census")
    with pytest.raises(
        InputError, match=r"Spark reads 2 rows where this machine reads 4[^→]*→ Put the files"
    ):
        _ = opened.table


def test_a_file_with_a_damaged_middle_is_named(spark: Spark, tmp_path: Path) -> None:
    path = tmp_path / "census.parquet"
    pq.write_table(pa.table({"x": range(100_000)}), path, compression="snappy")
    content = bytearray(path.read_bytes())
    content[50:5000] = bytes(4950)
    path.write_bytes(content)
    opened = open_source(spark, Source(file="census.parquet"), tmp_path, "census")
    with pytest.raises(InputError, match="the file cannot be read"), reading(opened.where):
        opened.table["x"].sum().to_pyarrow()


@pytest.fixture
def con(tmp_path: Path) -> Iterator[DuckDB]:
    backend = connect(temp=tmp_path / "temp", threads=1)
    yield backend
    backend.disconnect()


# --- the session ----------------------------------------------------------------------------------------------------


def test_a_session_that_is_there_is_used_and_stays(spark: Spark, con: DuckDB) -> None:
    with collapsing(con, "spark") as inner:
        assert isinstance(inner, Spark)
        assert inner.session.sparkContext is spark.session.sparkContext
    assert spark.session.range(3).count() == 3


def test_what_is_missing_is_named_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, con: DuckDB
) -> None:
    monkeypatch.setattr(io_spark.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    with pytest.raises(InputError) as refused, collapsing(con, "spark"):
        pass
    said = str(refused.value)
    assert "pip install 'almenara[spark]'" in said
    assert "Java 17 or 21" in said
    monkeypatch.setenv("SPARK_REMOTE", "sc://cluster")
    with pytest.raises(InputError) as refused, collapsing(con, "spark"):
        pass
    assert "Java" not in str(refused.value)  # it is the cluster that has it


def test_a_run_s_own_spark_ends_with_it_and_leaves_nothing(tmp_path: Path) -> None:
    """In a process of its own: session, Java and warehouse are gone when the collapse is over; then a wrong master."""
    script = SCRIPT.format(temp=str(tmp_path / "temp"))
    environment = {**os.environ, "SPARK_CONF_DIR": str(tmp_path)}
    environment.pop("SPARK_REMOTE", None)
    (tmp_path / "spark-defaults.conf").write_text(DEFAULTS)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    ended, refused = done.stdout.split("\n", 1)
    assert ended.split() == ["3", "127.0.0.1", "gone"], done.stderr
    assert "Spark does not start" in refused
    assert "Master must" in done.stderr  # where the message sends the reader
    assert sorted(path.name for path in tmp_path.iterdir()) == ["spark-defaults.conf", "temp"]


SCRIPT = """
import os
from pathlib import Path
from mirti.errors import InputError
from mirti.io.backends import collapsing
from mirti.io.readers import connect
con = connect(temp=Path({temp!r}))
with collapsing(con, "spark") as spark:
    java = spark.session.sparkContext._gateway.proc
    print(spark.session.range(3).count(), spark.session.conf.get("spark.driver.host"), end=" ")
print("gone" if java.poll() is not None else "there")
os.environ["PYSPARK_SUBMIT_ARGS"] = "--conf spark.master=nonsense pyspark-shell"
try:
    with collapsing(con, "spark"):
        pass
except InputError as refused:
    print(refused)
"""
