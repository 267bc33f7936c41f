"""The demonstration waits for a site that is slow to start, and for none that will not."""

from __future__ import annotations

import csv
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

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


MODEL = '[run]\ncountry = "ZZ"\ncountry_name = { en = "Isla" }\n[projection]\nyear = 2025\narea = { digits = 4 }\n'


def test_the_demonstration_shows_the_region_its_country_and_the_people_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(demo, "COUNTRY", tmp_path)
    monkeypatch.setattr(demo, "SITE", tmp_path)
    monkeypatch.setattr(demo, "call", lambda *words: called.append(words[1:3]))
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    (tmp_path / "population.csv").write_text('"area","age","sex","persons"\n101,7,1,30\n101,7,2,20\n')
    demo.publish()
    assert called[0] == ("places", "region")
    assert ("places", "tables") in called
    with (tmp_path / "people.csv").open(encoding="utf-8") as file:
        found = [
            (row["code"], row["year"], row["age_from"], row["sex"], row["count"])
            for row in csv.DictReader(file)
        ]
    assert found == [("0101", "2025", "7", "male", "30"), ("0101", "2025", "7", "female", "20")]
