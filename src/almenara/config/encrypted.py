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
SYSLOG, SCANNER = "ALMENARA_WITNESS_SYSLOG", "ALMENARA_SCANNER"
VERIFIED = "verify-full"


def check_encrypted(environ: Mapping[str, str]) -> None:
    """Raises RefusedError for a database, syslog server or scanner elsewhere, spoken to without verified TLS."""
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
    if environ.get(SCANNER) and not _is_here(environ[SCANNER]):
        _refuse(
            "The scanner would be sent every file in the clear, to another machine or to an address that is none.",
            SCANNER,
            "Write it as unix:///run/clamav/clamd.ctl, or tcp://127.0.0.1:3310, of a scanner on this machine.",
        )


def _is_here(scanner: str) -> bool:
    where = urlsplit(scanner)
    return (where.scheme == "unix" and len(where.path) > 1) or (
        where.scheme == "tcp" and is_loopback(where.hostname or "")
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
