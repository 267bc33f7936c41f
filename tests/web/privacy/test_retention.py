"""Records end at their term, unless somebody holds them; the proof outlives the database, and a restore too."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from almenara.accounts.models import PersonalFile, User
from almenara.common.errors import CheckFailedError
from almenara.common.identity import Identity, acting_as
from almenara.privacy import retention
from almenara.privacy.ledger import Ledger
from almenara.privacy.models import Deletion, LegalHold
from almenara.privacy.tasks import erase
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db
JOB = Identity(system=erase.name)
TERM = 5 * 365


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Iterator[Path]:
    before = settings.DATA
    settings.DATA = tmp_path
    yield tmp_path
    settings.DATA = before


@pytest.fixture
def people(data: Path) -> Cast:
    """Four have a file: one left long ago, one of the same day is held, one left yesterday, one works."""
    made = cast()
    with owner_rights():
        for name, days in (("nobody", TERM + 1), ("former", TERM + 1), ("future", 1), ("colleague", None)):
            PersonalFile.objects.create(person=made[name], phone="555 0100")
            if days is not None:
                left = timezone.now() - dt.timedelta(days=days)
                User.objects.filter(pk=made[name].pk).update(left_at=left, is_active=False)
    return made


def hold(people: Cast, name: str) -> LegalHold:
    administrator = people["administrator"]
    with owner_rights():
        key = PersonalFile.objects.get(person=people[name]).public_id
    with acting_as(Identity(person=administrator.pk)):
        return LegalHold.objects.create(
            record_type="accounts.PersonalFile", record_key=key, reason="A claim", placed_by=administrator
        )


def files(people: Cast) -> set[str]:
    with owner_rights():
        kept = set(PersonalFile.objects.values_list("person", flat=True))
    return {name for name, person in people.people.items() if person.pk in kept}


def erased() -> int:
    with acting_as(JOB):
        return retention.erase_due()


def test_what_is_due_ends_and_what_is_held_or_not_yet_due_stays(people: Cast) -> None:
    hold(people, "former")
    assert erased() == 1
    assert files(people) == {"former", "future", "colleague"}
    assert erased() == 0


def test_a_lifted_hold_lets_go(people: Cast) -> None:
    held = hold(people, "former")
    erased()
    with acting_as(Identity(person=people["administrator"].pk)):
        LegalHold.objects.filter(pk=held.pk).update(
            lifted_by=people["administrator"], lifted_at=timezone.now()
        )
    assert erased() == 1
    assert files(people) == {"future", "colleague"}


def test_each_erased_record_has_a_proof_that_names_nobody(people: Cast) -> None:
    with owner_rights():
        key = PersonalFile.objects.get(person=people["nobody"]).public_id
    erased()
    with acting_as(JOB):
        assert key in set(Deletion.objects.values_list("record_key", flat=True))
        assert {field.name for field in Deletion._meta.get_fields()} == {
            "id", "record_type", "record_key", "why", "deleted_at",
        }  # fmt: skip


def test_the_operator_s_term_is_the_one_that_counts(people: Cast, settings: Any) -> None:
    settings.RETENTION_DAYS = {"accounts.PersonalFile": TERM + 10}
    assert erased() == 0


def test_more_than_a_batch_is_erased(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    assert erased() == 2


def test_the_ledger_holds_every_proof_once_whatever_was_cut_off(people: Cast, data: Path) -> None:
    erased()
    ledger = Ledger.at(data)
    with acting_as(JOB):
        assert retention.ship() == 2
        with ledger.path.open("ab") as file:
            file.write(b'{"type": "half a li')
        assert retention.ship() == 0
        content = ledger.path.read_bytes()
        ledger.path.write_bytes(
            content[: content.find(b"\n") + 1]
        )  # the second line lost before it was on the disk
        assert retention.ship() == 1
    assert len(list(ledger.entries())) == 2


@pytest.mark.parametrize("change", ["removed", "altered", "swapped"])
def test_an_altered_ledger_is_noticed(people: Cast, data: Path, change: str) -> None:
    erased()
    with acting_as(JOB):
        retention.ship()
    path = Ledger.at(data).path
    first, second = path.read_text().splitlines()
    said = json.dumps({**json.loads(first), "key": "00000000-0000-0000-0000-000000000000"})
    lines = {"removed": [second], "altered": [said, second], "swapped": [second, first]}[change]
    path.write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(CheckFailedError, match="was altered"):
        Ledger.at(data).known()


def test_what_a_backup_brings_back_is_erased_again_and_said_so(people: Cast) -> None:
    with owner_rights():
        before = PersonalFile.objects.get(person=people["nobody"])
    erased()
    with acting_as(JOB):
        retention.ship()
    with owner_rights():
        Deletion.objects.all().delete()
        before.save(force_insert=True)  # as the backup held it
        assert retention.erase_again() == 1
        assert retention.erase_again() == 0
        assert list(Deletion.objects.values_list("why", flat=True)) == ["restored"]
    assert "nobody" not in files(people)


@pytest.mark.parametrize("name", ["case_worker", "supervisor", "auditor", "statistician"])
def test_who_may_not_hold_can_neither_hold_nor_see_holds(people: Cast, name: str) -> None:
    hold(people, "former")
    with acting_as(Identity(person=people[name].pk)):
        assert not LegalHold.objects.exists()
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_as(Identity(person=people[name].pk)),
    ):
        LegalHold.objects.create(
            record_type="x", record_key="0" * 32, reason="Because", placed_by=people[name]
        )


def test_another_country_s_holds_are_neither_seen_nor_lifted(people: Cast) -> None:
    hold(people, "former")
    other = people["foreign_administrator"]
    with acting_as(Identity(person=other.pk)):
        assert LegalHold.objects.update(lifted_at=timezone.now(), lifted_by=other) == 0
    with acting_as(Identity(person=people["second_administrator"].pk)):
        assert LegalHold.objects.count() == 1


def test_nobody_but_the_job_erases(people: Cast) -> None:
    for name in ("administrator", "supervisor", "nobody"):
        with acting_as(Identity(person=people[name].pk)):
            assert PersonalFile.objects.all().delete()[0] == 0
    assert len(files(people)) == 4


@pytest.mark.django_db(transaction=True)
def test_the_nightly_job_itself_writes_the_ledger(platform_data: Path) -> None:
    """In a transaction of its own, as a worker runs it: what it says after its commit needs its name again."""
    with transaction.atomic():
        person = left_long_ago()
        with owner_rights():
            key = PersonalFile.objects.get(person=person).public_id
    ledger = Ledger.at(platform_data)
    try:
        erase.task.func()
        assert [entry.record_key for entry in ledger.entries()] == [str(key)]
    finally:
        ledger.path.unlink(missing_ok=True)


def left_long_ago() -> User:
    person = cast()["nobody"]
    with owner_rights():
        PersonalFile.objects.create(person=person, phone="555 0100")
        left = timezone.now() - dt.timedelta(days=TERM + 1)
        User.objects.filter(pk=person.pk).update(left_at=left, is_active=False)
    return person


@pytest.mark.django_db(transaction=True)
def test_a_hold_placed_while_the_job_begins_counts(platform_data: Path) -> None:
    """The job waits for whoever is placing one: what it then erases is not under any hold."""
    with transaction.atomic():
        person = left_long_ago()
        with owner_rights():
            key = PersonalFile.objects.get(person=person).public_id
            by = User.objects.exclude(pk=person.pk).first()
            assert by is not None
    erasing = Thread(target=_in_a_connection_of_its_own, args=[erase.task.func])
    with transaction.atomic(), owner_rights():
        LegalHold.objects.create(
            record_type="accounts.PersonalFile", record_key=key, reason="A claim", placed_by=by
        )
        erasing.start()
        erasing.join(timeout=2)
        assert erasing.is_alive()
    erasing.join(timeout=30)
    with transaction.atomic(), owner_rights():
        assert PersonalFile.objects.filter(public_id=key).exists()
        assert not Deletion.objects.exists()


def _in_a_connection_of_its_own(run: Callable[[], None]) -> None:
    try:
        run()
    finally:
        connection.close()
