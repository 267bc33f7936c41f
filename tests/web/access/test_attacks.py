"""Attacks that are the same everywhere, tried on every route, on the interface for systems and on downloads.

What each test shows beside those of the single apps stands in docs/reference/attacks.md.
"""

from __future__ import annotations

import json
import logging
from urllib.parse import urlsplit

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from almenara.accounts.access import Door
from almenara.accounts.actions import people as people_actions
from almenara.accounts.models import PersonalFile, Role, User
from almenara.accounts.role_names import AUDITOR
from almenara.agreements.models import Document, Status
from almenara.audit.exporting import NAME
from almenara.common.identity import Identity
from almenara.config.access import ROUTES
from almenara.privacy.exports.running import ask_export, run_export
from almenara.privacy.models import Export
from almenara.witness.actions import record
from tests.support.acting import acting, signed_in
from tests.support.agreements import agreement, document
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.everything import OBJECTS, everything
from tests.support.services import issued_key

pytestmark = pytest.mark.django_db
WHOAMI = "/api/v1/whoami"
READING = ("observatory:", "design:")  # pages that only show
OF_PEOPLE = sorted(
    name for name, access in ROUTES.items() if access.door != Door.SERVICE and not name.startswith(READING)
)
WITH_ARGUMENTS = {
    "accounts:invitation": {"token": "x"},
    "account_confirm_email": {"key": "x"},
    "openid_connect_login": {"provider_id": "x"},
    "openid_connect_callback": {"provider_id": "x"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
}
REFUSALS = ("42501", 0)  # insufficient privilege, or a row that no policy shows
REFUSED, HIDDEN, UNKNOWN = 403, 404, 401
HOSTILE = "x\r\nSet-Cookie: planted=1\r\n\r\n<script>"
FOREIGN = "evil.example"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def secret(people: Cast) -> str:
    return issued_key(people)[1]


def exported(people: Cast) -> str:
    """Where an auditor downloads what an export of the log has written."""
    auditor = people["auditor"]
    with acting(auditor):
        made = ask_export(by=auditor.pk, what=NAME, purpose="A trial")
    assert run_export(made.public_id, Identity(person=auditor.pk)) is not None
    return reverse("audit:download", args=[made.public_id])


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def entries(kind: str) -> list[dict[str, str]]:
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute("SELECT detail FROM witness_entry WHERE kind = %s ORDER BY id", [kind])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_no_route_of_people_takes_a_form_without_its_token() -> None:
    made = everything()
    client = Client(enforce_csrf_checks=True)
    signed_in(made.person("administrator"), client)
    taken = []
    for name in OF_PEOPLE:
        arguments = WITH_ARGUMENTS.get(name) or next(
            iter(OBJECTS.get(name, {"": lambda made, reader: {}}).values())
        )(made, made.person("administrator"))
        with transaction.atomic():
            answer = client.post(reverse(name, kwargs=arguments), {"reason": "An attack"})
            transaction.set_rollback(True)
        if answer.status_code != REFUSED or b"CSRF" not in answer.content:
            taken.append((name, answer.status_code))
    assert taken == []


def test_a_session_opens_nothing_of_the_interface_and_a_key_changes_nothing_by_a_form(
    people: Cast, secret: str
) -> None:
    """So a foreign page, which can send a person's cookies but no header of its own, reaches nothing there."""
    client = signed_in(people["administrator"])
    for call in (client.get, client.post):
        assert call(WHOAMI).status_code == UNKNOWN
    assert Client().post(WHOAMI, headers=bearer(secret)).status_code == 405
    assert Client().get(f"{WHOAMI}?authorization=Bearer%20{secret}").status_code == UNKNOWN


@pytest.mark.parametrize("address", ["/es/account/people/", WHOAMI, "/es/agreements/systems/template.csv"])
def test_a_foreign_host_is_answered_nowhere(people: Cast, secret: str, address: str) -> None:
    client = signed_in(people["coordinator"])
    for host in (FOREIGN, f"testserver.{FOREIGN}", f"testserver@{FOREIGN}", "testserver:80@evil", ""):
        answer = client.get(address, headers={"host": host, **bearer(secret)})
        assert answer.status_code == 400, host
    said = client.get(
        address, headers={"x-forwarded-host": FOREIGN, "forwarded": f"host={FOREIGN}", **bearer(secret)}
    )
    assert FOREIGN not in said.content.decode() + said.headers.get("Location", "")


@pytest.mark.parametrize(
    "address",
    [
        f"//{FOREIGN}/", f"//{FOREIGN}/account", f"/%2f{FOREIGN}/", f"/\\{FOREIGN}", f"/es//{FOREIGN}",
        f"//{FOREIGN}/%2e%2e",
        f"/account/?next=https://{FOREIGN}/", f"/es/account/logout/?next=https://{FOREIGN}/",
        f"/es/account/login/?next=//{FOREIGN}", f"/es/account/reauthenticate/?next=//{FOREIGN}",
        f"/es/account/people/?next=//{FOREIGN}", f"/account\r\nLocation: https://{FOREIGN}/",
    ],
)  # fmt: skip
def test_no_address_of_ours_leads_away(people: Cast, address: str) -> None:
    for client in (Client(), signed_in(people["nobody"])):
        for call in (client.get, client.post):
            where = call(address).headers.get("Location", "")
            assert urlsplit(where).netloc == "", where
            assert not where.startswith(("//", "/\\"))
            assert "\n" not in where


def test_the_name_of_a_file_splits_no_answer(people: Cast) -> None:
    """Whatever way it came into the database."""
    made = agreement(people, "police", "ministry", status=Status.IN_FORCE)
    with owner_rights():
        Document.objects.filter(pk=document(made).pk).update(name=f"{HOSTILE}.pdf")
    answer = signed_in(people["link"]).get(reverse("agreements:document", args=[document(made).public_id]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert all("\n" not in value and "\r" not in value for value in answer.headers.values())
    assert "planted" not in answer.cookies


@pytest.mark.parametrize("address", ["/es/account/x%0d%0aFORGED%20root/", "/api/v1/x%0aFORGED%20root"])
def test_an_address_forges_no_line_of_either_log(
    people: Cast, secret: str, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in(people["nobody"])
    with caplog.at_level(logging.DEBUG):
        client.get(address, headers=bearer(secret))
        client.get("/es/account/people/", headers={"user-agent": HOSTILE, "referer": HOSTILE})
        client.get(WHOAMI, headers={"authorization": f"Bearer {HOSTILE}"})
    assert caplog.records
    assert [line.getMessage() for line in caplog.records if "\n" in line.getMessage()] == []
    assert {said["path"] for said in entries("refusal")} == {"/es/account/people/", WHOAMI}


def test_a_download_ends_with_the_role_the_suspension_and_the_term(people: Cast) -> None:
    auditor, where = people["auditor"], exported(people)
    client = signed_in(auditor)
    assert client.get(where).status_code == 200
    over = {"expires": "2026-01-01T00:00Z", "created": "2025-12-01T00:00Z"}
    endings = (
        (Role.objects.filter(code=AUDITOR), {"permissions": []}, REFUSED),
        (Export.objects.all(), over, HIDDEN),
        (User.objects.filter(pk=auditor.pk), {"is_active": False}, 302),
    )
    for rows, values, met in endings:
        with transaction.atomic():
            with owner_rights():
                assert rows.update(**values) == 1
            assert client.get(where).status_code == met, values
            transaction.set_rollback(True)
    assert client.get(where).status_code == 200


def test_a_document_s_address_is_of_no_use_to_another_or_after_suspension(people: Cast) -> None:
    made = agreement(people, "police", "ministry", status=Status.IN_FORCE)
    where = reverse("agreements:document", args=[document(made).public_id])
    link = signed_in(people["link"])
    assert link.get(where).status_code == 200
    assert signed_in(people["foreign_administrator"]).get(where).status_code in (REFUSED, HIDDEN)
    assert Client().get(where).status_code == 302
    with acting(people["administrator"]):
        people_actions.suspend(by=people["administrator"], person=people["link"], reason="Under inquiry")
    assert link.get(where).headers["Location"].startswith("/es/account/login/")


def test_one_s_own_file_is_one_s_own_whoever_the_form_names(people: Cast) -> None:
    mine, theirs = people["case_worker"], people["supervisor"]
    sent = {"phone": "555 0199", "document": "", "emergency_contact": "", "notes": "", "person": theirs.pk,
            "person_id": theirs.pk, "id": theirs.pk, "public_id": "0" * 32}  # fmt: skip
    assert signed_in(mine).post(reverse("accounts:own-file"), sent).status_code == 302
    with owner_rights():
        assert list(PersonalFile.objects.values_list("person", flat=True)) == [mine.pk]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE witness_entry SET person = NULL", "DELETE FROM witness_entry", "TRUNCATE witness_entry",
        "ALTER TABLE witness_entry DISABLE TRIGGER ALL", "DROP TABLE witness_entry",
        "ALTER TABLE witness_entry DISABLE ROW LEVEL SECURITY", "DELETE FROM witness_block",
        "INSERT INTO witness_block DEFAULT VALUES", "SET session_replication_role = replica",
        "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
        "COPY witness_entry TO PROGRAM 'cat'", "CREATE TABLE mine (id int)", "ALTER ROLE almenara_site BYPASSRLS",
        "SELECT pg_read_file('PG_VERSION')",
        "SET ROLE almenara_witness", "UPDATE accounts_role SET permissions = '{}'",
    ],
)  # fmt: skip
def test_an_administrator_with_the_application_s_role_does_not_touch_the_log(
    people: Cast, statement: str
) -> None:
    record(kind="read")
    with acting(people["administrator"]):
        assert outcome(statement) in REFUSALS
    assert len(entries("read")) == 1


def outcome(statement: str) -> str | int:
    """Why the database refuses it, or how many rows it touched."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return int(cursor.rowcount)
    except Error as refusal:
        return str(getattr(refusal.__cause__, "sqlstate", refusal))


def test_the_application_s_role_gives_itself_no_right(people: Cast) -> None:
    """PostgreSQL answers such a GRANT with a warning; the right is what counts."""
    with acting(people["administrator"]), connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE, DELETE ON witness_entry TO almenara_site, PUBLIC")
        cursor.execute("SELECT has_table_privilege('witness_entry', 'UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)


def test_an_administrator_reads_no_more_with_the_application_s_role_than_on_the_pages(people: Cast) -> None:
    with owner_rights():
        for name in ("supervisor", "foreigner"):
            PersonalFile.objects.create(person=people[name], phone="555 0100")
    record(kind="read")
    with acting(people["administrator"]), connection.cursor() as cursor:
        for table, seen in (("witness_entry", 0), ("accounts_personalfile", 1)):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (seen,), table
        cursor.execute("SELECT * FROM accounts_personalfile")
        assert "555 0100" not in str(
            [bytes(cell) if isinstance(cell, memoryview) else cell for cell in cursor.fetchone()]
        )
    with connection.cursor() as cursor:  # who connects and says nobody's name
        for table in ("witness_entry", "accounts_personalfile", "accounts_grant", "agreements_agreement"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
