"""A scanner of known malware, where the operator has one: clamd, by its own protocol, before anything else looks.

Whatever the scanner does not call clean is not taken, its silence included.
"""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from almenara.privacy.uploads.refusals import UploadRefusedError

PART = 1 << 16
SECONDS = 60
LONGEST_ANSWER = 4096
PORT = 3310
CLEAN, FOUND = "stream: OK", " FOUND"


def check_clean(content: bytes) -> None:
    """Raises UploadRefusedError for what settings.SCANNER knows, and while it cannot say. Without one: nothing."""
    if not settings.SCANNER:
        return
    try:
        said = scanned(content, settings.SCANNER)
    except OSError:
        said = ""
    if said == CLEAN:
        return
    if said.endswith(FOUND):
        raise UploadRefusedError(
            _("The file holds malware that is known."),
            _("Do not open it. Tell whoever sent it to you, and the person who looks after your computers."),
            [said.removeprefix("stream: ").removesuffix(FOUND)],
        )
    raise UploadRefusedError(
        _("Files cannot be looked into for malware at the moment."),
        _("Upload it again in a few minutes. If it lasts, tell your administrator."),
    )


def scanned(content: bytes, at: str) -> str:
    """What the scanner says. at: unix:///path, or tcp://host:port. Raises OSError, also for an answer cut short."""
    with _connected(at) as stream:
        stream.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PART):
            part = content[start : start + PART]
            stream.sendall(struct.pack(">I", len(part)) + part)
        stream.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0"):
            more = stream.recv(LONGEST_ANSWER)
            if not more or len(answer) > LONGEST_ANSWER:
                raise ConnectionError("the scanner's answer has no end")
            answer += more
    return answer[:-1].decode("utf-8", "replace")


def _connected(at: str) -> socket.socket:
    where = urlsplit(at)
    if where.scheme != "unix":
        return socket.create_connection((where.hostname or "", where.port or PORT), timeout=SECONDS)
    stream = socket.socket(socket.AF_UNIX)
    try:
        stream.settimeout(SECONDS)
        stream.connect(where.path)
    except OSError:
        stream.close()
        raise
    return stream
