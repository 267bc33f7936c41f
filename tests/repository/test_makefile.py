"""The Makefile's commands are documented, and the README opens with the two that matter."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.support.repository import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):(?!=)", MAKEFILE, flags=re.MULTILINE)) - {"python"}


def test_help_names_every_target_with_what_it_does() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    documented = {match[1] for match in re.finditer(r"^make (\w+) +\S.*", told, flags=re.MULTILINE)}
    assert documented == TARGETS


def test_contributing_names_every_target() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert {target for target in TARGETS if f"`make {target}" not in text} == set()


@pytest.mark.parametrize("name", ["README.md", "README.es.md"])
def test_the_first_screen_holds_the_two_commands(name: str) -> None:
    first_screen = "\n".join((ROOT / name).read_text().splitlines()[:30])
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_without_a_python_make_says_what_is_needed() -> None:
    command = ["/usr/bin/env", "-i", "PATH=/nonexistent", "/usr/bin/make", "setup", "PYTHON="]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode != 0
    assert "Python 3.11 or newer" in told.stdout
