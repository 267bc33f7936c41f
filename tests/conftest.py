"""What every test stands on: no network outside this machine, and a clock that stands still where a test asks."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.utils import translation

from tests.support.database import django_db_modify_db_settings, django_db_setup, platform_data

__all__ = ["django_db_modify_db_settings", "django_db_setup", "platform_data"]  # fixtures

NOW = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)


@pytest.fixture
def frozen_clock() -> Iterator[time_machine.Coordinates]:
    """A Monday in March 2026, 15:00 UTC. Not for tests that wait for a process: a clock that stands never times out."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def pytest_configure() -> None:
    """A suite started in the background ignores Ctrl-C, and so would the commands that it interrupts on purpose."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file's bytes name no test: they may hold the hour at which they were made, another in every process."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file goes to one process, unless it says a wider group: what it sets up for all its tests is set up once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(item.config.rootpath).as_posix()))


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes of this run keep the one migrated site, for tests.support.site.migrated_site."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return shared / "migrated-site"


@pytest.fixture(autouse=True)
def fresh_pace() -> Iterator[None]:
    """How much somebody asked for in one test holds nobody off in the next."""
    yield
    if pace := sys.modules.get("almenara.accounts.pace"):
        pace.BUCKETS.clear()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language that a request activates stays with the thread: it must not reach the next test."""
    with translation.override(None):
        yield
