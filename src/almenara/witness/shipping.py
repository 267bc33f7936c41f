"""The heads of the blocks in a second place: a file that is only ever added to and, if asked for, a syslog server.

What could not be shipped is kept in the database and tried again with the next round.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from almenara.common.errors import Fault, MachineError
from almenara.witness.blocks import HEAD, Block, block_of
from almenara.witness.connecting import Connection

FILE, SYSLOG_MARK = "heads.jsonl", "syslog-shipped"
A_ROUND = 1000
TAIL = 65_536  # bytes; many times the longest line
SECONDS = 5
AUDIT_NOTICE = 13 * 8 + 5  # RFC 5424: facility "log audit", severity "notice"


def heads_file() -> Path:
    return Path(settings.WITNESS_COPY or Path(settings.DATA) / "witness") / FILE


def ship(connection: Connection) -> None:
    """Send the heads that each place does not have yet. Raises MachineError, naming the place, after trying both."""
    faults: list[Fault] = []
    for where, send in _places():
        try:
            send(connection)
        except OSError as error:
            what = f"The heads of the log's blocks cannot be shipped: {error}."
            faults.append(Fault(what, where, "They are kept and sent when the place answers: see to it."))
    if faults:
        raise MachineError(faults)


def _places() -> Iterator[tuple[str, Any]]:
    yield str(heads_file()), _to_file
    if settings.WITNESS_SYSLOG:
        yield settings.WITNESS_SYSLOG, _to_syslog


def _to_file(connection: Connection) -> None:
    while heads := _heads_after(connection, last_shipped()):
        append_lines([head_line(block) for block in heads])


def _to_syslog(connection: Connection) -> None:
    while heads := _heads_after(connection, shipped_to_syslog()):
        send_to_syslog([head_line(block) for block in heads])
        mark = _syslog_mark()
        mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = mark.with_suffix(".partial")
        draft.write_text(str(heads[-1].number))
        draft.replace(mark)


def _heads_after(connection: Connection, number: int) -> list[Block]:
    query = f"SELECT {HEAD} FROM witness_block WHERE number > %s ORDER BY number LIMIT {A_ROUND}"
    return [block_of(row) for row in connection.execute(query, [number])]


def head_line(block: Block) -> str:
    return json.dumps(
        {
            "number": block.number,
            "era": block.era,
            "from_xid": block.from_xid,
            "to_xid": block.to_xid,
            "entries": block.entries,
            "digest": block.digest.hex(),
            "previous": block.previous.hex(),
            "sealed_at": block.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "key_id": block.key_id,
        }
    )


def append_lines(lines: list[str]) -> None:
    """On the disk when this returns. A line that a crash cut short is left behind on a line of its own."""
    path = heads_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        text = "".join(f"{line}\n" for line in lines)
        file.write((b"" if _ends_whole(descriptor) else b"\n") + text.encode())
        file.flush()
        os.fsync(descriptor)


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def last_shipped() -> int:
    """The number of the last head in the file, 0 if there is none. Raises OSError if the place does not answer."""
    try:
        with heads_file().open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL))
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return 0
    return next((number for line in reversed(lines[:-1]) if (number := _number(line))), 0)


def shipped_everywhere() -> int:
    """The number of the last block whose head every place has; 0 where one does not answer."""
    try:
        return min([last_shipped(), *([shipped_to_syslog()] if settings.WITNESS_SYSLOG else [])])
    except OSError:
        return 0


def _number(line: bytes) -> int:
    try:
        return int(json.loads(line)["number"])
    except (ValueError, KeyError, TypeError):
        return 0


def _syslog_mark() -> Path:
    return Path(settings.DATA) / "witness" / SYSLOG_MARK


def shipped_to_syslog() -> int:
    try:
        return int(_syslog_mark().read_text())
    except FileNotFoundError:
        return 0


def send_to_syslog(lines: list[str]) -> None:
    """RFC 5424 messages: over UDP one a datagram; over TCP and TLS each after its length (RFC 6587, RFC 5425)."""
    to = urlsplit(settings.WITNESS_SYSLOG)
    messages = [_message(line) for line in lines]
    if to.scheme == "udp":
        with socket.socket(
            socket.AF_INET6 if ":" in str(to.hostname) else socket.AF_INET, socket.SOCK_DGRAM
        ) as out:
            for message in messages:
                out.sendto(message, (str(to.hostname), to.port or 514))
        return
    with _stream(str(to.hostname), to.port, encrypted=to.scheme == "tls") as stream:
        stream.sendall(b"".join(b"%d %s" % (len(message), message) for message in messages))
        if isinstance(stream, ssl.SSLSocket):
            with suppress(OSError):  # what was sent was sent, whether or not the server says goodbye
                stream.unwrap()
        else:
            stream.shutdown(socket.SHUT_WR)


def _stream(host: str, port: int | None, *, encrypted: bool) -> socket.socket:
    """Raises OSError, ssl's for a certificate that nobody the machine trusts has given to that host."""
    if not encrypted:
        return socket.create_connection((host, port or 601), timeout=SECONDS)
    plain = socket.create_connection((host, port or 6514), timeout=SECONDS)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise


def _message(line: str) -> bytes:
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    host = socket.gethostname() or "-"
    return f"<{AUDIT_NOTICE}>1 {at} {host} almenara {os.getpid()} block - {line}".encode()
