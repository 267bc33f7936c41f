"""The reference pages that are made from the code, so that they cannot drift from it."""

from __future__ import annotations

import sys
from pathlib import Path

from mirti.release import (
    INTERVAL_KINDS,
    JSON_FILES,
    OPTIONAL_FILES,
    REPORT,
    SCHEMA_VERSION,
    TABLES,
    Column,
    Table,
)
from mirti.spec import reference

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made by `make docs` from the code. Do not edit. -->\n"


def pages() -> dict[Path, str]:
    return {REFERENCE / "release.md": release_page(), REFERENCE / "spec.md": spec_page()}


def release_page() -> str:
    head = (
        f"{MADE}\n# The release, schema version {SCHEMA_VERSION}\n\n"
        "A folder, written once, moved into place whole, never edited. `mirti verify` holds a folder against this "
        "page; `mirti schema` prints it for programs. A column that is not public never reaches a page, a file or "
        "the API.\n"
    )
    kinds = "".join(f"- `{name}`: {meaning}\n" for name, meaning in INTERVAL_KINDS.items())
    others = ", ".join(f"`{name}`" for name in (*JSON_FILES, *OPTIONAL_FILES, REPORT))
    tables = "".join(table_section(table) for table in TABLES)
    return f"{head}\nBeside the tables it holds {others}.\n\n## What an interval holds\n\n{kinds}{tables}"


def table_section(table: Table) -> str:
    optional = "" if table.required else " Not in every release."
    rows = "".join(column_row(column) for column in table.columns)
    return (
        f"\n## `{table.name}`\n\n{sentence(table.meaning)} Key: {', '.join(f'`{name}`' for name in table.key)}."
        f"{optional}\n\n| column | type | unit | missing when | meaning | public |\n|---|---|---|---|---|---|\n{rows}"
    )


def column_row(column: Column) -> str:
    cells = (column.type, column.unit, column.missing, column.meaning)
    public = "yes" if column.public else "**no**"
    return f"| `{column.name}` | {' | '.join(escaped(cell) for cell in cells)} | {public} |\n"


def sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def spec_page() -> str:
    head = (
        f"{MADE}\n# The spec: one TOML file declares a run\n\n"
        "Each table below is a table of the file. A key that is not listed is refused, with its line.\n"
    )
    return head + "\n" + reference(heading="##")


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def write() -> None:
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def check() -> int:
    stale = [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what the code says: make docs")
    return bool(stale)


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    write()
