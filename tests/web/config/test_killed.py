"""Killed during writes, the site's processes and its database lose nothing acknowledged and leave nothing half-done.

An administrator of the demonstration invites one person after another; each invitation is a person, a link, their
history and a letter. Meanwhile a gunicorn worker or the database's first process is killed (signal 9), ten times each;
a hundred times with ALMENARA_ROUNDS=100 (make evidence). The worker of the jobs is killed in test_working.
"""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from almenara.config.database.cluster import Cluster
from almenara.config.database.roles import DATABASE, OWNER
from tools.roles import DOOR, TOKEN, Browser, people

ROUNDS = int(os.environ.get("ALMENARA_ROUNDS", "10"))
SECONDS = 120
INVITE = "/en/account/people/invite/"
COUNTRY = (
    "INSERT INTO places_territory (country, code, level, parent_id, name, sort_key_es, sort_key_pt, sort_key_en,"
    " sort_key_fr, search_name, source) SELECT 'ZZ', code, level, (SELECT id FROM places_territory WHERE code = above),"
    " code, code, code, code, code, code, '' FROM (VALUES {rows}) AS laid (code, level, above)"
)
LEVELS = (
    "('ZZ', 'country', NULL)",
    "('ZZ1', 'department', 'ZZ'), ('ZZ2', 'department', 'ZZ')",
    "('ZZ11', 'municipality', 'ZZ1'), ('ZZ21', 'municipality', 'ZZ2')",
)


class Trial:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.cluster = Cluster(data)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ALMENARA_", "DATABASE_"))
        }
        self.environment = {**kept, "ALMENARA_DATA": str(data), "ALMENARA_DEMO": "1"}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.acknowledged: set[str] = set()
        self.tried = 0
        self.ends = threading.Event()

    def run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", "almenara", *arguments], env=self.environment, check=True)

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        at = self.cluster.address(OWNER)
        return psycopg.connect(
            host=at.host, port=at.port, user=at.user, password=at.password, dbname=DATABASE, autocommit=True
        )

    @contextmanager
    def served(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "almenara", "serve", "--port", str(self.port), "--no-jobs"]
        process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            self.until_answered()
            yield process
        finally:
            process.terminate()
            process.wait(timeout=SECONDS)

    def until_answered(self) -> None:
        ends = time.monotonic() + SECONDS
        while True:
            with suppress(OSError):
                if Browser(f"http://127.0.0.1:{self.port}").read("/health")[0] == 200:
                    return
            assert time.monotonic() < ends
            time.sleep(0.1)

    def administrator(self) -> Browser:
        browser = Browser(f"http://127.0.0.1:{self.port}")
        page = browser.read(DOOR)[1]
        person = next(key for key, role in people(page) if role == "National administrator")
        token = TOKEN.search(page)
        assert token
        assert browser.read(DOOR, {"person": person, "csrfmiddlewaretoken": token[1]})[0] == 200
        return browser

    def invite_without_end(self) -> None:
        browser = self.administrator()
        page = browser.read(INVITE)[1]
        token = TOKEN.search(page)
        institution = re.search(r'<option value="(\d+)"', page)
        assert token
        assert institution
        while not self.ends.is_set():
            self.tried += 1
            email = f"guest-{self.tried}@guests.example"
            sent = {
                "csrfmiddlewaretoken": token[1], "email": email, "name": f"Guest {self.tried}",
                "institution": institution[1], "office": "", "language": "en",
            }  # fmt: skip
            with suppress(OSError):
                status, answer = browser.read(INVITE, sent)
                if status == 200 and email in answer:
                    self.acknowledged.add(email)

    def written(self) -> dict[str, tuple[int, int]]:
        """E-mail address → how many invitations, how many entries of history, of everyone who was invited."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT u.email, (SELECT count(*) FROM accounts_invitation i WHERE i.person_id = u.id),"
                " (SELECT count(*) FROM witness_entry e WHERE e.kind = 'insert' AND e.object_type = 'accounts_user'"
                " AND e.object_id = u.id::text) FROM accounts_user u WHERE u.email LIKE 'guest-%'"
            ).fetchall()
        return {str(email): (int(str(links)), int(str(history))) for email, links, history in rows}


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    with tempfile.TemporaryDirectory(prefix="almenara-killed-") as name:
        data = Path(name)
        data.chmod(0o711)
        made = Trial(data)
        made.cluster.ensure_running()
        made.run("migrate")
        with made.connect() as connection:
            for rows in LEVELS:
                connection.execute(COUNTRY.format(rows=rows))
        made.run("simulate", "--country", "ZZ")
        yield made
        made.cluster.release()


@contextmanager
def inviting(trial: Trial) -> Iterator[None]:
    trial.ends.clear()
    writer = threading.Thread(target=trial.invite_without_end)
    writer.start()
    try:
        yield
    finally:
        trial.ends.set()
        writer.join(timeout=SECONDS)
    assert not writer.is_alive()


def more_than(trial: Trial, before: int) -> None:
    ends = time.monotonic() + SECONDS
    while len(trial.acknowledged) <= before:
        assert time.monotonic() < ends
        time.sleep(0.02)


def check(trial: Trial) -> None:
    written = trial.written()
    assert trial.acknowledged
    assert trial.acknowledged <= written.keys()
    assert set(written.values()) == {(1, 1)}


def children(process: subprocess.Popen[bytes]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(child) for child in listed]


def test_killed_web_workers_lose_nothing_that_was_acknowledged(trial: Trial) -> None:
    chance = random.Random(4)
    with trial.served() as process:
        with inviting(trial):
            for _ in range(ROUNDS):
                more_than(trial, len(trial.acknowledged))
                time.sleep(chance.uniform(0, 0.2))
                for worker in children(process):
                    os.kill(worker, signal.SIGKILL)
                more_than(trial, len(trial.acknowledged))
        check(trial)


def test_a_killed_database_loses_nothing_and_comes_back_by_itself(trial: Trial) -> None:
    chance = random.Random(5)
    with trial.served():
        with inviting(trial):
            for _ in range(ROUNDS):
                more_than(trial, len(trial.acknowledged))
                time.sleep(chance.uniform(0, 0.2))
                first = (trial.cluster.folder / "postmaster.pid").read_text().split()[0]
                os.kill(int(first), signal.SIGKILL)
                more_than(trial, len(trial.acknowledged))
        check(trial)
