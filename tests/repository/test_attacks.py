"""The page on attacks names every attack that was promised, with tests that exist, on pages and beside them."""

from __future__ import annotations

import re

from tests.repository.test_asvs import NAMED, functions
from tests.support.repository import ROOT

PAGE = ROOT / "docs/reference/attacks.md"
ROW = re.compile(r"\| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
PROMISED = (
    "guessed identifiers", "hidden fields", "mass assignment", "replayed and expired links", "kept after suspension",
    "two sessions racing", "csrf", "open redirect", "host header", "response splitting", "session fixation",
    "timing of unknown users", "e-mail injection", "log forging", "alters the log", "reads with the application's role",
    "killed",
)  # fmt: skip
# What has no page of people to try it on.
ELSEWHERE = ("e-mail injection", "alters the log", "reads with the application's role", "killed")


def rows() -> list[tuple[str, str, str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    matches = [(line, ROW.fullmatch(line)) for line in lines[1:]]
    assert [line for line, match in matches if match is None] == []
    return [(match[1].lower(), match[2], match[3]) for _, match in matches if match is not None]


def test_every_attack_that_was_promised_is_tried_on_pages_and_beside_them() -> None:
    for attack in PROMISED:
        tried = [where for name, where, _ in rows() if attack in name]
        assert tried, attack
        if attack not in ELSEWHERE:
            assert any("pages" in where for where in tried), attack
            assert any(word in where for where in tried for word in ("interface", "downloads", "jobs")), (
                attack
            )


def test_every_test_that_is_named_exists() -> None:
    for attack, where, tests in rows():
        named = NAMED.findall(tests)
        assert named, (attack, where)
        assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
        assert tests.count("::") == len(named), (attack, where)
