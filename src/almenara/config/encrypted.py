"""Connections to other machines are encrypted, and who answers is verified; the site does not start with any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from almenara.common.errors import Fault, RefusedError
from almenara.config.mail import is_loopback

DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WITNESS_URL")
SYSLOG = "ALMENARA_WITNESS_SYSLOG"
VERIFIED = "verify-full"


def check_encrypted(environ: Mapping[str, str]) -> None:
    """Raises RefusedError for a database or a syslog server elsewhere that would be spoken to without verified TLS."""
    for name in DATABASES:
        if environ.get(name) and not _is_verified(name, environ[name]):
            _refuse(
                "The database on another machine would be reached without TLS, or without verifying who answers.",
                name,
                "Add ?sslmode=verify-full to the address, and &sslrootcert=FILE for an authority of your own.",
            )
    syslog = urlsplit(environ.get(SYSLOG, ""))
    if syslog.scheme in ("tcp", "udp") and not is_loopback(syslog.hostname or ""):
        _refuse(
            "The heads of the log would go to another machine in the clear, where they could be left out or replaced.",
            SYSLOG,
            "Write it as tls://log.example.org:6514, or send them by a syslog server of this machine.",
        )


def _is_verified(name: str, url: str) -> bool:
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:
        _refuse(
            "It is not the address of a PostgreSQL server.",
            name,
            "Write postgresql://user:password@host/name.",
        )
    hosts = f"{parts.get('host') or ''},{parts.get('hostaddr') or ''}".split(",")
    here = all(not host or host.startswith(("/", "@")) or is_loopback(host) for host in hosts)
    return here or parts.get("sslmode") == VERIFIED


def _refuse(what: str, name: str, remedy: str) -> NoReturn:
    """Without the address itself: it holds a password."""
    raise RefusedError(Fault(what, name, remedy))
