"""A site of its own, as an operator runs it: real processes on a database that only one module's tests use."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from almenara.config.database.cluster import Cluster
from almenara.config.database.roles import DATABASE, OWNER, prepare
from tests.support.database import QUICK


@dataclass(frozen=True)
class Site:
    """Its server is kept up between the commands of a test."""

    data: Path

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.data, dict(QUICK))

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_", "ALMENARA_"))
        }
        return {**kept, "ALMENARA_DATA": str(self.data)}

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "almenara", *arguments],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return ended(self.start(*arguments, **environment))

    @contextmanager
    def connection(self, role: str = OWNER) -> Iterator[psycopg.Connection[tuple[int]]]:
        at = self.cluster.address(role)
        with psycopg.connect(
            host=at.host, port=at.port, user=at.user, password=at.password, dbname=DATABASE
        ) as connection:
            yield connection


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@contextmanager
def empty_site(prefix: str) -> Iterator[Site]:
    """With roles and a database, and no table in it yet."""
    with _folder(prefix) as data:
        site = Site(data)
        site.cluster.ensure_running()
        prepare(site.cluster)
        yield site
        site.cluster.release()


@contextmanager
def migrated_site(prefix: str, kept: Path) -> Iterator[Site]:
    """With all tables, as `almenara migrate` makes them: made once for a run of the suite, kept there and copied."""
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with empty_site(prefix) as made:
                assert made.run("migrate").returncode == 0
                made.cluster.release()
                _copy(made.data, kept.with_suffix(".partial"))
                kept.with_suffix(".partial").rename(kept)
    with _folder(prefix) as data:
        _copy(kept, data)
        site = Site(data)
        site.cluster.ensure_running()
        yield site
        site.cluster.release()


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    """One that PostgreSQL's own account may pass through."""
    with tempfile.TemporaryDirectory(prefix=prefix) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


def _copy(source: Path, target: Path) -> None:
    """With the owners of the files, which PostgreSQL is strict about."""
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)
