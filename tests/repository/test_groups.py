"""Tests that share something dear to set up say so by a group, and a group goes to one process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = """
import os
import pytest

pytestmark = pytest.mark.xdist_group("one")

@pytest.mark.parametrize("number", range(12))
def test_says_where_it_runs(number):
    with open({seen!r}, "a") as file:
        file.write(f"{{os.getpid()}}\\n")
"""


def test_a_group_goes_to_one_process(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text(TESTS.format(seen=str(seen)))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:django"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    processes = seen.read_text().split()
    assert len(processes) == 24
    assert len(set(processes)) == 1
