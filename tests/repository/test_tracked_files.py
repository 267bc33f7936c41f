"""What git keeps: no secret, no place on somebody's machine, no package index, no file that has grown into two."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.repository import ROOT, text_of, tracked_files

MOST_LINES = 500
LONGER_FOR_A_REASON: dict[str, str] = {}

# Put together from parts, so that this file does not hold what it looks for.
SECRETS = re.compile(
    "|".join(
        (
            "-----BEGIN [A-Z ]*PRIVATE" + " KEY-----",
            r"\bAKIA[0-9A-Z]{16}\b",
            r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
            r"\b(?:SECRET|PASSWORD|TOKEN|secret_key|password|api_key)\s*[:=]\s*[\"'][A-Za-z0-9+/_=-]{24,}[\"']",
        )
    )
)
PLACES = re.compile("|".join(map(re.escape, ("/" + "work/", "/" + "root/", "/" + "Users/", str(ROOT) + "/"))))
INDEXES = re.compile(
    "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", r"/\+?simple/"))
)


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_secret_is_tracked() -> None:
    assert lines_with(SECRETS) == []


def test_no_path_of_a_machine_is_tracked() -> None:
    assert lines_with(PLACES) == []


def test_no_package_index_is_named() -> None:
    assert lines_with(INDEXES) == []


@pytest.mark.parametrize(
    "text", ["password = " + '"kJ8s9dKJHsd87sdkjhKJHsd9"', "ghp_" + "a" * 36, "AKIA" + "A" * 16]
)
def test_a_secret_would_be_found(text: str) -> None:
    assert SECRETS.search(text)


def test_a_source_file_is_one_thing() -> None:
    sources = [path for path in tracked_files() if path.suffix == ".py" and path.is_relative_to(ROOT / "src")]
    long = {str(path.relative_to(ROOT)): lines for path in sources if (lines := count(path)) > MOST_LINES}
    assert {name: lines for name, lines in long.items() if name not in LONGER_FOR_A_REASON} == {}
    assert LONGER_FOR_A_REASON.keys() <= long.keys(), "a reason is kept for a file that is no longer long"


def count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_what_is_made_is_not_tracked() -> None:
    made = (".mo", ".pyc", ".parquet.tmp")
    folders = ("node_modules", ".venv", "var", "build", "dist", ".make")
    kept = [path.relative_to(ROOT) for path in tracked_files()]
    assert [str(path) for path in kept if path.suffix in made or path.parts[0] in folders] == []
