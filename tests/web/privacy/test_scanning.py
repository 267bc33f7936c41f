"""What the operator's scanner of malware says of an upload decides; while it says nothing, nothing is taken."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from almenara.common.errors import RefusedError
from almenara.config.encrypted import SCANNER, check_encrypted
from almenara.privacy.uploads import FileType, UploadRefusedError, check_upload
from tests.support.uploads import pdf, sent

MARK = b"X5O!P%@AP-HARMLESS-TEST"


class Scanner:
    """Speaks as clamd does; knows one piece of malware. answer: what it says instead, b"" for nothing."""

    def __init__(self, path: Path) -> None:
        self.answer: bytes | None = None
        self.seen: list[bytes] = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                stream, _ = self.listener.accept()
                with stream, stream.makefile("rb") as said:
                    assert said.read(10) == b"zINSTREAM\0"
                    content = b""
                    while size := struct.unpack(">I", said.read(4))[0]:
                        content += said.read(size)
                    self.seen.append(content)
                    known = b"stream: Test.Malware FOUND\0" if MARK in content else b"stream: OK\0"
                    stream.sendall(known if self.answer is None else self.answer)

    def end(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def scanner(tmp_path: Path, settings: Any) -> Iterator[Scanner]:
    made = Scanner(tmp_path / "s")
    settings.SCANNER = f"unix://{tmp_path / 's'}"
    yield made
    made.end()


def upload(content: bytes) -> bytes:
    return check_upload(sent(content, "signed.pdf"), allowed=frozenset({FileType.PDF})).content


def test_a_clean_file_is_looked_at_as_it_came_and_taken(scanner: Scanner) -> None:
    content = pdf() + b"%" + b"x" * 200_000
    assert upload(content).startswith(b"%PDF")
    assert scanner.seen == [content]


def test_what_the_scanner_knows_is_refused_by_its_name(scanner: Scanner) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        upload(pdf() + MARK)
    assert refused.value.items == ("Test.Malware",)
    assert "malware" in refused.value.found


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"x" * 9000, b"stream: OKAY\0", b"\0"],
)
def test_whatever_is_not_clean_is_not_taken(scanner: Scanner, answer: bytes) -> None:
    scanner.answer = answer
    with pytest.raises(UploadRefusedError, match="at the moment"):
        upload(pdf())


def test_a_scanner_that_is_away_stops_uploads(settings: Any, tmp_path: Path) -> None:
    settings.SCANNER = f"unix://{tmp_path / 'nobody'}"
    with pytest.raises(UploadRefusedError, match="at the moment"):
        upload(pdf())


def test_files_are_not_sent_to_another_machine_in_the_clear() -> None:
    for address in (
        "tcp://scan.example.org:3310",
        "tcp://192.0.2.3",
        "clamd.ctl",
        "unix://",
        "http://localhost",
    ):
        with pytest.raises(RefusedError, match="unix:///"):
            check_encrypted({SCANNER: address})
    for address in ("unix:///run/clamav/clamd.ctl", "tcp://127.0.0.1:3310", ""):
        check_encrypted({SCANNER: address})
