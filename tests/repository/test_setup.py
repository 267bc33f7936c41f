"""Set-up is done once, again when what it is made from changes, and never skipped in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tools import setup


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "STAMPS", tmp_path / ".make")
    (tmp_path / "lock.txt").write_text("numpy==2.4.6")
    return tmp_path


@pytest.fixture
def runs(folder: Path) -> list[str]:
    return []


@pytest.fixture
def step(folder: Path, runs: list[str]) -> setup.Step:
    def install() -> None:
        runs.append((folder / "lock.txt").read_text())
        (folder / "made").touch()

    return setup.Step("packages", "packages", install, ("*.txt",), ("made",))


def set_up(step: setup.Step, monkeypatch: pytest.MonkeyPatch, purpose: str = "test") -> None:
    monkeypatch.setattr(setup, "STEPS", (step,))
    setup.main(purpose)


def test_a_step_is_done_once(step: setup.Step, runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(step, monkeypatch)
    set_up(step, monkeypatch)
    assert runs == ["numpy==2.4.6"]


def test_touching_a_file_changes_nothing_and_changing_it_does(
    step: setup.Step, runs: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(step, monkeypatch)
    (folder / "lock.txt").touch()
    set_up(step, monkeypatch)
    assert len(runs) == 1
    (folder / "lock.txt").write_text("numpy==2.4.7")
    set_up(step, monkeypatch)
    assert runs == ["numpy==2.4.6", "numpy==2.4.7"]


def test_what_was_removed_is_made_again(
    step: setup.Step, runs: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(step, monkeypatch)
    (folder / "made").unlink()
    set_up(step, monkeypatch)
    assert len(runs) == 2


def test_what_no_longer_works_is_made_again(
    step: setup.Step, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(step, monkeypatch)
    set_up(replace(step, works=lambda: False), monkeypatch)
    assert len(runs) == 2


def test_a_step_that_failed_is_not_taken_for_done(
    step: setup.Step, runs: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        (folder / "made").touch()
        raise SystemExit("no network")

    with pytest.raises(SystemExit):
        set_up(replace(step, run=fail), monkeypatch)
    set_up(step, monkeypatch)
    assert len(runs) == 1


@pytest.mark.parametrize("name", ["browser", "java"])
def test_the_demonstration_needs_neither_browser_nor_java(
    name: str, step: setup.Step, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    only_for_tests = replace(step, name=name)
    set_up(only_for_tests, monkeypatch, purpose="demo")
    assert runs == []
    set_up(only_for_tests, monkeypatch, purpose="test")
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("install", "found", "needed", "package"),
    [
        (setup.install_browser, "browser_found", "the browser tests need", "chromium"),
        (setup.install_java, "java_found", "the tests on Spark need", "default-jre-headless"),
    ],
)
def test_a_missing_system_package_is_named_with_how_to_install_it(
    install: Callable[[], None], found: str, needed: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, found, lambda: False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as stopped:
        install()
    said = str(stopped.value)
    assert f"{needed} {package}" in said
    assert f"apt-get install {package}" in said


def test_a_failed_command_is_named_with_its_remedy() -> None:
    with pytest.raises(SystemExit, match=r"`false` failed with exit code 1\. Ask\."):
        setup.call("false", remedy="Ask.")
