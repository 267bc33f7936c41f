"""Legal holds through their pages: who places and lifts them, on what, that it is in the log, and that they hold."""

from __future__ import annotations

import datetime as dt
import html
import re
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from almenara.accounts.models import PersonalFile, User
from almenara.audit import holdable
from almenara.audit.actions import holds
from almenara.audit.models import Entry
from almenara.common.identity import Identity, acting_as
from almenara.privacy import retention
from almenara.privacy.ledger import Ledger
from almenara.privacy.models import LegalHold
from almenara.privacy.tasks import erase
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

pytestmark = pytest.mark.django_db
HOLDS, NEW = "/en/audit/holds/", "/en/audit/holds/new/"
TERM = 5 * 365


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


@pytest.fixture
def people(db: None) -> Cast:
    """Two left so long ago that their files end tonight, one here and one in the other country."""
    made = cast()
    with owner_rights():
        for name in ("nobody", "foreigner"):
            leave(made[name])
    return made


def leave(person: User) -> None:
    PersonalFile.objects.create(person=person, phone="555 0100")
    left = timezone.now() - dt.timedelta(days=TERM + 1)
    User.objects.filter(pk=person.pk).update(left_at=left, is_active=False)


@pytest.fixture
def client(people: Cast) -> Client:
    return signed_in(people["administrator"])


def words(**changed: str) -> dict[str, str]:
    said = {"kind": "accounts.PersonalFile", "which": "nobody@ministry.example", "reason": "Court, file 17"}
    return {**said, **changed}


def files() -> int:
    with owner_rights():
        return PersonalFile.objects.count()


def test_a_record_is_held_stays_and_goes_when_the_hold_is_lifted(people: Cast, client: Client) -> None:
    name = people["nobody"].name
    assert "No record is held." in client.get(HOLDS).content.decode()
    assert client.post(NEW, words()).headers["Location"] == HOLDS
    listed = client.get(HOLDS).content.decode()
    assert f"personal file: {name}" in listed
    assert "Court, file 17" in listed
    night(expected=1)  # the foreigner's
    with acting(people["administrator"]):
        hold = LegalHold.objects.get()
    lift = f"{HOLDS}{hold.pk}/lift/"
    assert name in client.get(lift).content.decode()
    assert client.post(lift, {"reason": ""}).status_code == 200
    assert client.post(lift, {"reason": "The trial is over"}).headers["Location"] == HOLDS
    assert client.post(lift, {"reason": "Once more"}).status_code == 404
    assert name not in client.get(HOLDS).content.decode()
    lifted = client.get(f"{HOLDS}?lifted=1").content.decode()
    assert "The trial is over" in lifted
    night(expected=1)
    assert files() == 0
    assert (
        str(hold.record_key) in client.get(f"{HOLDS}?lifted=1").content.decode()
    )  # nobody knows its name now


def night(expected: int) -> None:
    with acting_as(Identity(system=erase.name)):
        assert retention.erase_due() == expected


def test_both_are_in_the_log_with_their_reason_for_the_country_s_auditor(
    people: Cast, client: Client
) -> None:
    client.post(NEW, words())
    with acting(people["administrator"]):
        hold = LegalHold.objects.get()
    client.post(f"{HOLDS}{hold.pk}/lift/", {"reason": "The trial is over"})
    with acting(people["auditor"]):
        said = list(
            Entry.objects.filter(object_type="privacy_legalhold").order_by("id")
            .values_list("kind", "person", "reason", "object_id", "country")
        )  # fmt: skip
    by, key = people["administrator"].pk, str(hold.pk)
    assert said == [
        ("insert", by, "Court, file 17", key, "ZZ"),
        ("hold_placed", by, "Court, file 17", key, "ZZ"),
        ("update", by, "The trial is over", key, "ZZ"),
        ("hold_lifted", by, "The trial is over", key, "ZZ"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"which": "foreigner@foreign.example"},  # another country's
        {"which": "colleague@ministry.example"},  # has no file
        {"which": "nobody"},
        {"which": ""},
        {"reason": "no"},
        {"reason": ""},
        {"kind": "accounts.User"},
        {"kind": "auth.Group"},
    ],
    ids=lambda changed: "=".join(*changed.items()),
)
def test_what_cannot_be_held_is_said_beside_its_field(
    people: Cast, client: Client, changed: dict[str, str]
) -> None:
    [field] = changed
    answer = client.post(NEW, words(**changed))
    assert list(answer.context["form"].errors) == [field]
    with owner_rights():
        assert not LegalHold.objects.exists()
        assert not Entry.objects.filter(kind="hold_placed").exists()


def test_a_record_is_held_once(people: Cast, client: Client) -> None:
    client.post(NEW, words())
    for again in (client, signed_in(people["second_administrator"])):
        assert list(again.post(NEW, words()).context["form"].errors) == ["which"]
    with owner_rights():
        assert LegalHold.objects.count() == 1


def test_another_country_s_hold_is_neither_listed_nor_lifted(people: Cast, client: Client) -> None:
    client.post(NEW, words())
    with owner_rights():
        hold = LegalHold.objects.get()
    abroad = signed_in(people["foreign_administrator"])
    assert "Court, file 17" not in abroad.get(HOLDS).content.decode()
    assert abroad.post(f"{HOLDS}{hold.pk}/lift/", {"reason": "Not mine"}).status_code == 404
    neighbour = signed_in(people["second_administrator"])
    assert "Court, file 17" in neighbour.get(HOLDS).content.decode()


@pytest.mark.parametrize("address", [HOLDS, NEW])
def test_who_may_not_hold_is_refused_and_a_stale_sign_in_shows_itself_again(
    people: Cast, address: str
) -> None:
    for name in ("auditor", "coordinator", "supervisor", "secretariat", "case_worker"):
        assert signed_in(people[name]).get(address).status_code == 403, name
    stale = signed_in(people["administrator"], just_now=False).get(address)
    assert stale.status_code == (200 if address == HOLDS else 302)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Another one"}, {"record_key": "0" * 32}, {"placed_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"lifted_at": None, "lifted_by": None, "lift_reason": "Still held"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_database_lets_a_hold_only_be_lifted_and_once(
    people: Cast, client: Client, change: dict[str, Any]
) -> None:
    client.post(NEW, words())
    by = people["administrator"]
    lifted = {"lifted_at": timezone.now(), "lifted_by": by}
    with acting(by):
        with pytest.raises(DatabaseError), transaction.atomic():
            LegalHold.objects.update(**{**lifted, **change})
        LegalHold.objects.update(**lifted)
        with pytest.raises(DatabaseError, match="lifted once"), transaction.atomic():
            LegalHold.objects.update(**{**lifted, **change})


def turned(page: str, to: str) -> str:
    """The address of the neighbouring page."""
    found = re.search(rf'href="([^"]*)"\s*rel="{to}"', page)
    return f"{HOLDS}{html.unescape(found[1])}" if found else ""


def test_pages_follow_each_other_there_and_back_and_ask_the_same_however_many(
    people: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    with owner_rights():
        for number in range(120):
            LegalHold.objects.create(
                record_type="accounts.PersonalFile", record_key=f"{number:032x}", reason=f"Reason {number:03d}",
                placed_by=people["administrator"],
            )  # fmt: skip
    first, address, pages = "", HOLDS, []
    while address:
        with django_assert_max_num_queries(25):
            pages.append(client.get(address).content.decode())
        address = turned(pages[-1], "next")
    assert len(pages) == 3
    assert all("".join(pages).count(f"Reason {number:03d}") == 1 for number in range(120))
    address = turned(pages[-1], "prev")
    while address:
        first = client.get(address).content.decode()
        address = turned(first, "prev")
    assert re.findall(r"Reason (\d{3})", first) == re.findall(r"Reason (\d{3})", pages[0])
    assert client.get(f"{HOLDS}?before={'9' * 40}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_holds_while_the_record_is_erased_is_told_that_it_is_gone(platform_data: Any) -> None:
    """The job comes first: the hold waits for it and finds nothing to hold."""
    with transaction.atomic():
        by, person = (people := cast())["administrator"], people["nobody"]
        with owner_rights():
            leave(person)
    refused: list[str] = []

    def place() -> None:
        try:
            with acting(by):
                holds.place(by=by, kind=holdable.PERSONAL_FILES, which=person.email, reason="Too late")
        except ValidationError as error:
            refused.append(str(error))
        finally:
            connection.close()

    placing = Thread(target=place)
    with acting_as(Identity(system=erase.name)):
        assert retention.erase_due() == 1
        placing.start()
        placing.join(timeout=2)
        assert placing.is_alive()
    placing.join(timeout=30)
    Ledger.at(platform_data).path.unlink()
    assert len(refused) == 1
    with transaction.atomic(), owner_rights():
        assert not LegalHold.objects.exists()
