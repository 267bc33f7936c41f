"""Reading what `almenara places tables` is given: levels, codes, names and changes of a country's territories."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from almenara.places.models import FURTHER, LANGUAGES
from almenara.places.records import CodeRecord, LinkRecord, NameRecord, TierRecord
from almenara.places.tables import bad_cell, cell_text, day, lines, number, whole

NAMES = tuple(f"name_{language}" for language in LANGUAGES)
PLURALS = tuple(f"plural_{language}" for language in LANGUAGES)
TIER_COLUMNS = ("rank", "code", "level", *NAMES, *PLURALS)
CODE_COLUMNS = ("code", "scheme", "other")
NAME_COLUMNS = ("code", "name", "kind")
CHANGE_COLUMNS = ("change", "kind", "day", "predecessor", "successor")

Cells = dict[str, Any]


def read_tiers(path: Path, encoding: str = "") -> list[TierRecord]:
    """Levels from CSV or Excel: rank, code, level (empty: further), name_es … plural_fr. Raises RefusedError."""
    return [
        TierRecord(
            rank=whole(cells.get("rank"), "rank", path, line),
            code=cell_text(cells.get("code")),
            level=cell_text(cells.get("level")) or FURTHER,
            names={language: cell_text(cells.get(f"name_{language}")) for language in LANGUAGES},
            plurals={language: cell_text(cells.get(f"plural_{language}")) for language in LANGUAGES},
        )
        for line, cells in lines(path, TIER_COLUMNS, encoding)
    ]


def read_codes(path: Path, encoding: str = "") -> list[CodeRecord]:
    """Codes: code (the territory's), scheme, other; and valid_from, valid_to, source. Raises RefusedError."""
    return [
        CodeRecord(
            code=cell_text(cells.get("code")),
            scheme=cell_text(cells.get("scheme")),
            other=cell_text(cells.get("other")),
            **_validity(cells, path, line),
        )
        for line, cells in lines(path, CODE_COLUMNS, encoding)
    ]


def read_names(path: Path, encoding: str = "") -> list[NameRecord]:
    """Names: code, name, kind; and language, valid_from, valid_to, source. Raises RefusedError."""
    return [
        NameRecord(
            code=cell_text(cells.get("code")),
            name=cell_text(cells.get("name")),
            kind=cell_text(cells.get("kind")),
            language=cell_text(cells.get("language")),
            **_validity(cells, path, line),
        )
        for line, cells in lines(path, NAME_COLUMNS, encoding)
    ]


def read_changes(path: Path, encoding: str = "") -> list[LinkRecord]:
    """Changes, one line for each predecessor and successor: change, kind, day, predecessor, successor.

    And weight, population, predecessor_population, former_parent, note, source. Raises RefusedError.
    """
    return [_link(cells, path, line) for line, cells in lines(path, CHANGE_COLUMNS, encoding)]


def _link(cells: Cells, path: Path, line: int) -> LinkRecord:
    def text(column: str) -> str:
        return cell_text(cells.get(column))

    def measure(column: str) -> float | None:
        return number(cells.get(column), column, path, line) if text(column) else None

    return LinkRecord(
        change=text("change"),
        kind=text("kind"),
        day=_needed_day(cells.get("day"), path, line),
        predecessor=text("predecessor"),
        successor=text("successor"),
        weight=measure("weight"),
        population=measure("population"),
        whole=measure("predecessor_population"),
        former_parent=text("former_parent"),
        note=text("note"),
        source=text("source") or path.name,
    )


def _needed_day(value: Any, path: Path, line: int) -> date:
    found = day(value, path, line)
    if found is None:
        raise bad_cell(value, "day", path, line, "a date such as 2014-03-31")
    return found


def _validity(cells: Cells, path: Path, line: int) -> dict[str, Any]:
    return {
        "valid_from": day(cells.get("valid_from"), path, line),
        "valid_to": day(cells.get("valid_to"), path, line),
        "source": cell_text(cells.get("source")) or path.name,
    }
