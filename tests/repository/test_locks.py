"""The lock files pin, hash, and say nothing of where packages come from."""

from __future__ import annotations

import json
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.repository import ROOT
from tools import lock


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / f"requirements/{name}.txt").read_text().splitlines()
    entries = [line.split(" ")[0].split("==") for line in lines if "==" in line]
    return {canonicalize_name(package): version for package, version in entries}


def declared(name: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    texts = list(project["project"]["dependencies"])
    texts += project["project"]["optional-dependencies"]["web"] if name in ("web", "dev") else []
    texts += project["dependency-groups"]["dev"] if name == "dev" else []
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("name", lock.LOCK_FILES)
def test_no_lock_file_names_a_host(name: str) -> None:
    assert lock.faults((ROOT / name).read_text(), name) == []


@pytest.mark.parametrize("name", lock.LOCKS)
def test_every_requirement_is_hashed(name: str) -> None:
    assert lock.unhashed((ROOT / f"requirements/{name}.txt").read_text(), name) == []


@pytest.mark.parametrize("name", lock.LOCKS)
def test_what_pyproject_declares_is_locked_at_a_version_that_it_allows(name: str) -> None:
    versions = pinned(name)
    wrong = [
        str(need) for need in declared(name) if not allows(need, versions.get(canonicalize_name(need.name)))
    ]
    assert wrong == []


def allows(need: Requirement, version: str | None) -> bool:
    return version is not None and need.specifier.contains(version)


def test_the_locks_agree_with_each_other() -> None:
    base, web, dev = (pinned(name) for name in ("base", "web", "dev"))
    assert base.items() <= web.items()
    assert web.items() <= dev.items()


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://index.example/simple",
        "--find-links wheels",
        "thing @ file:///wheels/thing.whl",
        '      "resolved": "https://registry.example/thing.tgz",',
    ],
)
def test_a_host_in_a_lock_file_is_found(line: str) -> None:
    assert len(lock.faults(f"numpy==2.4.6 \\\n{line}\n", "dev.txt")) == 1


def test_a_requirement_without_hash_is_found() -> None:
    text = "numpy==2.4.6 \\\n    --hash=sha256:00\nscipy==1.17.1\npandas==3.1.1 \\\n    --hash=sha256:00\n"
    assert lock.unhashed(text, "dev.txt") == ["dev.txt: no hash: scipy==1.17.1"]


def test_front_end_libraries_are_locked_with_their_integrity() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all("integrity" in package for path, package in packages.items() if path)
