"""What the operator does to keys, as the database's owner: the site's role does not see every row."""

from __future__ import annotations

from collections.abc import Callable

from almenara.accounts.second_factor import COLUMN
from almenara.accounts.second_factor_keys import bring_under_current_key, factors_under_keys
from almenara.common.errors import Fault, RefusedError
from almenara.config.database.base import as_owner
from almenara.privacy.keys import KeyRing
from almenara.privacy.rotation import Holding, Rotation, drop, holdings, rotate, waiting


def keys_in_use() -> list[Holding]:
    with as_owner():
        factors = [Holding(COLUMN, key_id, count) for key_id, count in factors_under_keys().items()]
        return holdings() + factors


def rotate_keys(batch: int, everything: bool, progress: Callable[[int], None]) -> tuple[Rotation, int]:
    """What was done, and how many rows still have values under former keys."""
    with as_owner():
        done = rotate(batch=batch, everything=everything, progress=progress)
        done.rows += bring_under_current_key()
        return done, waiting()


def drop_key(key_id: str) -> KeyRing:
    with as_owner():
        factors = factors_under_keys()[key_id]
        if factors:
            raise RefusedError(
                Fault(
                    f"The key {key_id} is in use: without it {factors} second factors would be lost.",
                    COLUMN,
                    "Bring them under the current key first: almenara keys rotate",
                )
            )
        return drop(key_id)
