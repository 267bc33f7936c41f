"""The worker: does what was asked for when that was committed, and leaves nothing half-done however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support.site import Site, migrated_site
from tests.support.worked import HALF_WAY

ROUNDS = int(os.environ.get("ALMENARA_ROUNDS", "10"))
JOBS = 2 * ROUNDS + 2  # two half-way at a time, so that every worker finds one
SECONDS = 120


@pytest.fixture(scope="module")
def site(migrated_folder: Path) -> Iterator[Site]:
    with migrated_site("almenara-working-", migrated_folder) as site:
        yield site


def start(site: Site, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**site.environment, "ALMENARA_WORKER_HEARTBEAT": "2"}
    command = [sys.executable, "-m", "tests.support.worked", *arguments]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


@contextmanager
def worker(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    process = start(site, "work")
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def defer(site: Site, *numbers: str) -> None:
    assert start(site, "defer", *numbers).wait(timeout=SECONDS) == 0


def halves(site: Site) -> dict[str, list[str]]:
    with site.connection() as connection:
        found = connection.execute(
            "SELECT kind, array_agg(object_id ORDER BY object_id::int) FROM witness_entry"
            " WHERE kind LIKE '%half' GROUP BY kind"
        ).fetchall()
    return dict(found)  # type: ignore[arg-type]


def until(happens: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not happens():
        assert time.monotonic() < ends
        time.sleep(0.05)


def jobs_wait(connection: psycopg.Connection[tuple[int]]) -> bool:
    asked = "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return connection.execute(asked).fetchone() == (True,)


def test_jobs_of_killed_workers_are_done_whole_by_the_next(site: Site) -> None:
    """Ten workers killed with jobs half-way: of no job is there ever a first half without the second."""
    numbers = [str(number) for number in range(JOBS)]
    defer(site, *numbers)
    for _ in range(ROUNDS):
        with site.connection() as holder:
            holder.autocommit = True
            holder.execute("SELECT pg_advisory_lock(%s)", [HALF_WAY])
            with worker(site):
                until(lambda held=holder: jobs_wait(held))  # type: ignore[misc]
        found = halves(site)
        assert found.get("first_half", []) == found.get("second_half", [])
    with worker(site):
        until(lambda: set(halves(site).get("second_half", [])) == set(numbers))
    assert halves(site)["first_half"] == halves(site)["second_half"]


def test_what_the_worker_writes_is_sealed_within_seconds(site: Site) -> None:
    unsealed = (
        "SELECT count(*) FROM witness_entry e WHERE NOT EXISTS (SELECT FROM witness_block b"
        " WHERE b.era = e.era AND e.xid >= b.from_xid AND e.xid < b.to_xid)"
    )
    with worker(site), site.connection() as connection:
        connection.autocommit = True
        until(lambda: connection.execute(unsealed).fetchone() == (0,))


def test_a_stopped_worker_ends_by_itself(site: Site) -> None:
    number = str(JOBS)  # no other test's: whoever finds it done knows that this worker is up
    defer(site, number)
    with worker(site) as process:
        until(lambda: number in halves(site).get("second_half", []))
        process.terminate()
        assert process.wait(timeout=SECONDS) == 0
