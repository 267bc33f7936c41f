"""One version, said the same everywhere."""

from __future__ import annotations

import importlib.metadata
import re

import mirti
from tests.support.repository import ROOT


def released_in_changelog() -> list[str]:
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\] ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)


def test_the_package_and_the_changelog_agree() -> None:
    assert released_in_changelog()[0] == mirti.__version__


def test_the_installed_package_has_that_version() -> None:
    assert importlib.metadata.version("almenara") == mirti.__version__


def test_the_changelog_is_in_order_and_keeps_unreleased_work_apart() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = [tuple(map(int, version.split("."))) for version in released_in_changelog()]
    assert versions == sorted(versions, reverse=True)
    assert text.index("## [Unreleased]") < text.index(f"## [{mirti.__version__}]")


def test_both_commands_are_declared_and_installed() -> None:
    installed = {
        entry.name: entry.value for entry in importlib.metadata.distribution("almenara").entry_points
    }
    assert installed["mirti"] == "mirti.cli:main"
    assert installed["almenara"] == "almenara.cli:main"
