"""The embedded PostgreSQL: made on first use, started when needed, stopped when its last user leaves.

Any number of processes may use it. Each holds a shared lock for as long as it lives; whoever leaves and finds nobody
else holding one stops the server. A killed process lets go of its lock by itself, so nothing has to be counted.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shlex
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO

from almenara.common.errors import Fault, MachineError
from almenara.common.secrets import read_or_create
from almenara.config.database.account import Account, account_for
from almenara.config.database.binaries import programs

PORT = 5432  # only the socket's file name; nothing listens on the network
SOCKET_PATH_LIMIT = 100  # bytes; the systems' own limits are 103 to 107
ADMIN = "almenara_admin"
START_SECONDS = 60

CLOSED_HBA = (
    "# Every role gives its password; nothing but the local socket is served.\nlocal all all scram-sha-256\n"
)


@dataclass(frozen=True)
class Address:
    host: str
    port: int
    user: str
    password: str


@dataclass
class Cluster:
    """One PostgreSQL data folder with its secrets. options: server settings beyond the defaults."""

    data: Path
    options: dict[str, str] = field(default_factory=dict)
    _held: tuple[int, IO[bytes]] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        return self.data / "postgres"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @cached_property
    def account(self) -> Account:
        return account_for(self.folder, programs() / "postgres", programs().parent / "lib" / "libpq.so.5")

    def password(self, role: str) -> str:
        return read_or_create(self.data / "secrets" / f"postgres-{role}")

    def address(self, role: str) -> Address:
        """Where and how a role connects; the server must be running."""
        return Address(str(self._socket_folder()), PORT, role, self.password(role))

    def ensure_running(self) -> bool:
        """Start the server unless it runs, and hold it for this process. True if this call took hold of it.

        A server that died while it was held is started again.
        """
        held = self._held is not None and self._held[0] == os.getpid()
        if held and self.is_running():
            return False
        self.data.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._initialise()
            if not self.is_running():
                self._start()
            if not held:
                self._hold()
        return not held

    def release(self) -> None:
        """Let go of the server; the last one to leave stops it."""
        if self._held is None or self._held[0] != os.getpid():
            return
        _, users = self._held
        self._held = None
        with users, self._alone():
            if _lock(users, fcntl.LOCK_EX | fcntl.LOCK_NB) and self.is_running():
                self.stop()

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-D", str(self.folder), "-m", "fast", "-w", "-t", str(START_SECONDS))
        if self._socket_folder() != self.folder:
            self._socket_folder().rmdir()

    def is_running(self) -> bool:
        """Whether somebody answers at the socket: a recorded process number may by now be anyone's, or a zombie's."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self._socket_folder() / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
            return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.data / "postgres.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _hold(self) -> None:
        users = (self.data / "postgres.users").open("ab")
        fcntl.flock(users, fcntl.LOCK_SH)
        self._held = (os.getpid(), users)
        atexit.register(self.release)

    def _initialise(self) -> None:
        """Build the data folder aside and move it into place, closed from its first moment."""
        if (self.folder / "PG_VERSION").exists():
            return
        draft = self.data / "postgres.partial"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        with self._password_file() as password:
            self._run(
                "initdb", "-D", str(draft / "data"), "-U", ADMIN, "--pwfile", str(password), "--auth=scram-sha-256",
                "--encoding=UTF8", "--no-locale", "--no-instructions", *(["--no-sync"] if self.options else []),
            )  # fmt: skip
        (draft / "data" / "pg_hba.conf").write_text(CLOSED_HBA, encoding="ascii")
        (draft / "data").rename(self.folder)
        draft.rmdir()

    @contextmanager
    def _password_file(self) -> Iterator[Path]:
        descriptor, name = tempfile.mkstemp(dir=self.data / "postgres.partial")
        with os.fdopen(descriptor, "w") as file:
            file.write(self.password(ADMIN))
        self.account.own(Path(name))
        yield Path(name)
        Path(name).unlink()

    def _start(self) -> None:
        self._take_over_the_records()
        sockets = self._make_socket_folder()
        settings = {"listen_addresses": "", "unix_socket_directories": str(sockets), "port": str(PORT)}
        given = {**settings, **self.options}.items()
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in given)
        paths = ("-D", str(self.folder), "-l", str(self.log))
        self._run("pg_ctl", "start", *paths, "-w", "-t", str(START_SECONDS), "-o", options)

    def _take_over_the_records(self) -> None:
        """PostgreSQL will not start while the recorded process lives, be it an unrelated one or a zombie.

        A record of the process that starts it does not hinder it, and lets it still check that no orphan of the former
        server uses the shared memory; with the record gone it could not.
        """
        for record in (self.folder / "postmaster.pid", self._socket_folder() / f".s.PGSQL.{PORT}.lock"):
            if record.exists():
                _, _, rest = record.read_text().partition("\n")
                record.write_text(f"{os.getpid()}\n{rest}")

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"almenara-{digest}"

    def _make_socket_folder(self) -> Path:
        """A folder of our own: someone else's under the same name could answer in the server's place."""
        sockets = self._socket_folder()
        if sockets == self.folder:
            return sockets
        sockets.mkdir(mode=0o700, exist_ok=True)
        owner = self.account.uid if self.account.uid is not None else os.geteuid()
        if sockets.is_symlink() or sockets.stat().st_uid not in {owner, os.geteuid()}:
            raise MachineError(
                Fault(
                    "the folder for the server's socket belongs to somebody else.", str(sockets), "Remove it."
                )
            )
        self.account.own(sockets)
        return sockets

    def _run(self, program: str, *arguments: str) -> None:
        done = self.account.run([str(programs() / program), *arguments])
        if done.returncode:
            raise MachineError(
                Fault(
                    f"{program} failed: {done.stdout.strip()}\n{self._last_words()}".rstrip(),
                    where=str(self.folder),
                    remedy="Free disk or memory if it asks for them, or set DATABASE_URL to a PostgreSQL server.",
                )
            )

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:]) if self.log.exists() else ""


def _lock(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        return False
    return True
