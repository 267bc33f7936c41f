"""How mail leaves the site, from the environment: any SMTP server, by TLS unless it is on this machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from almenara.common.errors import Fault, RefusedError

FILES = "django.core.mail.backends.filebased.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
STARTTLS, TLS, PLAIN = "smtp", "smtps", "smtp+plain"
PORTS = {STARTTLS: 587, TLS: 465, PLAIN: 25}
SECONDS = 10


def mail(environ: Mapping[str, str], data: Path) -> dict[str, Any]:
    """Django's settings of mail.

    EMAIL_URL: smtp://user:password@host:587 (STARTTLS), smtps://…:465 (TLS), smtp+plain://localhost:25; user and
    password percent-encoded. Without it each message is a file in data/mail. Raises RefusedError.
    """
    url = environ.get("EMAIL_URL", "").strip()
    sender = environ.get("ALMENARA_MAIL_FROM", "").strip() or "almenara@localhost"
    common = {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender, "EMAIL_TIMEOUT": SECONDS}
    if not url:
        return {**common, "EMAIL_BACKEND": FILES, "EMAIL_FILE_PATH": str(data / "mail")}
    return {**common, **_server(url)}


def _server(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in PORTS or not host:
        _refuse("It is not the address of a mail server.")
    if parts.scheme == PLAIN and not is_loopback(host):
        _refuse("Mail holds links that open accounts: to another machine it goes by TLS only.")
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": host,
        "EMAIL_PORT": _port(parts.scheme, url),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == STARTTLS,
        "EMAIL_USE_SSL": parts.scheme == TLS,
    }


def _port(scheme: str, url: str) -> int:
    try:
        return urlsplit(url).port or PORTS[scheme]
    except ValueError:
        _refuse("The port is not a number from 1 to 65535.")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _refuse(what: str) -> NoReturn:
    """Without the address itself: it holds a password."""
    raise RefusedError(
        Fault(
            what,
            "EMAIL_URL",
            "Write it as smtp://user:password@mail.example.org:587 (smtps:// for port 465).",
        )
    )
