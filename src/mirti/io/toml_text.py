"""Nested tables as TOML text, for the specs that the engine writes itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def toml(tables: dict[str, Any]) -> str:
    """Nested tables as TOML text: plain values first, then a block for each table and for each table of a list."""
    return "\n".join(_toml_lines(tables, ())).strip() + "\n"


def _toml_lines(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    blocks = {
        key: value
        for key, value in table.items()
        if _is_block(value) or (not path and isinstance(value, dict))
    }
    for key, value in table.items():
        if key not in blocks:
            yield f"{_key(key)} = {_inline(value)}"
    for key, value in blocks.items():
        name = ".".join(map(_key, (*path, key)))
        many = isinstance(value, list)
        for entry in value if many else [value]:
            yield ""
            yield f"[[{name}]]" if many else f"[{name}]"
            yield from _toml_lines(entry, (*path, key))


def _is_block(value: Any) -> bool:
    if isinstance(value, dict):
        return any(isinstance(inner, dict) for inner in value.values()) or len(value) > 4
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_inline(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    plain = key.replace("_", "").replace("-", "").isalnum() and key.isascii()
    return key if plain else json.dumps(key, ensure_ascii=False)
