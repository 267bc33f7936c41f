"""The command as a person or a script meets it: exit codes, sentences, and nothing half-written."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mirti import cli, pipeline
from mirti.bench import BENCHMARKS, LONG
from mirti.errors import MachineError, Problem
from mirti.pipeline import estimation, state
from tests.support.releases import write_synthetic_release
from tests.support.simulated import small_country

__all__ = ["small_country"]

MIRTI = Path(sys.executable).with_name("mirti")
COMMANDS = ("run", "index", "verify", "schema", "simulate", "bench")


def call(capsys, *arguments):
    """Exit code, standard output and standard error of a command run in this process."""
    with pytest.raises(SystemExit) as left:
        cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return left.value.code, out, err


def start(*arguments, **options):
    return subprocess.Popen(
        [MIRTI, *map(str, arguments)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options
    )


def wait_for(process, stage):
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            return
    raise AssertionError(f"the run ended before its stage {stage}")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example_that_names_the_command(capsys, command):
    code, out, _ = call(capsys, command, "--help")
    assert code == 0
    assert f"Example: mirti {command}" in out


def test_a_run_gives_a_release_that_is_sound(capsys, small_country, tmp_path):
    out = tmp_path / "release"
    code, said, progress = call(capsys, "run", small_country / "model.toml", "--out", out)
    assert code == 0, progress
    assert "report.html" in said
    assert [line.split()[0] for line in progress.splitlines()] == list(estimation.STAGES)
    assert list(tmp_path.iterdir()) == [out]
    code, said, _ = call(capsys, "verify", out)
    assert code == 0
    assert "sound" in said


def test_the_same_spec_and_files_give_the_same_release(small_country, tmp_path):
    one = pipeline.verify(pipeline.run(small_country / "model.toml", tmp_path / "one"))
    two = pipeline.verify(pipeline.run(small_country / "model.toml", tmp_path / "two"))
    assert one.manifest.release_id == two.manifest.release_id


def test_a_run_without_boundaries_says_which_file_to_add(small_country, tmp_path):
    country = tmp_path / "country"
    shutil.copytree(small_country, country)
    text = (country / "model.toml").read_text()
    before, after = text.split("[boundaries]\n")
    (country / "model.toml").write_text(before + after[after.index("\n[") + 1 :])
    release = pipeline.verify(pipeline.run(country / "model.toml", tmp_path / "release"))
    assert release.geojson is None
    assert any("[boundaries]" in warning for warning in release.manifest.warnings)
    assert "[boundaries]" in (tmp_path / "release" / "report.html").read_text()


def test_a_release_in_place_is_never_written_over(capsys, small_country, tmp_path):
    write_synthetic_release(tmp_path / "release")
    before = (tmp_path / "release" / "manifest.json").read_bytes()
    code, _, said = call(capsys, "run", small_country / "model.toml", "--out", tmp_path / "release")
    assert code == 2
    assert "never written over" in said
    assert (tmp_path / "release" / "manifest.json").read_bytes() == before


def test_bad_input_gets_a_sentence_and_no_folder(capsys, small_country, tmp_path):
    country = tmp_path / "country"
    shutil.copytree(small_country, country)
    (country / "survey.parquet").write_bytes((country / "survey.parquet").read_bytes()[:5000])
    code, _, said = call(capsys, "run", country / "model.toml", "--out", tmp_path / "release")
    assert code == 2
    assert "survey.parquet" in said
    assert "→" in said
    assert "Traceback" not in said
    assert sorted(tmp_path.iterdir()) == [country]


def test_a_spec_that_is_not_there_and_wrong_arguments_exit_2(capsys, tmp_path):
    assert call(capsys, "run", tmp_path / "no.toml", "--out", tmp_path / "release")[0] == 2
    assert call(capsys, "run", "--no-such-option")[0] == 2
    code, _, said = call(capsys, "run", "a.toml", "--out", "x", "--resume", "--discard")
    assert code == 2
    assert "one of --resume and --discard" in said


def test_verify_exits_1_with_what_is_wrong_and_2_if_there_is_nothing(capsys, tmp_path):
    write_synthetic_release(tmp_path / "release")
    (tmp_path / "release" / "classes.json").write_text("{}")
    code, _, said = call(capsys, "verify", tmp_path / "release")
    assert code == 1
    assert "classes.json" in said
    assert call(capsys, "verify", tmp_path / "nowhere")[0] == 2


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (MemoryError(), 3, "memory is not enough"),
        (OSError(28, "No space left on device", "/full"), 3, "disk is full"),
        (PermissionError(13, "Permission denied", "/theirs"), 3, "Permission denied"),
        (MachineError(Problem("It broke.", "here", "Mend it.")), 3, "It broke."),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_what_the_machine_does_has_its_own_exit_code(capsys, monkeypatch, tmp_path, error, code, words):
    def fails(*arguments, **options):
        raise error

    monkeypatch.setattr(estimation, "fit_model", fails)
    monkeypatch.setattr(estimation, "read_inputs", fails)
    (tmp_path / "model.toml").write_text("")
    monkeypatch.setattr(estimation, "load", lambda path: None)
    found, _, said = call(capsys, "run", tmp_path / "model.toml", "--out", tmp_path / "release")
    assert found == code
    assert words in said
    assert [path.name for path in tmp_path.iterdir()] == ["model.toml"]


def test_a_fault_of_the_program_is_not_hidden(monkeypatch):
    def fails(folder):
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "verify", fails)
    with pytest.raises(ZeroDivisionError):
        cli.main(["verify", "release"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(small_country, tmp_path, number):
    process = start("run", small_country / "model.toml", "--out", tmp_path / "release")
    wait_for(process, "survey")
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_grow_exits_3_and_leaves_nothing(small_country, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = start(
        "run", small_country / "model.toml", "--out", tmp_path / "release", preexec_fn=limit, env=environment
    )
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert "disk is full" in said
    assert list(tmp_path.iterdir()) == []


def killed(country, out):
    """A run that the machine killed once the census was collapsed; again, should it ever be over too soon."""
    for _ in range(3):
        process = start("run", country / "model.toml", "--out", out)
        wait_for(process, "comparability")
        process.kill()
        process.communicate()
        if not out.exists():
            return
        shutil.rmtree(out)
    pytest.fail("every run was over before it could be killed")


def test_what_a_killed_run_leaves_is_resumed_or_discarded_but_never_by_itself(
    capsys, monkeypatch, small_country, tmp_path
):
    out = tmp_path / "release"
    killed(small_country, out)
    assert out.with_name("release.partial").is_dir()
    shutil.copytree(tmp_path / "release.partial", tmp_path / "other.partial")
    code, _, said = call(capsys, "verify", out.with_name("release.partial"))
    assert code == 2
    code, _, said = call(capsys, "run", small_country / "model.toml", "--out", out)
    assert code == 2
    assert "--resume" in said
    assert "--discard" in said
    with monkeypatch.context() as patched:
        patched.setattr("mirti.pipeline.inputs.collapse_census", None)  # resuming must not need it
        resumed = pipeline.verify(pipeline.run(small_country / "model.toml", out, leftover="resume"))
    fresh = pipeline.verify(pipeline.run(small_country / "model.toml", tmp_path / "fresh"))
    assert resumed.manifest.release_id == fresh.manifest.release_id
    assert call(capsys, "run", small_country / "model.toml", "--out", tmp_path / "other", "--discard")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "other", "release"]


def test_kept_cells_serve_only_what_they_were_made_from():
    one = state.state_key("a", (), ())
    assert one == state.state_key("a", (), ())
    assert one != state.state_key("b", (), ())


def test_the_schema_is_printed_for_readers_and_for_programs(capsys):
    code, out, _ = call(capsys, "schema")
    assert code == 0
    assert "| `risk` | float64 | proportion | never |" in out
    contract = json.loads(call(capsys, "schema", "--format", "json")[1])
    assert {table["name"] for table in contract["tables"]} >= {"areas.parquet", "drivers.parquet"}
    assert "properties" in contract["documents"]["manifest.json"]
    assert "[survey]" in call(capsys, "schema", "--of", "spec")[1]


def test_simulate_writes_a_country_that_runs(capsys, tmp_path):
    code, out, _ = call(capsys, "simulate", "--persons", "20000", "--out", tmp_path / "country")
    assert code == 0
    assert str(tmp_path / "country" / "model.toml") in out
    assert call(capsys, "simulate", "--out", tmp_path / "country")[0] == 2


def test_an_unknown_benchmark_is_refused_with_those_there_are(capsys):
    code, _, said = call(capsys, "bench", "--only", "nothing")
    assert code == 2
    assert ", ".join(BENCHMARKS | LONG) in said
