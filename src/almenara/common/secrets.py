"""Secrets the site makes for itself: one a file, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def token() -> str:
    return secrets.token_urlsafe(48)


def read_or_create(path: Path, make: Callable[[], str] = token) -> str:
    """The secret in path, made on first use into a file of mode 0600 (its folder 0700)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return _written(path)
    except FileNotFoundError:
        _create(path, make)
        return _written(path)


def _written(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()


def replace(path: Path, secret: str) -> None:
    """Put another secret in the place of the one in path: whoever reads meets the old one or the new one, whole."""
    _drafted(path, secret).replace(path)
    _keep_names(path.parent)


def _create(path: Path, make: Callable[[], str]) -> None:
    """Two processes or threads may start at once: whoever links first wins, the other reads what is there."""
    draft = _drafted(path, make())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
        _keep_names(path.parent)


def _drafted(path: Path, secret: str) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _keep_names(folder: Path) -> None:
    """Not even a power cut takes back a secret that something may be encrypted under by now."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
