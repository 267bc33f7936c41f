from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from almenara.privacy.keys import Key, KeyRing
from tests.support import people


@pytest.fixture(scope="session")
def people_tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), people.tables():
        yield


@pytest.fixture(scope="session")
def made_keys() -> dict[str, Key]:
    return {name: Key(name, secrets.token_bytes(32)) for name in ("first", "second", "third")}


@pytest.fixture
def use_keys(settings: Any, made_keys: dict[str, Key]) -> Callable[..., None]:
    """Call it with ids: these are the keys from now on, the first the current one."""

    def use(*ids: str) -> None:
        settings.ENCRYPTION_KEYS = KeyRing(tuple(made_keys[name] for name in ids)).written()

    use("first")
    return use
