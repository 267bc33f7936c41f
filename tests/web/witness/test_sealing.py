"""Blocks: complete, chained, in time, one sealer at a time."""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from almenara.common.errors import MachineError
from almenara.config.database.base import as_owner
from almenara.config.database.roles import SITE, WITNESS
from almenara.witness.blocks import BEGINNING
from almenara.witness.connecting import ROLE, as_witness
from almenara.witness.eras import begin_era, standing
from almenara.witness.keys import current_key, seal_keys
from almenara.witness.sealing import HEARTBEAT, LOCK, seal_beside, seal_forever, seal_once
from almenara.witness.shipping import heads_file
from almenara.witness.verifying import say_verified, verify
from tests.support.witness import Log, blocks, connected, say, without_guard


def test_the_witness_is_the_role_that_the_database_knows() -> None:
    assert ROLE == WITNESS


def test_a_block_holds_what_came_since_the_last_one(clean: Log) -> None:
    say(3)
    first = seal_once()
    say(2)
    second = seal_once()
    assert [(block.number, block.entries) for block in first + second] == [(1, 3), (2, 2)]
    assert first[0].previous == BEGINNING
    assert (second[0].previous, second[0].from_xid) == (first[0].digest, first[0].to_xid)
    assert blocks() == first + second


def test_nothing_new_makes_no_block_but_one_a_day(clean: Log) -> None:
    say(1)
    assert len(seal_once()) == 1
    assert seal_once() == []
    with without_guard() as owner:
        owner.execute("UPDATE witness_block SET sealed_at = sealed_at - %s", [HEARTBEAT])
    assert [(block.number, block.entries) for block in seal_once()] == [(2, 0)]


def test_the_seal_is_the_keyed_digest_of_previous_rows_and_head(clean: Log) -> None:
    """Written out anew, from what the owner reads column by column."""
    say(1)
    seal_once()
    say(2, detail={"text": "tab\t line\n back\\slash é"})
    [block] = seal_once()
    rows = clean.owner.execute(
        "SELECT era, xid, id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), kind, person, service,"
        " reason, origin, object_type, object_id, country, institution, detail::text FROM witness_entry"
        " WHERE xid >= %s::text::xid8 ORDER BY id",
        [str(block.from_xid)],
    )
    lines = [_copied([f"{at.rstrip('0').rstrip('.')}+00" if name == "to_char" else at for name, at in row.items()])
             for row in rows]  # fmt: skip
    at = block.sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    head = f"block\t2\t{block.era}\t{block.from_xid}\t{block.to_xid}\t2\t{at}\t{block.key_id}\n"
    text = ("".join(lines) + head).encode()
    assert hmac.new(current_key().secret, block.previous + text, "sha256").digest() == block.digest


def _copied(values: list[Any]) -> str:
    escapes = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})
    return "\t".join("\\N" if value is None else str(value).translate(escapes) for value in values) + "\n"


def test_what_commits_late_is_in_a_later_block(clean: Log) -> None:
    """The transaction that began first ends last: no block passes over it."""
    with connected(SITE) as slow:
        with slow.transaction():
            slow.execute("INSERT INTO witness_entry (kind, object_id) VALUES ('read', 'late')")
            say(3)
            seal_once()
            say(1)
        made = seal_once()
    [(waiting,)] = [tuple(row.values()) for row in clean.owner.execute("SELECT almenara_unsealed_since()")]
    assert waiting is None
    assert sum(block.entries for block in blocks()) == 5
    assert made[-1].entries >= 2


def test_what_is_taken_back_leaves_a_gap_and_no_fault(clean: Log) -> None:
    with connected(SITE) as site, site.transaction(force_rollback=True):
        site.execute("INSERT INTO witness_entry (kind) VALUES ('read')")
    say(1)
    assert [block.entries for block in seal_once()] == [1]


@contextmanager
def running(work: Any) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def wait_until(condition: Any) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within half a minute")


def test_the_loop_seals_each_entry_within_five_seconds(clean: Log) -> None:
    with running(seal_forever):
        for number in range(8):
            say(1, object_id=number)
            time.sleep(0.4)
        wait_until(lambda: sum(block.entries for block in blocks()) == 8)
    waits = clean.owner.execute(
        "SELECT b.sealed_at - e.at AS wait, b.number FROM witness_entry e"
        " JOIN witness_block b ON e.era = b.era AND e.xid >= b.from_xid AND e.xid < b.to_xid"
    ).fetchall()
    assert len(waits) == 8
    assert len({row["number"] for row in waits}) > 1
    assert timedelta() <= max(row["wait"] for row in waits) < timedelta(seconds=5)


def test_one_of_two_seals_and_the_other_takes_over(clean: Log) -> None:
    with as_witness() as leader:
        leader.execute("SELECT pg_advisory_lock(%s)", [0x416C6D])
        say(1)
        assert seal_once() == []
        with running(seal_forever):
            leader.execute("SELECT pg_advisory_unlock(%s)", [0x416C6D])
            wait_until(lambda: len(blocks()) == 1)


def test_who_cannot_seal_and_holds_the_lock_is_named(clean: Log) -> None:
    say(1)
    with connected(SITE) as site:
        site.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(MachineError, match=f"{SITE}, process"):
            seal_once()
    assert len(seal_once()) == 1


def test_the_loop_goes_on_after_a_fault_and_says_it_once(
    clean: Log, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SEAL_KEY = "short"
    with caplog.at_level(logging.ERROR), running(seal_forever):
        say(1)
        wait_until(lambda: caplog.records)
        time.sleep(1.5)
        settings.SEAL_KEY = "k" * 40
        wait_until(lambda: len(blocks()) == 1)
    assert len(caplog.records) == 1
    assert "at least 32 characters" in caplog.text


def test_a_process_leaves_the_sealing_to_the_service_of_its_own(clean: Log, settings: Any) -> None:
    settings.SEALED_APART = True
    say(1)
    seal_beside(threading.Event())  # would not come back if it sealed
    assert blocks() == []


def test_only_the_witness_writes_blocks(clean: Log) -> None:
    say(1)
    seal_once()
    with connected(SITE) as site, pytest.raises(psycopg.errors.InsufficientPrivilege):
        site.execute("INSERT INTO witness_block (number) VALUES (2)")
    with connected(WITNESS) as witness:
        for statement in (
            "UPDATE witness_block SET entries = 9",
            "DELETE FROM witness_block",
            "TRUNCATE witness_block",
            "INSERT INTO witness_era (era, why) VALUES (9, 'x')",
            "SELECT * FROM accounts_user",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                witness.execute(statement)


def test_the_witness_says_that_it_verified_and_nothing_else(clean: Log) -> None:
    say_verified(verify(None))
    [entry] = clean.entries()
    assert (entry["kind"], entry["detail"]["faults"]) == ("verify", [])
    with connected(WITNESS) as witness, pytest.raises(psycopg.errors.InsufficientPrivilege):
        witness.execute("INSERT INTO witness_entry (kind) VALUES ('read')")
    with connected(WITNESS) as witness, pytest.raises(psycopg.errors.InsufficientPrivilege):
        witness.execute("INSERT INTO witness_entry (kind, object_id) VALUES ('verify', '1')")


def test_an_era_begins_when_those_who_write_in_the_former_one_have_ended(clean: Log) -> None:
    with connected(SITE) as slow, slow.transaction():
        slow.execute("INSERT INTO witness_entry (kind) VALUES ('read')")
        began = threading.Event()
        thread = threading.Thread(target=_begin_in_a_thread, args=(began,))
        thread.start()
        wait_until(lambda: clean.owner.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall())
        assert not began.is_set()
        slow.execute("INSERT INTO witness_entry (kind) VALUES ('search')")
    thread.join(timeout=30)
    assert began.is_set()
    assert [(block.era, block.entries) for block in seal_once()] == [(1, 2), (2, 1)]
    assert verify(heads_file()).faults == []


def _begin_in_a_thread(began: threading.Event) -> None:
    with as_owner():
        begin_era(before=standing(), why="restored from x.dump")
    connection.close()
    began.set()


def test_an_era_that_the_copy_was_not_told_of_has_begun_and_says_so(
    clean: Log, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    before = standing()
    settings.WITNESS_COPY = str(tmp_path / "file")
    with as_owner(), pytest.raises(MachineError, match="almenara witness new-era"):
        begin_era(before=before, why="restored from x.dump")
    assert [entry["detail"]["era"] for entry in clean.entries()] == [2]


def test_the_key_is_made_once_outside_the_database(clean: Log, platform_data: Path) -> None:
    path = platform_data / "secrets" / "seal-key"
    path.unlink(missing_ok=True)
    key = current_key()
    assert path.read_text() == key.secret.decode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert current_key() == key
    assert key.secret.decode() not in repr(key.id)


def test_a_given_key_is_used_and_former_ones_are_known(clean: Log, settings: Any) -> None:
    settings.SEAL_KEY = f"{'n' * 40} {'o' * 40}"
    assert [key.secret[:1] for key in seal_keys().values()] == [b"n", b"o"]
    assert current_key().secret == b"n" * 40


def test_after_a_restore_an_era_begins_and_the_former_one_is_sealed_to_its_end(clean: Log) -> None:
    say(2)
    seal_once()
    say(3)
    with as_owner():
        assert begin_era(before=standing(), why="restored from x.dump") == 2
    say(1)
    made = seal_once()
    assert [(block.era, block.number, block.entries) for block in made] == [(1, 2, 3), (2, 3, 2)]
    assert (made[1].from_xid, made[1].previous) == (0, made[0].digest)
    [said] = [entry for entry in clean.entries() if entry["kind"] == "restore"]
    assert said["detail"] == {"why": "restored from x.dump", "era": 2, "kept": 1, "resumed": 2}


def test_transactions_that_number_anew_are_refused_with_what_to_do(clean: Log) -> None:
    say(1)
    seal_once()
    with without_guard() as owner:
        owner.execute("UPDATE witness_block SET to_xid = (to_xid::text::numeric + 1000)::text::xid8")
    with pytest.raises(MachineError, match="almenara witness new-era"):
        seal_once()


def test_a_log_that_was_cut_is_not_sealed_over(clean: Log) -> None:
    say(1)
    seal_once()
    say(1)
    seal_once()
    with without_guard() as owner:
        owner.execute("DELETE FROM witness_block WHERE number = 2")
    with pytest.raises(MachineError, match="last block of the log is 1, but block 2 was shipped"):
        seal_once()
    assert len(blocks()) == 1
