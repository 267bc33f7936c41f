"""What the operator does to keys, as the database's owner: the site's role does not see every row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from almenara.accounts.second_factor import COLUMN
from almenara.accounts.second_factor_keys import bring_under_current_key, factors_under_keys
from almenara.common.errors import Fault, RefusedError
from almenara.config.database.base import as_owner
from almenara.privacy.exports.running import TERM, exports_under_keys
from almenara.privacy.keys import KeyRing
from almenara.privacy.rotation import Holding, Rotation, drop, holdings, rotate, waiting

FILES = "privacy_export.wrapped_key"


def keys_in_use() -> list[Holding]:
    with as_owner():
        factors = [Holding(COLUMN, key_id, count) for key_id, count in factors_under_keys().items()]
        files = [Holding(FILES, key_id, count) for key_id, count in exports_under_keys().items()]
        return holdings() + factors + files


def rotate_keys(batch: int, everything: bool, progress: Callable[[int], None]) -> tuple[Rotation, int]:
    """What was done, and how many rows still have values under former keys."""
    with as_owner():
        done = rotate(batch=batch, everything=everything, progress=progress)
        done.rows += bring_under_current_key()
        return done, waiting()


def drop_key(key_id: str) -> KeyRing:
    """Raises RefusedError while anything is under it: values, second factors, files of exports."""
    with as_owner():
        if factors := factors_under_keys()[key_id]:
            raise _still_needed(
                key_id,
                f"{factors} second factors",
                COLUMN,
                "Bring them under the current key first: almenara keys rotate",
            )
        if files := exports_under_keys()[key_id]:
            raise _still_needed(
                key_id,
                f"{files} files of exports",
                FILES,
                f"They end within {_hours(TERM)} hours: drop it then.",
            )
        return drop(key_id)


def _still_needed(key_id: str, lost: str, where: str, remedy: str) -> RefusedError:
    return RefusedError(Fault(f"The key {key_id} is in use: without it {lost} would be lost.", where, remedy))


def _hours(term: timedelta) -> int:
    return int(term / timedelta(hours=1))
