"""The heads of the blocks in a second place: whole, in order, once, and kept when the place does not answer."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from almenara.common.errors import MachineError
from almenara.witness.queries import sealing_state
from almenara.witness.sealing import seal_once
from almenara.witness.shipping import heads_file, last_shipped, shipped_everywhere, shipped_to_syslog
from tests.support.witness import Log, blocks, say, without_guard


def shipped() -> list[dict[str, Any]]:
    return [json.loads(line) for line in heads_file().read_text().splitlines()]


def test_each_head_is_a_line_with_all_that_names_the_block(clean: Log) -> None:
    for _ in range(2):
        say(1)
        seal_once()
    first, second = shipped()
    made = blocks()[1]
    assert second == {
        "number": 2, "era": 1, "from_xid": made.from_xid, "to_xid": made.to_xid, "entries": 1,
        "digest": made.digest.hex(), "previous": first["digest"], "sealed_at": second["sealed_at"],
        "key_id": made.key_id,
    }  # fmt: skip
    assert heads_file().stat().st_mode & 0o777 == 0o600
    assert heads_file().parent.stat().st_mode & 0o777 == 0o700
    assert last_shipped() == 2


def test_the_default_place_is_beside_the_database_s_folder(clean: Log, settings: Any) -> None:
    settings.WITNESS_COPY = ""
    assert heads_file() == Path(settings.DATA) / "witness" / "heads.jsonl"


def test_what_a_place_did_not_take_is_sent_when_it_answers(clean: Log, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.WITNESS_COPY = str(tmp_path / "file" / "copy")
    for _ in range(2):
        say(1)
        with pytest.raises(MachineError, match="kept and sent when the place answers"):
            seal_once()
    assert [block.entries for block in blocks()] == [1, 1]
    assert shipped_everywhere() == 0
    settings.WITNESS_COPY = str(tmp_path / "copy")
    assert seal_once() == []
    assert [head["number"] for head in shipped()] == [1, 2]


def test_a_line_cut_short_by_a_crash_is_shipped_again(clean: Log) -> None:
    say(1)
    seal_once()
    heads_file().write_text(heads_file().read_text()[:40])
    assert last_shipped() == 0
    assert seal_once() == []
    torn, whole = heads_file().read_text().splitlines()
    assert (len(torn), json.loads(whole)["number"], last_shipped()) == (40, 1, 1)


@contextmanager
def listening(kind: socket.SocketKind) -> Iterator[tuple[int, list[bytes]]]:
    """A server on loopback that keeps what it is sent."""
    received: list[bytes] = []
    with socket.socket(socket.AF_INET, kind) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        if kind == socket.SOCK_STREAM:
            server.listen()
        ended = threading.Event()
        thread = threading.Thread(target=_receive, args=(server, kind, received, ended))
        thread.start()
        try:
            yield server.getsockname()[1], received
        finally:
            ended.set()
            thread.join()


def _receive(
    server: socket.socket, kind: socket.SocketKind, received: list[bytes], ended: threading.Event
) -> None:
    """Looks once more after the end was called: what was sent before has arrived by then."""
    last = False
    while not last:
        last = ended.is_set()
        try:
            if kind == socket.SOCK_DGRAM:
                received.append(server.recv(65_536))
                continue
            stream, _ = server.accept()
            with stream, stream.makefile("rb") as sent:
                received.append(sent.read())
        except TimeoutError:
            continue


RFC_5424 = re.compile(r"<109>1 (\S+T\S+Z) (\S+) almenara (\d+) block - (\{.*\})")


def test_syslog_over_udp_takes_a_datagram_a_head(clean: Log, settings: Any) -> None:
    with listening(socket.SOCK_DGRAM) as (port, received):
        settings.WITNESS_SYSLOG = f"udp://127.0.0.1:{port}"
        for _ in range(2):
            say(1)
            seal_once()
    found = [RFC_5424.fullmatch(message.decode()) for message in received]
    assert [json.loads(match[4]) for match in found if match] == shipped()
    assert shipped_to_syslog() == 2


def test_syslog_over_tcp_takes_each_after_its_length_and_catches_up(clean: Log, settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.WITNESS_SYSLOG = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
        say(1)
        with pytest.raises(MachineError, match="tcp://127"):
            seal_once()
    assert len(shipped()) == 1  # the other place has it
    say(1)
    with listening(socket.SOCK_STREAM) as (port, received):
        settings.WITNESS_SYSLOG = f"tcp://127.0.0.1:{port}"
        seal_once()
    text, heads = b"".join(received), []
    while text:
        length, _, rest = text.partition(b" ")
        match = RFC_5424.fullmatch(rest[: int(length)].decode())
        assert match
        heads.append(json.loads(match[4]))
        text = rest[int(length) :]
    assert heads == shipped()
    assert len(heads) == 2


def test_health_says_when_the_log_is_not_sealed_or_not_shipped(
    clean: Log, settings: Any, client: Client
) -> None:
    say(1)
    seal_once()
    assert client.get("/health").json() == {"status": "ok", "log": "sealed"}
    say(1)
    assert not sealing_state().behind
    with without_guard() as owner:
        owner.execute("UPDATE witness_entry SET at = at - interval '2 minutes'")
    assert (client.get("/health").status_code, client.get("/health").json()["log"]) == (200, "behind")
    seal_once()
    assert sealing_state().unsealed_since is None
    heads_file().unlink()
    with without_guard() as owner:
        owner.execute("UPDATE witness_block SET sealed_at = sealed_at - interval '2 minutes'")
    assert client.get("/health").json()["log"] == "behind"
    state = sealing_state()
    assert state.unshipped_since == blocks()[0].sealed_at
