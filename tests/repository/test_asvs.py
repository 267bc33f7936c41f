"""The page on OWASP ASVS 5.0: every requirement of levels 1 and 2 once, in order, with tests that exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import pytest

from tests.support.repository import ROOT

PAGE = ROOT / "docs/reference/asvs.md"
ROW = re.compile(r"\| (V\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+) \|")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
KINDS = {"Test", "Met", "Not applicable", "Open"}
MOST_OPEN = 2
# The standard's own table, version 5.0.0: a digit is the level of the requirement of that number in the section.
LEVELS = {
    "V1": ("22", "1111122223", "112222222223", "222", "123"),
    "V2": ("122", "112", "12223", "23"),
    "V3": ("3", "113", "12223", "11222233", "11122333", "3", "22333"),
    "V4": ("12233", "23333", "22", "1222"),
    "V5": ("2", "112333", "113", "222"),
    "V6": ("122", "111111112222", "11223333", "112233", "22222333", "2223", "33", "2222"),
    "V7": ("222", "1111", "22", "11222", "223", "22"),
    "V8": ("1233", "1123", "133", "23"),
    "V9": ("111", "1222"),
    "V10": ("22", "223", "22223", "1111122222233333", "22222", "22", "222"),
    "V11": ("2233", "22233", "11233", "1222", "23", "23", "33"),
    "V12": ("12233", "11", "22223"),
    "V13": ("2333", "222223", "2233", "1222233"),
    "V14": ("22", "12223333", "122"),
    "V15": ("12233", "12233", "1222222", "3333"),
    "V16": ("2", "22222", "2222", "222", "2223"),
    "V17": ("23", "22223333", "22"),
}


@dataclass(frozen=True)
class Requirement:
    number: str
    level: int
    asks: str
    stands: str

    @property
    def kind(self) -> str:
        return self.stands.removeprefix("**").split(":**")[0]


def requirements() -> list[Requirement]:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| V")]
    matches = [(row, ROW.fullmatch(row)) for row in rows]
    assert [row for row, match in matches if match is None] == []
    return [Requirement(m[1], int(m[2]), m[3], m[4]) for _, m in matches if m is not None]


def standard() -> list[tuple[str, int]]:
    return [
        (f"{chapter}.{section}.{place}", int(level))
        for chapter, sections in LEVELS.items()
        for section, levels in enumerate(sections, 1)
        for place, level in enumerate(levels, 1)
        if level in "12"
    ]


@cache
def functions(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_both_levels_stands_once_and_in_order() -> None:
    listed = [(requirement.number, requirement.level) for requirement in requirements()]
    assert Counter(level for _, level in listed) == {1: 70, 2: 183}
    assert listed == standard()


def test_each_stands_in_its_chapter() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    marks = [line.split()[1] for line in lines if line.startswith(("## V", "| V"))]
    in_order = [mark if "." not in mark else mark.split(".")[0] for mark in marks]
    assert [chapter for chapter, _ in groupby(in_order)] == list(LEVELS)
    assert [mark for mark in marks if "." not in mark] == list(LEVELS)


def test_each_says_how_it_stands_in_a_sentence() -> None:
    faulty = [
        entry.number
        for entry in requirements()
        if entry.kind not in KINDS
        or not entry.asks.endswith(".")
        or len(entry.stands) < len(f"**{entry.kind}:** a reason")
        or (entry.kind == "Test") != bool(re.match(r"\*\*Test:\*\* `tests/", entry.stands))
    ]
    assert faulty == []


def test_every_test_that_is_named_exists() -> None:
    named = [pair for entry in requirements() for pair in NAMED.findall(entry.stands)]
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
    # A test that is named in a form that the search above does not find would not be held against the files.
    assert sum(entry.stands.count("::") for entry in requirements()) == len(named)


def test_no_more_are_open_than_were(capsys: pytest.CaptureFixture[str]) -> None:
    counted = Counter(entry.kind for entry in requirements())
    with capsys.disabled():
        print(" ASVS:", ", ".join(f"{counted[kind]} {kind.lower()}" for kind in sorted(KINDS)), end=" ")
    assert counted["Open"] <= MOST_OPEN
