"""Holding a release against its contract, and printing the contract."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from mirti.documents import ClassTable, Diagnostics, Manifest
from mirti.errors import CheckFailedError
from mirti.io.release_reader import read_release, verify_release
from mirti.io.release_tables import Release
from mirti.release import INTERVAL_KINDS, SCHEMA_VERSION, TABLES, Table

DOCUMENTS: dict[str, type[BaseModel]] = {
    "manifest.json": Manifest,
    "classes.json": ClassTable,
    "diagnostics.json": Diagnostics,
}


def verify(folder: Path) -> Release:
    """The release in `folder`, found sound: hashes, schema, and parts that add up.

    Raises CheckFailedError with everything that is not, InputError if there is no release to verify.
    """
    problems = verify_release(folder)
    if problems:
        raise CheckFailedError(problems)
    return read_release(folder)


def schema(form: Literal["markdown", "json"] = "markdown") -> str:
    """The release's contract: every column with its type, unit, meaning and when it may be missing."""
    return _json() if form == "json" else _markdown()


def _json() -> str:
    contract = {
        "schema_version": SCHEMA_VERSION,
        "interval_kinds": INTERVAL_KINDS,
        "tables": [asdict(table) for table in TABLES],
        "documents": {name: model.model_json_schema() for name, model in DOCUMENTS.items()},
    }
    return json.dumps(contract, indent=2, ensure_ascii=False)


def _markdown() -> str:
    kinds = "\n".join(f"- `{kind}`: {meaning}" for kind, meaning in INTERVAL_KINDS.items())
    tables = "\n\n".join(_table(table) for table in TABLES)
    return f"# Release, schema version {SCHEMA_VERSION}\n\n## What an interval holds\n\n{kinds}\n\n{tables}"


def _table(table: Table) -> str:
    rows = "\n".join(
        f"| `{c.name}` | {c.type} | {_cell(c.unit)} | {_cell(c.missing)} | {_cell(c.meaning)} | "
        f"{'yes' if c.public else 'no'} |"
        for c in table.columns
    )
    optional = "" if table.required else " Not in every release."
    return (
        f"## {table.name}\n\n{table.meaning[0].upper()}{table.meaning[1:]}.{optional} "
        f"Key: {', '.join(f'`{column}`' for column in table.key)}.\n\n"
        f"| column | type | unit | missing when | meaning | public |\n|---|---|---|---|---|---|\n{rows}"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
