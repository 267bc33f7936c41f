"""A run that is stopped among its simulated worlds: what is kept, when it is used again, and when it is not."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mirti import pipeline
from mirti.io.release_tables import Release
from mirti.smallarea import bootstrap
from tests.support.small_country import SmallCountry, wide_country

MIRTI = Path(sys.executable).with_name("mirti")
PATIENCE = 120.0  # seconds for a first block, on a machine that does much else
MANY = 200  # worlds; a run that has kept the first ten is far from its end


def country(replicates: int = 50, seed: int = 1) -> SmallCountry:
    made = wide_country()
    made.spec = made.spec.replace("replicates = 50", f"replicates = {replicates}")
    made.spec = made.spec.replace('name = "trial"', f'name = "trial"\nseed = {seed}', 1)
    return made


def blocks(out: Path) -> list[Path]:
    """The kept blocks of replicates of a run that is to make `out`."""
    return sorted((out.with_name(f"{out.name}.partial") / "state").glob("replicates-*.npz"))


def begun(spec: Path, out: Path) -> subprocess.Popen[str]:
    """A run that has kept its first block of worlds and has many to make."""
    process = subprocess.Popen(
        [MIRTI, "run", str(spec), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + PATIENCE
    while not blocks(out):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
    return process


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of a run that nothing stops."""
    folder = tmp_path_factory.mktemp("whole")
    return pipeline.verify(pipeline.run(country().write(folder / "in"), folder / "out"))


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a country in `in` and what a run killed after all its worlds leaves in `out.partial`."""
    folder = tmp_path_factory.mktemp("stopped")
    spec = country().write(folder / "in")

    class KilledError(BaseException):
        pass

    def kill(*arguments: object) -> None:
        shutil.copytree(folder / "out.partial", folder / "kept.partial")
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mirti.pipeline.estimation.find", kill)
        with pytest.raises(KilledError):
            pipeline.run(spec, folder / "out")
    assert [path.name for path in folder.iterdir() if path.name == "out.partial"] == []
    return folder


@pytest.fixture
def left(stopped: Path, tmp_path: Path) -> Path:
    """The release that is to be made, its partial folder as the killed run left it, and its spec in `in`."""
    shutil.copytree(stopped / "in", tmp_path / "in")
    shutil.copytree(stopped / "kept.partial", tmp_path / "out.partial")
    return tmp_path / "out"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the replicates that are made while the test runs."""
    numbers: list[int] = []
    real = bootstrap._Replicate.__call__

    def noted(self: bootstrap._Replicate, number: int) -> object:
        numbers.append(number)
        return real(self, number)

    monkeypatch.setattr(bootstrap._Replicate, "__call__", noted)
    return numbers


def resumed(left: Path) -> Release:
    return pipeline.verify(pipeline.run(left.parent / "in" / "model.toml", left, leftover="resume"))


def test_a_run_killed_among_its_worlds_goes_on_from_those_that_were_finished(
    tmp_path: Path, drawn: list[int]
) -> None:
    out = tmp_path / "out"
    spec = country(MANY).write(tmp_path / "in")
    process = begun(spec, out)
    process.kill()
    process.communicate()
    assert not out.exists()
    kept = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in blocks(out)}
    seen: dict[str, tuple[int, bytes]] = {}

    def watch(stage: str, done: int, total: int) -> None:
        if stage == "worlds" and done == total == MANY:
            seen.update({path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in blocks(out)})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.run(spec, out, watch, leftover="resume")
    assert len(seen) in (
        MANY // 10 - 1,
        MANY // 10,
    )  # the last block is kept once its last replicate was counted
    assert {name: seen[name] for name in kept} == kept
    assert sorted(drawn) == list(range(10 * len(kept), MANY))


def test_worlds_that_were_all_finished_are_not_drawn_again_and_the_release_is_the_same(
    left: Path, whole: Release, drawn: list[int]
) -> None:
    assert len(blocks(left)) == 5
    assert resumed(left).manifest.release_id == whole.manifest.release_id
    assert drawn == []
    assert [path.name for path in left.parent.iterdir() if path.suffix == ".partial"] == []


@pytest.mark.parametrize("size", [0, 100, -50])
def test_a_kept_block_that_is_cut_short_is_made_again(
    size: int, left: Path, whole: Release, drawn: list[int]
) -> None:
    block = blocks(left)[2]
    block.write_bytes(block.read_bytes()[:size])
    assert resumed(left).manifest.release_id == whole.manifest.release_id
    assert sorted(drawn) == list(range(20, 30))


def test_a_kept_block_with_another_number_of_replicates_is_made_again(
    left: Path, whole: Release, drawn: list[int]
) -> None:
    block = blocks(left)[4]
    with np.load(block) as stored:
        fewer = {name: values[:7] for name, values in stored.items()}
    np.savez(block, **fewer)
    assert resumed(left).manifest.release_id == whole.manifest.release_id
    assert sorted(drawn) == list(range(40, 50))


def test_a_kept_census_that_is_cut_short_is_collapsed_again(left: Path, whole: Release) -> None:
    [census] = (left.with_name("out.partial") / "state").glob("census-*.npz")
    census.write_bytes(census.read_bytes()[:-50])
    assert resumed(left).manifest.release_id == whole.manifest.release_id


def _other_seed(left: Path) -> None:
    country(seed=2).write(left.parent / "in")


def _other_spec(left: Path) -> None:
    other = country()
    other.spec = other.spec.replace("permutations = 999", "permutations = 1999")
    other.write(left.parent / "in")


def _other_file(left: Path) -> None:
    other = country()
    other.survey[0]["works"] = str(1 - int(other.survey[0]["works"]))
    other.write(left.parent / "in")


@pytest.mark.parametrize("change", [_other_seed, _other_spec, _other_file])
def test_kept_worlds_serve_no_other_seed_spec_or_file(change: object, left: Path, drawn: list[int]) -> None:
    assert callable(change)
    change(left)
    resumed(left)
    assert sorted(drawn) == list(range(50))


def test_the_seed_changes_the_replicates(tmp_path: Path, whole: Release) -> None:
    spec = country(seed=2).write(tmp_path / "in")
    other = pipeline.verify(pipeline.run(spec, tmp_path / "out"))
    assert other.areas["risk"] == whole.areas["risk"]
    assert other.tables["replicates.parquet"]["risk"] != whole.tables["replicates.parquet"]["risk"]


@pytest.mark.parametrize("cores", [1, 5])
def test_the_number_of_threads_changes_nothing(
    cores: int, tmp_path: Path, whole: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.os, "cpu_count", lambda: cores)
    other = pipeline.verify(pipeline.run(country().write(tmp_path / "in"), tmp_path / "out"))
    assert other.manifest.release_id == whole.manifest.release_id


def test_an_interruption_among_the_worlds_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    process = begun(country(MANY).write(tmp_path / "in"), out)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert "Interrupted. Nothing was written." in said
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
