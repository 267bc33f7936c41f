"""Personal files: encrypted, opened for a purpose, logged as read, and in an emergency for three hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from almenara.accounts import purposes
from almenara.accounts.actions import files
from almenara.accounts.models import BrokenGlass, PersonalFile
from almenara.accounts.policies.files import FILE, can_break_glass, can_open
from almenara.accounts.queries.seers import emergencies_of, seers_of
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.sign_in import committed

pytestmark = pytest.mark.django_db
WORDS = files.Words(
    phone="+000 555 0101", document="Z-0000-1", emergency_contact="A sister", notes="Works at night"
)
WHY = "A colleague has fainted and nobody knows whom to call"


@pytest.fixture
def people() -> Cast:
    made = cast()
    with acting(made["colleague"]):
        files.save_own(by=made["colleague"], words=WORDS)
    return made


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


def reads(key: int) -> list[tuple[int, str]]:
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, reason FROM witness_entry"
            " WHERE kind = 'read' AND object_type = %s AND object_id = %s ORDER BY id",
            [FILE, str(key)],
        )
        return cursor.fetchall()


def test_nothing_of_it_lies_in_the_table_or_the_log_in_clear(people: Cast) -> None:
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute("SELECT f::text FROM accounts_personalfile f")
        [(row,)] = cursor.fetchall()
        cursor.execute("SELECT detail::text FROM witness_entry WHERE object_type = %s", [FILE])
        said = " ".join(detail for (detail,) in cursor.fetchall())
    for secret in vars(WORDS).values():
        assert secret not in row
        assert secret.encode().hex() not in row
        assert secret not in said
    assert "private" in said


def test_who_sees_the_row_is_who_may_open_it(people: Cast) -> None:
    """The rule in Python and the policy of the table are two, and must agree for everyone."""
    owner = people["colleague"]
    seen = set()
    for name, person in people.people.items():
        with acting(person):
            there = PersonalFile.objects.filter(person=owner).exists()
            assert there == can_open(person, owner), name
        if there:
            seen.add(name)
    assert seen == {"colleague", "administrator", "second_administrator", "supervisor"}
    with acting(None):
        assert PersonalFile.objects.count() == 0


def test_nobody_writes_another_s(people: Cast) -> None:
    with acting(people["administrator"]):
        assert PersonalFile.objects.filter(person=people["colleague"]).update(changed_at=timezone.now()) == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            PersonalFile.objects.create(person=people["nobody"])


def test_a_purpose_is_asked_kept_for_a_quarter_of_an_hour_and_logged_each_time(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(people["supervisor"])
    key = people["colleague"].pk
    page = f"/en/account/people/{key}/file/"
    asking = client.get(page)
    assert "A sister" not in asking.content.decode()
    assert reads(key) == []
    assert client.post(page, {"purpose": "other"}).context["form"].errors["words"]
    client.post(page, {"purpose": "other", "words": "Her child is at the door"})
    for _time in range(2):
        assert "A sister" in client.get(page).content.decode()
    assert reads(key) == [(people["supervisor"].pk, "Her child is at the door")] * 2
    another = people["case_worker"].pk  # the purpose was of that record only
    assert "What do you open it for?" in client.get(f"/en/account/people/{another}/file/").content.decode()
    monkeypatch.setattr(purposes, "LASTS", 0)
    assert "A sister" not in client.get(page).content.decode()


def test_one_s_own_is_opened_without_a_purpose(people: Cast) -> None:
    client = signed_in(people["colleague"])
    assert "A sister" in client.get("/en/account/file/").content.decode()
    client.post("/en/account/file/", {"phone": "+000 555 0199"})
    with acting(people["colleague"]):
        assert PersonalFile.objects.get(person=people["colleague"]).phone == "+000 555 0199"


def test_in_an_emergency_the_glass_is_broken_for_three_hours_and_told(
    people: Cast, mailoutbox: list[Any]
) -> None:
    client, key = signed_in(people["outsider"]), people["colleague"].pk
    page = f"/en/account/people/{key}/file/"
    assert client.get(page).headers["Location"].endswith("/emergency/")
    where = f"/en/account/people/{key}/emergency/"
    assert client.post(where, {"reason": "too short"}).context["form"].errors
    with committed():
        assert client.post(where, {"reason": WHY}).status_code == 302
    assert "A sister" in client.get(page).content.decode()
    assert reads(key)[-1] == (people["outsider"].pk, WHY)
    told = {letter.to[0].split("@")[0] for letter in mailoutbox}
    assert told == {"administrator", "second_administrator", "coordinator", "supervisor"}
    assert all(WHY in letter.body and "A sister" not in letter.body for letter in mailoutbox)
    watching = signed_in(people["supervisor"]).get("/en/account/emergencies/").content.decode()
    assert WHY in watching
    record = (
        signed_in(people["supervisor"]).get(f"/en/account/who-sees/personal-file/{key}/").content.decode()
    )
    assert WHY in record
    with owner_rights():
        BrokenGlass.objects.update(until=timezone.now() - dt.timedelta(hours=1))
    assert client.get(page).headers["Location"].endswith("/emergency/")
    with acting(people["outsider"]):
        assert not PersonalFile.objects.filter(person=key).exists()


@pytest.mark.parametrize("name", ["foreigner", "nobody", "link", "former", "supervisor", "colleague"])
def test_the_glass_is_not_for_everybody(people: Cast, name: str) -> None:
    """Abroad, without the permission, or with a grant that reaches the person anyway."""
    who, whose = people[name], people["colleague"]
    with acting(who):
        assert not can_break_glass(who, whose)
        with pytest.raises(PermissionDenied):
            files.break_glass(by=who, person=whose, reason=WHY)


def test_the_database_breaks_no_glass_abroad_or_without_a_reason(people: Cast) -> None:
    who = people["outsider"]
    for whose, reason in ((people["foreigner"], WHY), (people["colleague"], "short")):
        with acting(who), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            BrokenGlass.objects.create(
                person=who, object_type=FILE, object_id=str(whose.pk), reason=reason,
                until=timezone.now() + dt.timedelta(hours=1),
            )  # fmt: skip


def test_who_sees_a_person_agrees_with_what_each_person_reaches(people: Cast) -> None:
    """The page asks from the record's side, the policies from the reader's: they must tell the same."""
    from almenara.accounts import reach

    for permission in ("people.view", "personal_files.view", "glass.watch"):
        for whose in ("colleague", "officer", "foreigner", "coordinator", "auditor"):
            person = people[whose]
            expected = set()
            for who in people.people.values():
                with acting(who):
                    if reach.people(who, permission).filter(pk=person.pk).exists():
                        expected.add(who.pk)
            with acting(person):
                assert {grant.person_id for grant in seers_of(person, permission)} == expected, (
                    permission,
                    whose,
                )
    with acting(people["foreigner"]):
        assert seers_of(people["colleague"], "people.view") == []
        assert emergencies_of(FILE, str(people["colleague"].pk)) == []


def test_what_a_person_can_see_is_said_in_sentences_and_counted(people: Cast) -> None:
    page = signed_in(people["administrator"]).get(f"/en/account/people/{people['supervisor'].pk}/powers/")
    [files_power] = [power for power in page.context["powers"] if "personal files" in str(power.name)]
    assert files_power.by == ["Supervisor: Ministry within Place ZZ1"]
    assert (files_power.offices, files_power.institutions) == (1, 0)
    assert "Supervisor: Ministry within Place ZZ1" in page.content.decode()
