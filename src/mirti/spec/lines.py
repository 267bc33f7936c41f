"""On which line of a TOML text a key stands: tomllib does not say."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass

Loc = tuple[str | int, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE = re.compile(rf"^\s*\[\s*({_DOTTED})\s*\]\s*(?:#.*)?$")
_ARRAY = re.compile(rf"^\s*\[\[\s*({_DOTTED})\s*\]\]\s*(?:#.*)?$")
_KEY = re.compile(rf"^\s*({_DOTTED})\s*=")
_ITEM = re.compile(r"^\s*\{")
_QUOTES = re.compile(r'"""|\'\'\'')


@dataclass(frozen=True)
class LineMap:
    """Line numbers, from 1, of the tables, keys and one-line items of a TOML text."""

    lines: dict[Loc, int]

    @classmethod
    def of(cls, text: str) -> LineMap:
        return cls(_Scanner().scan(text))

    def line_of(self, loc: Loc) -> int:
        """The line of the key, or of the nearest table above it that is written out."""
        for length in range(len(loc), 0, -1):
            if loc[:length] in self.lines:
                return self.lines[loc[:length]]
        return 1


class _Scanner:
    def __init__(self) -> None:
        self.lines: dict[Loc, int] = {}
        self.counts: Counter[Loc] = Counter()
        self.table: Loc = ()
        self.key: Loc = ()
        self.quotes: str | None = None

    def scan(self, text: str) -> dict[Loc, int]:
        for number, line in enumerate(text.split("\n"), start=1):
            if self.quotes is None:
                self._line(line, number)
            self._follow_quotes(line)
        return self.lines

    def _line(self, line: str, number: int) -> None:
        if found := _ARRAY.match(line):
            self.table = self._next(self._place(_parts(found[1])))
        elif found := _TABLE.match(line):
            self.table = self._place(_parts(found[1]))
        elif found := _KEY.match(line):
            self.key = self.table + _parts(found[1])
            self._mark(self.key, number)
            return
        elif _ITEM.match(line):
            self._mark(self._next(self.key), number)
            return
        else:
            return
        self._mark(self.table, number)

    def _place(self, parts: Loc) -> Loc:
        """[covariates.survey] after [[covariates]] belongs to the last covariate."""
        place: Loc = ()
        for position, part in enumerate(parts):
            place = (*place, part)
            if position < len(parts) - 1 and self.counts[place]:
                place = (*place, self.counts[place] - 1)
        return place

    def _next(self, place: Loc) -> Loc:
        self.counts[place] += 1
        return (*place, self.counts[place] - 1)

    def _mark(self, place: Loc, number: int) -> None:
        for length in range(1, len(place) + 1):
            self.lines.setdefault(place[:length], number)

    def _follow_quotes(self, line: str) -> None:
        for mark in _QUOTES.findall(line):
            if self.quotes is None:
                self.quotes = mark
            elif self.quotes == mark:
                self.quotes = None


def _parts(dotted: str) -> Loc:
    return tuple(_unquoted(part) for part in re.findall(_PART, dotted))


def _unquoted(part: str) -> str:
    return str(next(iter(tomllib.loads(f"{part} = 0"))))
