"""Read a spec, or say everything that is wrong with it at once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mirti.declarations import Spec, SpecDeclaration
from mirti.errors import InputError, Problem
from mirti.spec.checks import cross_faults
from mirti.spec.lines import LineMap
from mirti.spec.messages import Fault, fault_of

D = TypeVar("D", bound=BaseModel)


def load(path: Path) -> Spec:
    """Read and validate the spec at path.

    Raises InputError with every fault: file, line, what is wrong, allowed values, remedy.
    """
    text, sha256 = read_text(path)
    return Spec(parse(text, path), path, text, sha256)


def parse(text: str, path: Path) -> SpecDeclaration:
    """Validate a spec's text; path only names it in the errors."""
    return validated(read_toml(text, path), text, path, SpecDeclaration, cross_faults)


def read_text(path: Path) -> tuple[str, str]:
    """The text of a spec and the SHA-256 of its bytes. Raises InputError if it cannot be read."""
    raw = _bytes(path)
    return _text(raw, path), hashlib.sha256(raw).hexdigest()


def validated(
    data: dict[str, Any],
    text: str,
    path: Path,
    model: type[D],
    cross: Callable[[dict[str, Any]], list[Fault]],
) -> D:
    """What the text declares, by one kind of spec. cross: the faults between its keys.

    Raises InputError with every fault and its line.
    """
    declaration: D | None = None
    schema: list[Fault] = []
    try:
        declaration = model.model_validate(data)
    except ValidationError as error:
        schema = [fault_of(detail, data, model) for detail in error.errors()]
    faults = [*schema, *cross(data)]
    if faults or declaration is None:
        raise InputError(_problems(faults, LineMap.of(text), path))
    return declaration


def _problems(faults: list[Fault], lines: LineMap, path: Path) -> list[Problem]:
    placed = sorted((lines.line_of(fault.loc), fault) for fault in faults)
    return [Problem(fault.what, f"{path}, line {line}", fault.remedy) for line, fault in placed]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem("there is no such spec", str(path), _present(path))) from None
    except OSError as error:
        remedy = "Give the path of a spec file that can be read."
        raise InputError(Problem(f"the spec cannot be read: {error.strerror}", str(path), remedy)) from None


def _present(path: Path) -> str:
    specs = sorted(found.name for found in path.parent.glob("*.toml")) if path.parent.is_dir() else []
    if not specs:
        return "Check the path; `mirti simulate` writes a folder with a ready spec."
    return f"Check the path; the folder holds {', '.join(specs[:10])}."


def _text(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = f"the spec is not UTF-8: byte {error.start} is 0x{raw[error.start]:02x}"
        raise InputError(Problem(what, f"{path}, line {line}", "Save the spec as UTF-8.")) from None


def read_toml(text: str, path: Path) -> dict[str, Any]:
    """The tables of a spec's text. Raises InputError, with the line, for what is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column \d+\)", str(error))
        where = f"{path}, line {place[1]}" if place else str(path)
        remedy = "Correct that line: texts stand in quotes, each key once, lists in [ ], one { } on one line."
        raise InputError(Problem(f"the spec is not TOML: {error}", where, remedy)) from None
