"""Every attack that a database's owner can make with the guards laid off is found, named and counted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from almenara.config.database.base import as_owner
from almenara.witness import eras, hours, sealing, verifying
from almenara.witness.eras import begin_era, standing
from almenara.witness.keys import current_key
from almenara.witness.sealing import seal_once
from almenara.witness.shipping import heads_file
from almenara.witness.verifying import Verdict, verify, verify_here
from tests.support.witness import Log, Row, blocks, say, without_guard

Owner = psycopg.Connection[Row]


@pytest.fixture
def sealed(clean: Log) -> Log:
    """Four blocks of 3, 4, 5 and 6 entries."""
    for count in (3, 4, 5, 6):
        say(count, detail={"shown": "name"})
        seal_once()
    return clean


def verdict(heads: bool = True) -> Verdict:
    return verify(heads_file() if heads else None)


def found(heads: bool = True) -> str:
    return "\n".join(map(str, verdict(heads).faults))


def attack(*statements: str) -> None:
    with without_guard() as owner:
        for statement in statements:
            owner.execute(statement)  # type: ignore[call-overload]


def of_block(number: int, which: str = "") -> str:
    return (
        "id IN (SELECT e.id FROM witness_entry e JOIN witness_block b ON e.era = b.era AND e.xid >= b.from_xid"
        f" AND e.xid < b.to_xid WHERE b.number = {number} ORDER BY e.id {which})"
    )


def test_a_log_that_nobody_touched_is_whole(sealed: Log) -> None:
    say(2)
    assert verdict() == Verdict(blocks=4, entries=20, unsealed=2)


def test_an_empty_log_is_whole(clean: Log) -> None:
    assert verdict(heads=False).faults == []
    assert (verdict(heads=False).blocks, verdict(heads=False).entries) == (0, 0)


COLUMNS = {
    "at": "at - interval '1 second'", "kind": "'search'", "person": "99", "service": "99", "reason": "'x'",
    "origin": "'x'", "object_type": "'x'", "object_id": "'x'", "country": "'x'", "institution": "9",
    "detail": """'{"shown": "another"}'""",
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_column_is_found(sealed: Log, column: str) -> None:
    attack(f"UPDATE witness_entry SET {column} = {COLUMNS[column]} WHERE {of_block(2, 'LIMIT 1')}")
    assert "1 found. Sealed entries, or the block's own head, were changed." in found(heads=False)
    assert "block 2, sealed" in found(heads=False)
    assert found(heads=False).count("block ") == 1


def test_an_entry_moved_to_another_transaction_of_its_block_is_found(sealed: Log) -> None:
    attack(
        "UPDATE witness_entry SET xid = (SELECT max(xid::text::bigint) FROM witness_entry"
        f" WHERE {of_block(3)})::text::xid8 WHERE {of_block(3, 'LIMIT 1')}"
    )
    assert "among 5 entries" in found(heads=False)


@pytest.mark.parametrize(("which", "gone"), [("LIMIT 1", 1), ("OFFSET 1", 3), ("", 4)])
def test_removed_entries_are_counted(sealed: Log, which: str, gone: int) -> None:
    attack(f"DELETE FROM witness_entry WHERE {of_block(2, which)}")
    said = found(heads=False)
    assert f"{gone} found. Sealed entries were removed." in said
    assert f"{gone} of 4 are missing" in said
    assert "backup" in said


def test_inserted_entries_are_counted(sealed: Log) -> None:
    attack(
        "INSERT INTO witness_entry (era, xid, kind) SELECT era, from_xid, 'read'"
        " FROM witness_block, generate_series(1, 2) WHERE number = 3"
    )
    assert "2 found. Entries were inserted among sealed ones." in found(heads=False)
    assert "block 3" in found(heads=False)
    assert "2 more than the 5 sealed" in found(heads=False)


def test_an_entry_replaced_by_another_is_found(sealed: Log) -> None:
    attack(
        f"DELETE FROM witness_entry WHERE {of_block(3, 'LIMIT 1')}",
        "INSERT INTO witness_entry (era, xid, kind) SELECT era, from_xid, 'read' FROM witness_block WHERE number = 3",
    )
    assert "block 3" in found(heads=False)
    assert "changed" in found(heads=False)


def test_an_entry_before_the_first_block_is_found(sealed: Log) -> None:
    attack("INSERT INTO witness_entry (era, xid, kind) VALUES (0, '1', 'read')")
    assert "1 before block 1" in found(heads=False)


@pytest.mark.parametrize(
    "change",
    ["entries = entries + 1", "era = 0", "sealed_at = sealed_at - interval '1 day'", "digest = previous", "number = 9",
     "from_xid = '0'", "to_xid = (to_xid::text::int + 1)::text::xid8"],
)  # fmt: skip
def test_a_changed_block_is_found(sealed: Log, change: str) -> None:
    attack(f"UPDATE witness_block SET {change} WHERE number = 4")
    said = found(heads=False)
    assert "block 4" in said or "block 9" in said


def test_a_block_removed_with_its_entries_is_found(sealed: Log) -> None:
    attack(f"DELETE FROM witness_entry WHERE {of_block(2)}", "DELETE FROM witness_block WHERE number = 2")
    assert "block 3 does not follow block 1" in found(heads=False)
    assert "Blocks that were shipped are not in the database" in found()


def test_a_block_removed_without_its_entries_is_found(sealed: Log) -> None:
    attack("DELETE FROM witness_block WHERE number = 2")
    assert "block 3 does not follow block 1" in found(heads=False)
    assert "4 found. Entries stand in no block" in found(heads=False)


def test_the_first_block_removed_is_found(sealed: Log) -> None:
    attack(f"DELETE FROM witness_entry WHERE {of_block(1)}", "DELETE FROM witness_block WHERE number = 1")
    assert "block 2 does not follow the beginning" in found(heads=False)


def test_a_cut_at_the_end_is_seen_by_the_copy_alone(sealed: Log) -> None:
    attack(f"DELETE FROM witness_entry WHERE {of_block(4)}", "DELETE FROM witness_block WHERE number = 4")
    assert found(heads=False) == ""
    assert "a cut at the end is not seen" in verdict(heads=False).notes[0]
    assert "1 found. Blocks that were shipped are not in the database" in found()
    assert "(block 4)" in found()


def test_a_log_that_was_emptied_is_found(sealed: Log) -> None:
    attack("TRUNCATE witness_entry, witness_block")
    assert "4 found. Blocks that were shipped are not in the database" in found()


def test_a_log_sealed_anew_with_another_key_is_found(sealed: Log, settings: Any) -> None:
    settings.SEAL_KEY = "f" * 40
    attack("DELETE FROM witness_entry WHERE object_id = '0'", "TRUNCATE witness_block")
    aside = heads_file().rename(heads_file().with_name("aside"))
    seal_once()
    settings.SEAL_KEY = ""
    assert "key that sealed them is not here" in str(verify(aside).faults[0])
    assert any("not the ones that were shipped" in str(fault) for fault in verify(aside).faults)


def test_a_block_forged_without_the_key_is_found(sealed: Log) -> None:
    attack(
        "INSERT INTO witness_block SELECT 5, era, to_xid, (to_xid::text::bigint + 5)::text::xid8, 0, sha256('x'),"
        " digest, now(), key_id FROM witness_block WHERE number = 4"
    )
    assert "block 5" in found(heads=False)


def test_a_missing_key_is_named_and_the_former_one_serves(sealed: Log, settings: Any) -> None:
    former = current_key()
    settings.SEAL_KEY = "n" * 40
    assert "4 found. Blocks cannot be verified, for the key" in found()
    assert f"block 1 by key {former.id}" in found()
    settings.SEAL_KEY = f"{'n' * 40} {former.secret.decode()}"
    assert found() == ""
    say(1)
    seal_once()
    assert found() == ""
    assert len({block.key_id for block in blocks()}) == 2


def test_entries_that_nobody_seals_are_a_fault_after_a_minute(sealed: Log) -> None:
    say(2)
    assert found() == ""
    attack(
        "UPDATE witness_entry SET at = at - interval '2 minutes' WHERE id = (SELECT max(id) FROM witness_entry)"
    )
    assert "2 found. Entries have waited for their seal for more than a minute" in found()
    assert "almenara witness seal" in found()


def rewritten(change: Callable[[list[str]], list[str]]) -> None:
    lines = heads_file().read_text().splitlines()
    heads_file().write_text("".join(f"{line}\n" for line in change(lines)))


def test_a_copy_may_begin_late_and_end_early(sealed: Log) -> None:
    rewritten(lambda lines: lines[1:3])
    assert found() == ""
    assert verdict().notes == ["1 blocks are older than the copy.", "1 blocks are not in the copy yet."]


@pytest.mark.parametrize("kept", [2, 0, None], ids=["cut", "emptied", "taken away"])
def test_the_copy_that_is_shipped_to_lacks_nothing_that_is_older_than_a_minute(
    sealed: Log, monkeypatch: pytest.MonkeyPatch, kept: int | None
) -> None:
    """Whoever cuts the log and this copy alike is seen by another copy alone; whoever cuts only this one, here."""
    assert verify_here().faults == []
    if kept is None:
        heads_file().unlink()
    else:
        rewritten(lambda lines: lines[:kept])
    assert (found(heads=kept is not None), verify_here().faults) == ("", [])  # perhaps it only lags
    monkeypatch.setattr(verifying, "LATE", timedelta(0))
    [fault] = verify_here().faults
    assert fault.what.startswith(f"{4 - (kept or 0)} found. Blocks are not in the copy")


def test_where_another_machine_seals_the_copy_is_not_expected_here(
    sealed: Log, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "LATE", timedelta(0))
    settings.SEALED_APART = True
    rewritten(lambda lines: lines[:1])
    assert verify_here().faults == []
    heads_file().unlink()
    assert verify_here().notes == ["No copy of the heads was given: a cut at the end is not seen."]


def test_a_clock_that_was_set_back_is_noted(sealed: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sealing._moment

    def earlier(connection: Any) -> sealing.Moment:
        moment = real(connection)
        return replace(moment, at=moment.at - timedelta(hours=1))

    assert verdict().notes == []
    monkeypatch.setattr(sealing, "_moment", earlier)
    say(2)
    seal_once()
    assert found() == ""
    back, ahead = verdict().notes
    assert back.startswith("1 blocks bear an earlier hour than the one before")
    assert ahead.startswith("1 blocks hold entries of a later hour than their seal")


def test_entries_that_waited_for_their_seal_are_noted(clean: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = timedelta(seconds=2)
    monkeypatch.setattr(hours, "LATE", waited)
    say(1)
    seal_once()
    say(1)
    time.sleep(waited.total_seconds() + 0.1)
    seal_once()
    assert found() == ""
    assert [note[:43] for note in verdict().notes] == ["1 blocks hold entries that had waited for m"]


@pytest.mark.parametrize("state", ["DISABLE", "ENABLE REPLICA"])
@pytest.mark.parametrize("trigger", ["witness_history", "witness_emptied"])
def test_a_history_that_is_laid_off_is_found(sealed: Log, state: str, trigger: str) -> None:
    change = f"ALTER TABLE privacy_deletion {{}} TRIGGER {trigger}"
    sealed.owner.execute(change.format(state))  # type: ignore[call-overload]
    try:
        told = found()
    finally:
        sealed.owner.execute(change.format("ENABLE"))  # type: ignore[call-overload]
    assert "1 found. What keeps the log in the database is laid off" in told
    assert f"{trigger} on privacy_deletion" in told
    assert found() == ""


def test_a_log_whose_guards_are_laid_off_is_found(sealed: Log) -> None:
    with without_guard() as owner:
        owner.execute("ALTER TABLE witness_entry DISABLE ROW LEVEL SECURITY")
        told = found()
        owner.execute("ALTER TABLE witness_entry ENABLE ROW LEVEL SECURITY")
    assert "4 found. What keeps the log in the database is laid off" in told
    for table in ("witness_entry", "witness_era", "witness_block"):
        assert f"append_only on {table}" in told
    assert found() == ""


def test_a_head_taken_out_of_the_copy_is_found(sealed: Log) -> None:
    rewritten(lambda lines: [lines[0], *lines[2:]])
    assert "1 found. Blocks are missing in the copy" in found()
    assert "(block 2)" in found()


def test_a_changed_head_and_another_order_are_found(sealed: Log) -> None:
    rewritten(lambda lines: [lines[1], lines[0], *lines[2:]])
    assert "block 1 after block 2" in found()
    rewritten(lambda lines: [lines[1], lines[0].replace('"digest": "', '"digest": "00', 1), *lines[2:]])
    assert "not the ones that were shipped" in found()


def test_a_line_that_a_crash_cut_short_is_no_fault(sealed: Log) -> None:
    with heads_file().open("a") as file:
        file.write('{"number": 5, "era')
    say(1)
    seal_once()
    assert found() == ""
    assert "1 lines of the copy are unreadable" in verdict().notes[0]


def brought_back_to(number: int) -> None:
    """As a backup that was made after this block would."""
    attack(
        f"DELETE FROM witness_entry WHERE xid >= (SELECT to_xid FROM witness_block WHERE number = {number})",
        f"DELETE FROM witness_block WHERE number > {number}",
    )


def test_what_a_restore_lost_is_a_note_and_numbers_are_not_used_again(sealed: Log) -> None:
    before = standing()
    brought_back_to(2)
    with as_owner():
        begin_era(before=before, why="restored from x.dump")
    say(1)
    seal_once()
    assert [block.number for block in blocks()] == [1, 2, 5]
    assert found() == ""
    assert verdict().notes == ["2 blocks were lost when a backup was brought back by almenara restore."]


def test_a_loss_that_only_the_database_s_owner_declares_is_found(sealed: Log) -> None:
    """He may begin an era, and the site's sealer goes on; the copy says what is missing."""
    brought_back_to(2)
    attack("INSERT INTO witness_era (era, why, first_block) VALUES (2, 'restored', 5)")
    say(1)
    seal_once()
    loss = eras.Loss(2, 2, 5, "2026-03-16T15:00:00+00:00")
    forged = json.loads(loss.line(current_key()))
    forged["mac"] = "00" * 32
    with heads_file().open("a") as file:
        file.write(json.dumps(forged) + "\n")
    assert "2 found. Blocks that were shipped are not in the database" in found()
    with heads_file().open("a") as file:
        file.write(loss.line(current_key()) + "\n")
    assert found() == ""


def test_what_is_shipped_while_it_runs_is_not_held_against_the_log(
    sealed: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is looked at as it was, the copy grows meanwhile."""
    real = verifying._blocks

    def slow(connection: Any) -> Any:
        for number, block in enumerate(real(connection)):
            if number == 0:
                say(1)
                assert len(seal_once()) == 1
            yield block

    monkeypatch.setattr(verifying, "_blocks", slow)
    assert (verdict().faults, verdict().blocks >= 5) == ([], True)


def test_thousands_of_faulty_blocks_are_counted_and_ten_named(clean: Log) -> None:
    for _ in range(15):
        say(1)
        seal_once()
    attack("UPDATE witness_entry SET person = 1")
    [fault] = verdict(heads=False).faults
    assert fault.what.startswith("15 found.")
    assert len(fault.items) == 10
