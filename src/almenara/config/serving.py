"""The site as one command: gunicorn's workers on one address, static files by whitenoise."""

from __future__ import annotations

import atexit
import errno
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from gunicorn.app.base import BaseApplication

from almenara.accounts.validators import check_breach_file
from almenara.common.errors import Fault, MachineError, RefusedError
from almenara.config.maintenance import check_migrated, check_role

THREADS = 4
REQUEST_SECONDS = 60
LOOPBACK = ("127.0.0.1", "::1", "localhost")
JOB_SECONDS_TO_END = 30


class Site(BaseApplication):  # type: ignore[misc]
    def __init__(self, bind: str, workers: int) -> None:
        self.wanted: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": REQUEST_SECONDS,
            "proc_name": "almenara",
            "errorlog": "-",
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.wanted.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        from almenara.config.wsgi import application

        return application


def serve(host: str, port: int, workers: int, *, with_jobs: bool = True) -> None:
    """Serve until interrupted, a process for the jobs beside it.

    Raises CheckFailedError (migrations pending, a role that no policy holds), MachineError (the port is taken, the
    list of stolen passwords cannot be read).
    """
    check_migrated()
    check_role()
    check_breach_file()
    _check_demo_stays_here(host)
    connections.close_all()
    _check_free(host, port)
    if static_is_stale():
        _collect()
    shown = f"[{host}]" if ":" in host else host
    if with_jobs:
        _work_beside()
    print(f"Almenara is at http://{shown}:{port}/ (Ctrl-C stops it)", flush=True)  # noqa: T201
    Site(f"{shown}:{port}", workers).run()


def _work_beside() -> None:
    """A process for the jobs and the log's seals, ended with the site; what it leaves when killed is taken up again."""
    worker = subprocess.Popen([sys.executable, "-m", "almenara", "work"])
    atexit.register(_end, worker, os.getpid())


def _end(worker: subprocess.Popen[bytes], parent: int) -> None:
    if os.getpid() != parent:  # gunicorn's workers are forks and inherit the registration
        return
    worker.terminate()
    try:
        worker.wait(timeout=JOB_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def static_is_stale() -> bool:
    """Whether a file that pages ask for is newer than the last gathering, or none has been made."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    sources = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return any(Path(source).stat().st_mtime > manifest.stat().st_mtime for source in sources)


def _collect() -> None:
    """Which storage serves static files is settled when the settings are read: the first time, read them again."""
    again = [sys.executable, "-m", "almenara"]
    subprocess.run([*again, "collectstatic"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    if not settings.STATIC_COLLECTED:
        os.execv(sys.executable, [*again, *sys.argv[1:]])  # noqa: S606


def _check_demo_stays_here(host: str) -> None:
    if settings.DEMO and host not in LOOPBACK:
        raise RefusedError(
            Fault(
                "A demonstration lets anybody in by a click, and is served on this machine only.",
                host,
                "Leave --host out, or take ALMENARA_DEMO away.",
            )
        )


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            what = (
                "The port is taken."
                if error.errno == errno.EADDRINUSE
                else f"It cannot listen: {error.strerror}."
            )
            raise MachineError(
                Fault(what, f"{host}:{port}", "Choose another with --host and --port.")
            ) from None
