"""A published synthetic release, for the tests of the public pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test import Client

from almenara.risk.actions import publish, show
from almenara.risk.models import Release
from tests.support.releases import COLUMNS, ROWS, Kind, write_synthetic_release


def publish_synthetic(
    folder: Path,
    *,
    kind: Kind = "coefficients",
    boundaries: bool = True,
    seed: int = 1,
    name: str = "synthetic",
    columns: int = COLUMNS,
    rows: int = ROWS,
) -> Release:
    """Published with the territories it brings, as the country's current release."""
    write_synthetic_release(
        folder / name, seed, kind=kind, boundaries=boundaries, name=name, columns=columns, rows=rows
    )
    release = publish(folder=folder / name, by=None, create_territories=True).release
    show(release=release, by=None)
    return release


@contextmanager
def published(folder: Path, blocker: Any, **release_of: Any) -> Iterator[Release]:
    """A release that stays for a module of tests, each in its own transaction; the database is emptied after.

    release_of: what publish_synthetic takes besides the folder.
    """
    from django.core.management import call_command
    from django.db import connection

    from almenara.common.caching import cache
    from almenara.config.database.base import as_owner

    with blocker.unblock():
        release = publish_synthetic(folder, **release_of)
        cache.clear()
        connection.close()
    yield release
    with blocker.unblock():
        cache.clear()
        with as_owner():
            call_command("flush", interactive=False, verbosity=0)
        connection.close()


def map_areas(client: Client, address: str) -> list[dict[str, Any]]:
    """What the map is told of each territory: the columns of map/values.json as records, nulls left out."""
    columns = client.get(address).json()["areas"]
    rows = zip(*columns.values(), strict=True)
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value is not None} for row in rows
    ]
