"""What is said into the log, by whom, and that nobody changes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from almenara.common.identity import Identity, acting_as
from almenara.config.database.roles import OWNER, SITE, WITNESS
from almenara.places.models import Territory
from almenara.witness.actions import Said, hashed_address, record, record_many, record_read
from tests.support.witness import Log, connected

ALL_COLUMNS = (
    "id era xid at kind person service reason origin object_type object_id country institution detail"
)


def test_who_why_and_which_request_come_from_the_identity(log: Log) -> None:
    with acting_as(Identity(person=7, reason="referral", origin="abc")):
        record(kind="export", object_type="places_territory", object_id=12, country="XA", institution=3)
    with acting_as(Identity(service=5)):
        record(kind="signin", detail={"by": "key"})
    record(kind="signout")
    assert log.said("kind", "person", "service", "reason", "origin") == [
        ("export", 7, None, "referral", "abc"),
        ("signin", None, 5, "", ""),
        ("signout", None, None, "", ""),
    ]
    assert log.said("object_type", "object_id", "country", "institution", "detail") == [
        ("places_territory", "12", "XA", 3, {}),
        ("", "", None, None, {"by": "key"}),
        ("", "", None, None, {}),
    ]


def test_the_hour_and_the_transaction_are_the_database_s(log: Log) -> None:
    with transaction.atomic():
        record(kind="read")
        record(kind="read")
    record(kind="read")
    first, second, third = log.entries()
    [(now,)] = psycopg_rows(log, "SELECT clock_timestamp()")
    assert first["at"] < second["at"] < third["at"] <= now
    assert now - first["at"] < timedelta(minutes=1)
    assert first["at"] - datetime(2026, 3, 16, tzinfo=UTC) != timedelta(
        hours=15
    )  # not the clock that stands still
    assert int(first["xid"]) == int(second["xid"]) < int(third["xid"])


def psycopg_rows(log: Log, query: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in log.owner.execute(query)]


@pytest.mark.parametrize("column", ["at", "xid", "era", "person", "service", "reason", "origin"])
def test_the_site_cannot_say_what_the_database_says(log: Log, column: str) -> None:
    value = {"at": "now()", "xid": "'7'::xid8", "reason": "'x'", "origin": "'x'"}.get(column, "1")
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO witness_entry (kind, {column}) VALUES ('read', {value})")
    assert log.entries() == []


@pytest.mark.parametrize("kind", ["insert", "update", "delete", "truncate", "verify", "restore"])
def test_the_site_cannot_make_up_a_change(log: Log, kind: str) -> None:
    with pytest.raises(DatabaseError, match="row-level security"):
        record(kind=kind, object_type="accounts_user")
    with connected(SITE) as site:
        site.execute("CREATE TEMP TABLE accounts_user (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            site.execute(
                "CREATE TRIGGER t AFTER INSERT ON accounts_user FOR EACH ROW"
                " EXECUTE FUNCTION almenara_history('id', '', '', '', '')"
            )
    assert log.entries() == []


@pytest.mark.parametrize("kind", ["Read", "a kind", "", "x" * 41, "read\nsignin"])
def test_a_kind_is_one_small_word(log: Log, kind: str) -> None:
    with pytest.raises(IntegrityError):
        record(kind=kind)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE witness_entry SET detail = '{}'",
        "DELETE FROM witness_entry WHERE id = 1",
        "TRUNCATE witness_entry",
        "UPDATE witness_era SET era = 2",
        "DELETE FROM witness_era",
        "TRUNCATE witness_era",
    ],
)
@pytest.mark.parametrize("role", [SITE, WITNESS, OWNER])
def test_nobody_changes_or_removes_an_entry(log: Log, role: str, statement: str) -> None:
    record(kind="read")
    before = log.entries()
    with connected(role) as other, pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        other.execute(statement)
    assert ("append-only" in str(refused.value)) == (role == OWNER)
    assert log.entries() == before


def test_the_site_and_the_witness_have_no_more_than_this(log: Log) -> None:
    held = log.owner.execute(
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_name LIKE 'witness%%' AND grantee <> %s ORDER BY 1, 2, 3",
        [OWNER],
    )
    assert [tuple(row.values()) for row in held] == [
        (SITE, "witness_block", "SELECT"),
        (SITE, "witness_entry", "SELECT"),
        (SITE, "witness_era", "SELECT"),
        (WITNESS, "witness_block", "INSERT"),
        (WITNESS, "witness_block", "SELECT"),
        (WITNESS, "witness_entry", "SELECT"),
        (WITNESS, "witness_era", "SELECT"),
    ]
    columns = log.owner.execute(
        "SELECT column_name FROM information_schema.column_privileges"
        " WHERE table_name = 'witness_entry' AND grantee = %s AND privilege_type = 'INSERT'",
        [SITE],
    )
    assert {row["column_name"] for row in columns} == {
        "kind", "object_type", "object_id", "country", "institution", "detail"
    }  # fmt: skip


# What reads no table at all.
READ_SETTINGS = {f"almenara_{name}" for name in ("person", "service", "system", "reason", "origin")}


def test_no_function_looks_where_a_temporary_table_would_stand_first(log: Log) -> None:
    """A session's own table of the same name would be read in place of the real one."""
    found = log.owner.execute(
        "SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'almenara%'"
        " AND NOT EXISTS (SELECT FROM unnest(proconfig) s WHERE s LIKE 'search_path=%, pg_temp')"
    )
    assert {row["name"] for row in found} == READ_SETTINGS


def test_the_era_is_the_log_s_whatever_the_session_calls_so(log: Log) -> None:
    with connected(SITE) as site:
        site.execute("CREATE TEMP TABLE witness_era (era smallint)")
        site.execute("INSERT INTO pg_temp.witness_era VALUES (99)")
        site.execute("INSERT INTO witness_entry (kind) VALUES ('read')")
    [entry] = log.entries()
    [(era,)] = psycopg_rows(log, "SELECT max(era) FROM public.witness_era")
    assert entry["era"] == era


def test_without_the_permission_no_entry_is_seen(log: Log) -> None:
    record(kind="read")
    with connected(SITE) as site:
        assert site.execute("SELECT * FROM witness_entry").fetchall() == []


def test_what_a_transaction_takes_back_it_did_not_do(log: Log) -> None:
    with transaction.atomic():
        record(kind="read")
        transaction.set_rollback(True)
    assert log.entries() == []


FORGERY = (
    'ana@example.org\r\n2026-03-16 15:00 signin person=1\x00\x1b[2K\u2028\ud800\' , "kind": "signin"} --'
)


def test_no_text_of_a_user_makes_a_second_entry_or_a_second_line(log: Log) -> None:
    with acting_as(Identity(person=7, reason=FORGERY.replace("\ud800", ""))):
        record(kind="search", object_id=FORGERY, detail={"asked": FORGERY, FORGERY: [FORGERY]})
    [entry] = log.entries()
    assert (entry["kind"], entry["person"]) == ("search", 7)
    kept = FORGERY.replace("\x00", "\ufffd").replace("\ud800", "?")
    assert entry["detail"] == {"asked": kept, kept: [kept]}
    assert entry["object_id"] == kept
    [(written,)] = psycopg_rows(log, f"SELECT detail::text FROM witness_entry WHERE id = {entry['id']}")
    assert isinstance(written, str)
    assert not {character for character in written if ord(character) < 32}
    assert json.loads(written) == entry["detail"]


def test_a_list_is_an_entry_for_each_object_and_few_statements(log: Log) -> None:
    people = [Territory(pk=number) for number in range(1, 2502)]
    with acting_as(Identity(person=7, reason="list")):
        record_read(people, country="XA")
    found = log.said("kind", "reason", "object_type", "object_id", "country")
    assert found == [("read", "list", "places_territory", str(number), "XA") for number in range(1, 2502)]


def test_a_reading_has_its_own_reason_and_the_identity_keeps_its(log: Log) -> None:
    with acting_as(Identity(person=7, reason="shift", origin="abc")):
        record_read(Territory(pk=1), "called by the hospital")
        record(kind="search")
    assert log.said("reason", "person", "origin") == [
        ("called by the hospital", 7, "abc"),
        ("shift", 7, "abc"),
    ]


def test_nothing_to_say_is_nothing_said(log: Log) -> None:
    record_many([])
    record_read([])
    assert log.entries() == []


def test_the_address_of_a_failed_sign_in_is_kept_as_a_keyed_hash(log: Log) -> None:
    record_many([Said("signin_failed", detail={"address": hashed_address(" Ana@Example.org ")})])
    [entry] = log.entries()
    assert "ana" not in json.dumps(entry["detail"]).lower()
    assert (
        entry["detail"]["address"] == hashed_address("ana@example.org") != hashed_address("eva@example.org")
    )
