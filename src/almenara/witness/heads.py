"""The copy of the heads, read back line by line."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almenara.witness.eras import Loss
from almenara.witness.keys import SealKey


@dataclass(frozen=True)
class Head:
    number: int
    digest: bytes


def heads_in(path: Path, size: int) -> Iterator[Head | None]:
    """The heads appended while the file had this size (bytes); None for a line that is none. Raises OSError."""
    for said in _lines(path, size):
        if said is None:
            yield None
        elif "restored" not in said:
            yield _head(said)


def losses_in(path: Path, size: int, keys: Mapping[str, SealKey]) -> list[Loss]:
    """What the operator's own commands say was lost; lines that no known key confirms say nothing. Raises OSError."""
    return [loss for said in _lines(path, size) if said and (loss := _loss(said, keys))]


def _lines(path: Path, size: int) -> Iterator[dict[str, Any] | None]:
    with path.open("rb") as file:
        for line in file:
            if size <= 0:
                return
            size -= len(line)
            if line.strip():
                yield _parsed(line)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _head(said: dict[str, Any]) -> Head | None:
    try:
        return Head(int(said["number"]), bytes.fromhex(said["digest"]))
    except (KeyError, ValueError, TypeError):
        return None


def _loss(said: dict[str, Any], keys: Mapping[str, SealKey]) -> Loss | None:
    try:
        loss, key, mac = Loss(**said["restored"]), keys[said["key_id"]], str(said["mac"])
    except (KeyError, TypeError):
        return None
    return loss if hmac.compare_digest(loss.mac(key).encode(), mac.encode()) else None
