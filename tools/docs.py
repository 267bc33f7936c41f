"""The reference pages that are made from the code, so that they cannot drift from it."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mirti.declarations import Declaration, SpecDeclaration
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
    return head + "".join(declaration_section(declaration) for declaration in declared(SpecDeclaration))


def declared(root: type[Declaration]) -> list[type[Declaration]]:
    """The declarations that a spec may hold, from the whole to its pieces, each once."""
    found: list[type[Declaration]] = []
    waiting = [root]
    while waiting:
        declaration = waiting.pop(0)
        if declaration not in found:
            found.append(declaration)
            waiting += [
                part for field in declaration.model_fields.values() for part in parts(field.annotation)
            ]
    return found


def parts(annotation: Any) -> Iterator[type[Declaration]]:
    if inspect.isclass(annotation) and issubclass(annotation, Declaration):
        yield annotation
    for argument in get_args(annotation):
        yield from parts(argument)


def declaration_section(declaration: type[Declaration]) -> str:
    text = inspect.cleandoc(declaration.__doc__) if declaration.__doc__ else ""
    notes = comments_of(declaration)
    rows = "".join(
        field_row(name, field, notes.get(name, "")) for name, field in declaration.model_fields.items()
    )
    about = f"{escaped(text)}\n\n" if text else ""
    return f"\n## {title(declaration)}\n\n{about}| key | type | default | note |\n|---|---|---|---|\n{rows}"


def field_row(name: str, field: FieldInfo, note: str) -> str:
    return f"| `{name}` | {escaped(kind(field.annotation))} | {escaped(default(field))} | {escaped(note)} |\n"


def comments_of(declaration: type[Declaration]) -> dict[str, str]:
    """The remark beside each field, as the source has it."""
    noted = {}
    for line in inspect.getsource(declaration).splitlines():
        code, mark, remark = line.partition("  # ")
        if mark and ":" in code:
            noted[code.split(":")[0].strip()] = remark.strip()
    return noted


def title(declaration: type[Declaration]) -> str:
    return declaration.__name__.removesuffix("Declaration") or declaration.__name__


def kind(annotation: Any) -> str:
    """A field's type in the reader's words."""
    arguments, origin = get_args(annotation), get_origin(annotation)
    if annotation is type(None):
        return "nothing"
    if origin is Literal:
        return " or ".join(f'`"{value}"`' for value in arguments)
    if origin is Annotated:
        return kind(arguments[0])
    if origin in (Union, types.UnionType):
        return " or ".join(kind(argument) for argument in arguments if argument is not type(None))
    if origin is tuple:
        inner = [kind(argument) for argument in arguments if argument is not Ellipsis]
        return f"list of {inner[0]}" if Ellipsis in arguments else f"[{', '.join(inner)}]"
    if origin is dict:
        return f"table of {kind(arguments[1])}"
    if inspect.isclass(annotation) and issubclass(annotation, Declaration):
        return f"[{title(annotation)}](#{title(annotation).lower()})"
    return {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}[
        annotation.__name__
    ]


def default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.default
    if value is PydanticUndefined or value is None or value in ((), {}, ""):
        return ""
    if isinstance(value, Declaration):
        return "the defaults"
    if isinstance(value, tuple):
        return ", ".join(f"`{item!r}`" for item in value).replace("'", '"')
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


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
