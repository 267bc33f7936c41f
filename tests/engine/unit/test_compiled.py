"""Machine code where nothing can be kept on disk: an installation and a home that are read-only."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.repository import ROOT

SOURCE = """
from mirti.compiled import compiled


@compiled
def triangle(n):
    total = 0
    for i in range(n + 1):
        total += i
    return total
"""


def load(folder: Path) -> ModuleType:
    path = folder / "loops.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("loops", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_code_is_kept_beside_its_source_where_that_can_be_written(tmp_path: Path) -> None:
    assert load(tmp_path).triangle(4) == 10
    assert list((tmp_path / "__pycache__").glob("loops.triangle-*.nbc"))


def test_code_is_compiled_all_the_same_where_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__pycache__").write_text("a file where the folder would be: not even root can write in it")
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert load(tmp_path).triangle(4) == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["__pycache__", "home", "loops.py"]


def test_every_loop_is_compiled_that_way() -> None:
    sources = (ROOT / "src" / "mirti").rglob("*.py")
    assert [path.name for path in sources if "import njit" in path.read_text(encoding="utf-8")] == [
        "compiled.py"
    ]
