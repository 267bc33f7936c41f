"""The demonstration waits for a site that is slow to start, and for none that will not."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tools import demo


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        yield running
        running.kill()


def test_a_site_that_takes_a_call_before_it_can_answer_is_waited_for(
    process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        silent: list[socket.socket] = []

        def serve() -> None:
            silent.append(listening.accept()[0])
            answering, _ = listening.accept()
            with answering:
                answering.recv(1_000)
                answering.sendall(b"HTTP/1.0 200 OK\r\n\r\n")

        served = threading.Thread(target=serve, daemon=True)
        served.start()
        demo.wait_until_up(listening.getsockname()[1], process)
        served.join(10)
        silent[0].close()


def test_a_site_that_stopped_is_not_waited_for(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    with pytest.raises(SystemExit, match="exit code"):
        demo.wait_until_up(1, process)
