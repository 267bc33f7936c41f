"""Our own scripts: nothing foreign decides the name of a property, and nothing is kept in the browser."""

from __future__ import annotations

import re

import pytest

from tests.support.repository import ROOT, tracked_files

SCRIPTS = [
    path
    for path in tracked_files()
    if path.suffix in (".js", ".mjs") and "src" in path.relative_to(ROOT).parts
]
FORBIDDEN = {
    "a property named by a value": re.compile(
        r"(?<![\w\]])[\w.\])]+\[(?!\s*[\"'\d-])[^\]\n]+\]\s*(?:[-+*|&?]{0,2})=(?![=>])"
    ),
    "objects merged in place": re.compile(r"Object\.(assign|setPrototypeOf|defineProperty)|structuredClone"),
    "the prototype": re.compile(r"__proto__|\.prototype\b|constructor\["),
    "code made from text": re.compile(r"\beval\(|new Function|setTimeout\([\"'`]"),
    "markup made from text": re.compile(r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write"),
    "the browser's storage": re.compile(r"\b(localStorage|sessionStorage|indexedDB|document\.cookie)\b"),
}
BAD = {
    "a property named by a value": "into[name] = value;",
    "objects merged in place": "Object.assign(target, JSON.parse(text))",
    "the prototype": "thing.__proto__.polluted = 1",
    "code made from text": "eval(text)",
    "markup made from text": "box.innerHTML = text",
    "the browser's storage": "localStorage.setItem('a', 1)",
}


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) > 5


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_rule_finds_what_it_forbids(what: str) -> None:
    assert FORBIDDEN[what].search(BAD[what])


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_script_does_it(what: str) -> None:
    found = [
        f"{path.name}: {line.strip()}"
        for path in SCRIPTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if FORBIDDEN[what].search(line)
    ]
    assert found == []
