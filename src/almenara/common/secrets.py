"""Secrets the site makes for itself: one a file, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_create(path: Path) -> str:
    """The secret in path, generated on first use into a file of mode 0600 (its folder 0700)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return _written(path)
    except FileNotFoundError:
        _create(path)
        return _written(path)


def _written(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()


def _create(path: Path) -> None:
    """Two processes or threads may start at once: whoever links first wins, the other reads what is there."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
