"""What the operator does to keys, as the database's owner: the site's role does not see every row."""

from __future__ import annotations

from collections.abc import Callable

from almenara.config.database.base import as_owner
from almenara.privacy.keys import KeyRing
from almenara.privacy.rotation import Holding, Rotation, drop, holdings, rotate, waiting


def keys_in_use() -> list[Holding]:
    with as_owner():
        return holdings()


def rotate_keys(batch: int, everything: bool, progress: Callable[[int], None]) -> tuple[Rotation, int]:
    """What was done, and how many rows still have values under former keys."""
    with as_owner():
        return rotate(batch=batch, everything=everything, progress=progress), waiting()


def drop_key(key_id: str) -> KeyRing:
    with as_owner():
        return drop(key_id)
