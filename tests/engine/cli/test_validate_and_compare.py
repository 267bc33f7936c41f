"""`mirti validate` and `mirti compare` as a person meets them: figures on the terminal, folders, exit codes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from mirti.io.release_tables import floats, texts
from mirti.io.release_writer import write_release
from tests.engine.cli.test_cli import call
from tests.support.drawn import drawn_release
from tests.support.releases import write_synthetic_release
from tests.support.small_country import small_country


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    first = write_release(folder / "first", drawn_release(1))
    moved = np.where(np.arange(240) < 40, 1.0, 0.0)
    write_release(folder / "second", drawn_release(2, moved=moved, name="second", survey="2"))
    write_synthetic_release(folder / "bare", name="bare")
    measure = {"area": texts(first.areas, "code"), "share": floats(first.areas, "risk") * 0.9}
    pyarrow.csv.write_csv(pa.table(measure), folder / "measure.csv")
    return folder


@pytest.mark.parametrize("command", ["validate", "compare"])
def test_help_shows_an_example_that_names_the_command(capsys, command):
    code, out, _ = call(capsys, command, "--help")
    assert code == 0
    assert f"Example: mirti {command}" in out


def test_a_comparison_is_told_and_written(capsys, folder, tmp_path):
    code, out, err = call(
        capsys, "compare", folder / "first", folder / "second", "--out", tmp_path / "change"
    )
    assert (code, err) == (0, "")
    assert "areas rose" in out
    assert "comparison.html" in out
    assert (tmp_path / "change" / "comparison.html").is_file()


def test_a_comparison_without_replicates_is_told_and_not_judged(capsys, folder):
    code, out, _ = call(capsys, "compare", folder / "bare", folder / "second")
    assert code == 0
    assert "No interval and no significance is given" in out
    assert "areas rose" not in out


def test_what_may_not_be_compared_is_refused_and_nothing_is_written(capsys, folder, tmp_path):
    out = tmp_path / "change"
    code, _, said = call(capsys, "compare", folder / "first", folder / "first", "--out", out)
    assert code == 2
    assert "→" in said
    code, _, said = call(capsys, "compare", folder / "first", tmp_path, "--out", out)
    assert code == 2
    assert "no release here" in said
    assert list(tmp_path.iterdir()) == []


def test_a_validation_is_told_and_written(capsys, folder, tmp_path):
    options = ("--against", folder / "measure.csv", "--code", "area", "--rate", "share")
    code, out, err = call(capsys, "validate", folder / "first", *options, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert "Pearson" in out
    assert "measure.csv, 240 areas" in out
    assert (tmp_path / "out" / "validation.html").is_file()


def test_a_validation_by_the_survey_alone_needs_no_table(capsys, folder):
    code, out, _ = call(capsys, "validate", folder / "first")
    assert code == 0
    assert "department" in out


@pytest.mark.parametrize(
    "options",
    [
        ("--against", "measure.csv", "--code", "area"),
        ("--code", "area", "--rate", "share"),
        ("--against", "measure.csv", "--code", "area", "--rate", "no_such_column"),
        ("--against", "no_such_file.csv", "--code", "area", "--rate", "share"),
    ],
)
def test_a_table_that_is_not_there_or_not_named_whole_exits_2(capsys, folder, monkeypatch, options):
    monkeypatch.chdir(folder)
    code, out, said = call(capsys, "validate", "first", *options)
    assert (code, out) == (2, "")
    assert "Traceback" not in said


def test_a_run_whose_measure_joins_too_few_areas_is_refused_before_anything_is_fitted(capsys, tmp_path):
    country = small_country()
    country.spec += (
        '\n[validation]\narea = {column = "area"}\nrate = "share"\nsource = {file = "measure.csv"}\n'
    )
    country.files["measure.csv"] = "area,share\n0101,0.1\n0102,0.2\n9999,0.3\n"
    code, _, said = call(capsys, "run", country.write(tmp_path / "country"), "--out", tmp_path / "release")
    assert code == 2
    assert "2 areas of the release have a rate there" in said
    assert "9999" in said
    assert "model …" not in said
    assert not (tmp_path / "release").exists()
