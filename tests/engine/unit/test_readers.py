"""Every kind of file opens as the same table; every damage is told with place and remedy."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from ibis.backends.duckdb import Backend

from mirti.codes import code, number
from mirti.declarations import Source
from mirti.errors import InputError, MachineError
from mirti.io.backends import ROW
from mirti.io.files import reading
from mirti.io.readers import Opened, connect, open_source

ROWS = [("0901", 1.0, "María"), ("3207", 2.5, None), ("0101", None, 'a "b", c')]
CSV = 'area,hours,name\n0901,1,María\n3207,2.5,NA\n0101,,"a ""b"", c"\n'


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Backend]:
    backend = connect(temp=tmp_path / "temp", threads=1)
    yield backend
    backend.disconnect()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "files"
    path.mkdir()
    return path


def read(opened: Opened) -> list[tuple[object, ...]]:
    table = opened.numbered().order_by(ROW)
    chosen = table.select(area=code(table["area"]), hours=number(table["hours"]), name=code(table["name"]))
    return [tuple(row.values()) for row in chosen.to_pyarrow().to_pylist()]


def refusal(con: Backend, folder: Path, file: str, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        open_source(con, Source.model_validate({"file": file, **options}), folder, "survey")
    return str(caught.value).replace(f"{folder}/", "")


def write(folder: Path, name: str) -> None:
    path = folder / name
    frame = pd.DataFrame(ROWS, columns=["area", "hours", "name"])
    if name.endswith(".csv"):
        path.write_text(CSV)
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress(CSV.encode()))
    elif name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    elif name.endswith(".dta"):
        frame["hours"] = frame["hours"].astype("float64")
        pyreadstat.write_dta(frame.fillna({"name": ""}), str(path))
    else:
        pyreadstat.write_sav(frame.fillna({"name": ""}), str(path))


@pytest.mark.parametrize("name", ["s.csv", "s.csv.gz", "s.parquet", "s.dta", "s.sav"])
def test_every_kind_of_file_is_the_same_table(con: Backend, folder: Path, name: str) -> None:
    write(folder, name)
    opened = open_source(con, Source(file=name), folder, "survey")
    assert read(opened) == ROWS
    assert opened.rows() == 3
    assert opened.sha256() == hashlib.sha256((folder / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("file", ["census", "census/*.parquet"])
def test_a_folder_or_a_glob_of_parquet_files_is_one_table(con: Backend, folder: Path, file: str) -> None:
    (folder / "census").mkdir()
    for number_of_file in range(3):
        pq.write_table(pa.table({"n": [number_of_file]}), folder / "census" / f"{number_of_file}.parquet")
    opened = open_source(con, Source(file=file), folder, "census")
    assert sorted(opened.table.to_pyarrow()["n"].to_pylist()) == [0, 1, 2]
    assert opened.rows() == 3
    assert len(opened.paths) == 3
    assert len(opened.sha256()) == 64


def test_value_labels_of_stata_and_spss_are_kept_beside_the_codes(con: Backend, folder: Path) -> None:
    frame = pd.DataFrame({"sex": [1.0, 2.0]})
    labels = {"sex": {1: "Hombre", 2: "Mujer"}}
    pyreadstat.write_sav(frame, str(folder / "s.sav"), variable_value_labels=labels)
    pyreadstat.write_dta(frame, str(folder / "s.dta"), variable_value_labels=labels)
    for name in ("s.sav", "s.dta"):
        opened = open_source(con, Source(file=name), folder, "survey")
        assert opened.value_labels == {"sex": {"1": "Hombre", "2": "Mujer"}}
        assert code(opened.table["sex"]).to_pyarrow().to_pylist() == ["1", "2"]


def test_values_declared_missing_in_spss_are_missing(con: Backend, folder: Path) -> None:
    frame = pd.DataFrame({"hours": [5.0, 99.0]})
    pyreadstat.write_sav(frame, str(folder / "s.sav"), missing_ranges={"hours": [99]})
    opened = open_source(con, Source(file="s.sav"), folder, "survey")
    assert opened.table["hours"].to_pyarrow().to_pylist() == [5.0, None]


def test_stata_is_read_in_pieces(con: Backend, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mirti.io.statistical.ROWS", 7)
    pyreadstat.write_dta(pd.DataFrame({"x": range(20)}), str(folder / "s.dta"))
    opened = open_source(con, Source(file="s.dta"), folder, "survey")
    assert sorted(opened.table.to_pyarrow()["x"].to_pylist()) == list(range(20))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_headers(con: Backend, folder: Path, delimiter: str) -> None:
    (folder / "s.csv").write_text(f'a{delimiter}"b,;c"\n1{delimiter}2\n')
    opened = open_source(con, Source(file="s.csv"), folder, "survey")
    assert opened.table.to_pyarrow().to_pylist() == [{"a": "1", "b,;c": "2"}]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-8-sig"])
def test_a_named_encoding_is_read(con: Backend, folder: Path, encoding: str) -> None:
    (folder / "s.csv").write_bytes("año\nMaría\n".encode(encoding))
    opened = open_source(con, Source(file="s.csv", encoding=encoding), folder, "survey")
    assert opened.table.to_pyarrow().to_pylist() == [{"año": "María"}]


def test_a_byte_order_mark_is_no_part_of_the_first_name(con: Backend, folder: Path) -> None:
    (folder / "s.csv").write_bytes(b"\xef\xbb\xbfarea,x\n0901,1\n")
    assert open_source(con, Source(file="s.csv"), folder, "survey").table.columns == ("area", "x")


def test_a_connection_keeps_to_its_limits(tmp_path: Path) -> None:
    backend = connect("300MB", 1, temp=tmp_path / "spill")
    settings = "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
    memory, threads, temp = backend.con.execute(settings).fetchone()
    backend.disconnect()
    assert memory.startswith("286")  # MiB
    assert threads == 1
    assert Path(temp) == tmp_path / "spill"


# --- what bad input gets --------------------------------------------------------------------------------------------


def test_missing_file_offers_the_nearest_name(con: Backend, folder: Path) -> None:
    write(folder, "survey.csv")
    told = refusal(con, folder, "surbey.csv")
    assert told == "surbey.csv: the survey's file does not exist\n  → Did you mean survey.csv?"


def test_missing_folder_is_said(con: Backend, folder: Path) -> None:
    assert "There is no folder" in refusal(con, folder, "data/survey.csv")


def test_empty_file(con: Backend, folder: Path) -> None:
    (folder / "s.csv").write_bytes(b"")
    assert "the survey's file is empty (0 bytes)" in refusal(con, folder, "s.csv")


def test_file_without_rows(con: Backend, folder: Path) -> None:
    (folder / "s.csv").write_text("a,b\n")
    assert "the survey has no rows" in refusal(con, folder, "s.csv")


def test_header_without_names(con: Backend, folder: Path) -> None:
    (folder / "s.csv").write_text("\n1,2\n")
    assert "s.csv, line 1: the first line holds no column names" in refusal(con, folder, "s.csv")


def test_column_names_that_stand_twice_are_listed(con: Backend, folder: Path) -> None:
    (folder / "s.csv").write_text("age,sex,Age\n1,2,3\n")
    told = refusal(con, folder, "s.csv")
    assert "s.csv, line 1: 2 column names stand there more than once (age, Age)" in told
    assert "Give each column its own name" in told


@pytest.mark.parametrize(("row", "found"), [("5", 1), ("5,6,7", 3)])
def test_ragged_row_is_told_with_its_line(con: Backend, folder: Path, row: str, found: int) -> None:
    (folder / "s.csv").write_text(f"a,b\n1,2\n3,4\n{row}\n6,7\n")
    told = refusal(con, folder, "s.csv")
    assert f"s.csv, line 4: the row has {found} columns, the header has 2" in told
    assert "Mend the row" in told


def test_open_quotation_mark_is_told_with_its_line(con: Backend, folder: Path) -> None:
    (folder / "s.csv").write_text('a,b\n1,"2\n3,4\n')
    assert "s.csv, line 2: a quotation mark is opened and not closed" in refusal(con, folder, "s.csv")


@pytest.mark.parametrize("rows", [1, 400_000])
def test_wrong_encoding_names_byte_line_and_a_likely_one(con: Backend, folder: Path, rows: int) -> None:
    before = b"a,b\n" + b"1,2\n" * rows
    (folder / "s.csv").write_bytes(before + "3,año\n".encode("latin-1"))
    told = refusal(con, folder, "s.csv")
    assert f"s.csv, line {rows + 2}: the text is not utf-8: byte {len(before) + 3} is 0xf1" in told
    assert 'encoding = "latin-1"' in told


def test_unknown_encoding(con: Backend, folder: Path) -> None:
    write(folder, "s.csv")
    assert 'there is no encoding "latin-x"' in refusal(con, folder, "s.csv", encoding="latin-x")


def test_truncated_gzip(con: Backend, folder: Path) -> None:
    whole = gzip.compress(CSV.encode() * 50)
    (folder / "s.csv.gz").write_bytes(whole[: len(whole) // 2])
    told = refusal(con, folder, "s.csv.gz")
    assert "s.csv.gz: the gzip file is cut off: it ends before its end mark" in told
    assert "Copy or download the file again" in told


def test_corrupt_gzip_that_still_decompresses(con: Backend, folder: Path) -> None:
    whole = bytearray(gzip.compress(CSV.encode()))
    whole[-6] ^= 0xFF  # the stored checksum
    (folder / "s.csv.gz").write_bytes(whole)
    assert "the gzip file is damaged: CRC check failed" in refusal(con, folder, "s.csv.gz")


def test_truncated_parquet(con: Backend, folder: Path) -> None:
    write(folder, "s.parquet")
    whole = (folder / "s.parquet").read_bytes()
    (folder / "s.parquet").write_bytes(whole[: len(whole) // 2])
    told = refusal(con, folder, "s.parquet")
    assert "s.parquet: survey: the Parquet file is cut off or damaged" in told
    assert "Copy or download the file again" in told


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("s.dta", CSV.encode(), "the name says a Stata file (.dta), the content is a text file (a CSV?)"),
        (
            "s.sav",
            b"\x00\x01\x02garbage",
            "the name says an SPSS file (.sav), the content is an unknown kind of file",
        ),
        ("s.sav", b"PAR1....", "the content is a Parquet file"),
        ("s.csv", b"PK\x03\x04....", "the name says CSV, the content is a zip or Excel file"),
        ("s.csv", gzip.compress(b"a\n1\n", mtime=0), "the content is a gzip file"),
        ("s.csv.gz", CSV.encode(), "the name says gzipped CSV, the content is a text file"),
        ("s.parquet", CSV.encode(), "the content is a text file (a CSV?), no Parquet"),
        ("s.xlsx", b"PK\x03\x04....", "of a kind that is not read"),
    ],
)
def test_a_file_that_lies_about_its_type(
    con: Backend, folder: Path, name: str, content: bytes, what: str
) -> None:
    (folder / name).write_bytes(content)
    assert what in refusal(con, folder, name)


@pytest.mark.parametrize("name", ["s.dta", "s.sav"])
def test_damaged_stata_or_spss(con: Backend, folder: Path, name: str) -> None:
    write(folder, name)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 3])
    assert f"{name}: the {name[1:]} file cannot be read" in refusal(con, folder, name)


def test_folder_without_parquet_and_pattern_without_files(con: Backend, folder: Path) -> None:
    (folder / "census").mkdir()
    assert "the survey's folder holds no .parquet file" in refusal(con, folder, "census")
    assert "the survey's pattern matches no file" in refusal(con, folder, "census/*.parquet")


def test_parquet_files_of_unequal_columns(con: Backend, folder: Path) -> None:
    pq.write_table(pa.table({"n": [1], "age": [1]}), folder / "a.parquet")
    pq.write_table(pa.table({"n": [1], "edad": [1]}), folder / "b.parquet")
    told = refusal(con, folder, "*.parquet")
    assert "b.parquet: its columns are not those of a.parquet; they differ in (age, edad)" in told


def test_damage_inside_a_parquet_file_is_told_when_a_query_meets_it(con: Backend, folder: Path) -> None:
    pq.write_table(
        pa.table({"name": [f"{i:09d}" for i in range(5000)]}), folder / "s.parquet", compression="snappy"
    )
    whole = bytearray((folder / "s.parquet").read_bytes())
    pages = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")  # what precedes the footer
    whole[4:pages] = b"\xff" * (pages - 4)
    (folder / "s.parquet").write_bytes(whole)
    opened = open_source(con, Source(file="s.parquet"), folder, "survey")
    with pytest.raises(InputError, match=r"the file cannot be read: .*\n.*download"), reading(opened.where):
        opened.table["name"].length().sum().to_pyarrow()


def test_full_memory_and_full_disk_are_the_machines_fault() -> None:
    for error in (duckdb.OutOfMemoryException("full"), duckdb.IOException("No space left on device")):
        with pytest.raises(MachineError) as caught, reading("census"):
            raise error
        assert caught.value.exit_code == 3


def test_a_fault_of_ours_is_not_blamed_on_the_file() -> None:
    with pytest.raises(duckdb.BinderException), reading("census"):
        raise duckdb.BinderException("no such column")
