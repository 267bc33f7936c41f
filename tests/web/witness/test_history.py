"""History by triggers: what changed, from what to what, and never a private value."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.db.migrations import RunSQL

from almenara.common.identity import Identity, acting_as
from almenara.config.database.roles import SITE
from almenara.witness.history import Tracked, TrackHistory, tracked
from tests.support.witness import Log, connected, migrated

PROBE = RunSQL(
    "CREATE TABLE probe (code int PRIMARY KEY, name text, secret bytea, seen timestamptz, land text, house bigint)",
    "DROP TABLE probe",
)
TRACK = TrackHistory(
    "probe", key="code", private=["secret"], ignore=["seen"], country="land", institution="house"
)


@pytest.fixture
def probed(log: Log) -> Iterator[Log]:
    with migrated(PROBE, TRACK):
        yield log


def run(statement: str) -> None:
    with acting_as(Identity(person=7, reason="why", origin="abc")), connection.cursor() as cursor:
        cursor.execute(statement)


def changes(log: Log) -> list[tuple[object, ...]]:
    return log.said("kind", "object_type", "object_id", "detail")


def test_an_insertion_an_update_and_a_deletion_say_before_and_after(probed: Log) -> None:
    run("INSERT INTO probe VALUES (1, 'Ana', 'x', now(), 'XA', 3)")
    run("UPDATE probe SET name = 'Eva', house = NULL")
    run("DELETE FROM probe")
    assert changes(probed) == [
        ("insert", "probe", "1",
         {"after": {"code": 1, "name": "Ana", "land": "XA", "house": 3}, "private": ["secret"]}),
        ("update", "probe", "1", {"before": {"name": "Ana", "house": 3}, "after": {"name": "Eva", "house": None}}),
        ("delete", "probe", "1", {"before": {"code": 1, "name": "Eva", "land": "XA"}, "private": ["secret"]}),
    ]  # fmt: skip
    assert probed.said("person", "reason", "origin", "country") == [(7, "why", "abc", "XA")] * 3
    assert probed.said("institution") == [(3,), (None,), (None,)]


def test_of_a_private_column_only_that_it_changed_is_written(probed: Log) -> None:
    run("INSERT INTO probe (code, secret) VALUES (1, 'one')")
    run("UPDATE probe SET secret = 'another'")
    *_, update = changes(probed)
    assert update[3] == {"before": {}, "after": {}, "private": ["secret"]}
    for entry in probed.entries():
        assert not {b"one".hex(), b"another".hex()} & set(str(entry["detail"]).split("x"))
        assert "one" not in str(entry["detail"])


def test_what_is_ignored_or_stays_the_same_is_no_change(probed: Log) -> None:
    run("INSERT INTO probe (code) VALUES (1)")
    run("UPDATE probe SET seen = now()")
    run("UPDATE probe SET code = 1, name = NULL")
    assert len(changes(probed)) == 1


def test_every_row_of_a_statement_has_its_entry(probed: Log) -> None:
    run("INSERT INTO probe (code) SELECT generate_series(1, 500)")
    run("UPDATE probe SET name = 'all' WHERE code <= 300")
    kinds = [kind for kind, *_ in changes(probed)]
    assert (kinds.count("insert"), kinds.count("update")) == (500, 300)


def test_a_change_taken_back_is_no_change(probed: Log) -> None:
    with pytest.raises(DatabaseError):
        run("INSERT INTO probe (code) VALUES (1); SELECT 1 / 0")
    assert changes(probed) == []


def test_emptying_a_table_is_said_too(probed: Log) -> None:
    run("INSERT INTO probe (code) VALUES (1)")
    probed.owner.execute("TRUNCATE probe")
    assert changes(probed)[-1] == ("truncate", "probe", "", {})


def test_the_site_cannot_lay_the_trigger_off(probed: Log) -> None:
    with connected(SITE) as site:
        for statement in (
            "ALTER TABLE probe DISABLE TRIGGER witness_history",
            "DROP TRIGGER witness_history ON probe",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                site.execute(statement)


def test_the_database_says_what_is_tracked_and_how(probed: Log) -> None:
    wanted = Tracked("code", frozenset({"secret"}), frozenset({"seen"}), "land", "house")
    assert tracked()["probe"] == wanted
    with migrated(TrackHistory("probe", key="code")):
        assert tracked()["probe"] == Tracked("code", frozenset(), frozenset(), "", "")
    assert "probe" not in tracked()


def test_the_operation_can_be_written_into_a_migration_again() -> None:
    name, arguments, named = TRACK.deconstruct()
    assert (name, TrackHistory(*arguments, **named).columns) == ("TrackHistory", TRACK.columns)
