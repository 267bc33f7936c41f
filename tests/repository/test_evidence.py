"""The page of evidence: of every benchmark its last lines, with the commit at which they were measured."""

from __future__ import annotations

import os
from pathlib import Path

from tools import bench


def test_each_benchmark_stands_with_its_last_lines_and_their_commit(tmp_path: Path) -> None:
    for hour, (commit, name, value) in enumerate([("old", "fit", 1), ("old", "size", 2), ("new", "fit", 3)]):
        file = tmp_path / commit / f"{name}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"BENCH {name} {value} s - ok\n")
        os.utime(file, (3600 * hour, 3600 * hour))
    page = bench.page(bench.newest(tmp_path))
    fit, size = page.partition("\n## fit\n")[2].split("\n## size\n")
    assert "At commit new on 1970-01-01." in fit
    assert "BENCH fit 3 s - ok" in fit
    assert "BENCH fit 1" not in page
    assert "At commit old" in size
