"""Each import contract of pyproject.toml catches what it forbids.

For every contract the forbidden imports are planted in a copy of the sources, and import-linter must name each one. The
plants are worked out from the contract itself: one that has none fails here, so no contract can be there for show.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.repository import ROOT

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS: list[dict[str, Any]] = CONFIG["contracts"]
Import = tuple[str, str]


def imports_to_plant(contract: dict[str, Any]) -> list[Import]:
    """Every import (importer, imported) that the contract must refuse, at the grain of its own modules."""
    match contract["type"]:
        case "forbidden":
            return list(itertools.product(contract["source_modules"], contract["forbidden_modules"]))
        case "layers":
            return [
                plant
                for container in contract["containers"]
                for plant in upward(container, contract["layers"])
            ]
        case "acyclic_siblings":
            return [plant for ancestor in contract["ancestors"] for plant in cycle(ancestor)]
    return []


def upward(container: str, layers: list[str]) -> list[Import]:
    """From each module to one of the layer above, and across modules that are independent of each other."""
    named = [[name.strip(" ()") for name in layer.split("|")] for layer in layers]
    above = [(low[0], high[0]) for high, low in itertools.pairwise(named)]
    beside = [pair for layer in named for pair in itertools.permutations(layer, 2)]
    return [(f"{container}.{importer}", f"{container}.{imported}") for importer, imported in above + beside]


def cycle(ancestor: str) -> list[Import]:
    first, second = f"{ancestor}.planted_first", f"{ancestor}.planted_second"
    return [(first, second), (second, first)]


def plant(sources: Path, importer: str, imported: str) -> None:
    for module in (importer, imported):
        if module.split(".")[0] in CONFIG["root_packages"]:
            touch(sources, module)
    with file_of(sources, importer).open("a") as file:
        file.write(f"\n\ndef planted() -> None:\n    import {imported}\n")


def touch(sources: Path, module: str) -> None:
    path = file_of(sources, module)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def file_of(sources: Path, module: str) -> Path:
    path = sources.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def lint(sources: Path, contract: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(sources), "COLUMNS": "1000", "NO_COLOR": "1"}
    command = [
        f"{Path(sys.executable).parent}/lint-imports", "--no-logo", "--no-cache",
        "--config", str(ROOT / "pyproject.toml"), "--contract", contract,
    ]  # fmt: skip
    return subprocess.run(command, env=environment, cwd=sources, capture_output=True, text=True)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    unread = shutil.ignore_patterns("static", "templates", "locale", "__pycache__")
    return shutil.copytree(ROOT / "src", tmp_path / "src", ignore=unread)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["id"])
def test_a_contract_names_every_import_that_it_forbids(contract: dict[str, Any], sources: Path) -> None:
    planted = imports_to_plant(contract)
    assert planted, f"no violation is known for contract type {contract['type']}: add one to imports_to_plant"

    for importer, imported in planted:
        plant(sources, importer, imported)
    told = lint(sources, contract["id"])

    assert told.returncode == 1, told.stdout + told.stderr
    if contract["type"] == "acyclic_siblings":
        # A cycle is told by the import whose removal would break it, under the package that holds it.
        assert told.stdout.count(".planted_") == 2 * len(contract["ancestors"]), told.stdout
        assert all(
            f"No cycles are allowed in {ancestor}." in told.stdout for ancestor in contract["ancestors"]
        )
    else:
        named = {tuple(pair) for pair in re.findall(r"([\w.]+) -> ([\w.]+)", told.stdout)}
        assert set(planted) <= named, told.stdout


def test_only_the_gateway_of_the_risk_app_may_import_the_engine(sources: Path) -> None:
    plant(sources, "almenara.risk.gateway", "mirti.release")
    assert lint(sources, "one-door").returncode == 0
    plant(sources, "almenara.risk.models", "mirti.release")
    told = lint(sources, "one-door")
    assert told.returncode == 1
    assert "almenara.risk.models -> mirti.release" in told.stdout
