from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from almenara.witness.shipping import SYSLOG_MARK
from tests.support.witness import Log, connected, empty


@pytest.fixture(scope="package", autouse=True)
def empty_afterwards(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What these tests say is committed, and the tests of other folders count what they find in the log."""
    yield
    with django_db_blocker.unblock():
        empty()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The site's connection without a transaction around the test: what it says is there for others to see."""
    from django.db import connection

    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def log(committed: None) -> Iterator[Log]:
    with connected() as owner:
        yield Log(owner)


@pytest.fixture
def clean(log: Log, settings: Any, tmp_path: Path) -> Log:
    """An empty log with an empty second place."""
    empty()
    settings.WITNESS_COPY, settings.WITNESS_SYSLOG = str(tmp_path / "copy"), ""
    (Path(settings.DATA) / "witness" / SYSLOG_MARK).unlink(missing_ok=True)
    log.since = 0
    return log
