"""Invitations: one link, once, for seven days; from a spreadsheet all or nobody."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from almenara.accounts.actions import invitations
from almenara.accounts.actions.invitations import Guest
from almenara.accounts.links import fresh
from almenara.accounts.models import Grant, Invitation, Letter, User
from almenara.accounts.sheets import rows_of
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.sign_in import committed, letters_sent

pytestmark = pytest.mark.django_db
WORDS = "a beacon on the watchtower"
GONE = 410


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def frozen_clock() -> None:
    """The database's clock does not stand still."""


@pytest.fixture
def committing() -> Any:
    return committed


def link_in(letter: Any) -> str:
    found = re.search(r"https?://[^/]+(/\S+/invitation/\S+/)", letter.body)
    assert found, letter.body
    return found[1]


def invited(people: Cast, committing: Any, mailoutbox: list[Any], **more: Any) -> tuple[User, str]:
    by = people["administrator"]
    guest = Guest("new@ministry.example", "Nueva Persona", people.institutions["ministry"], **more)
    with acting(by), committing():
        invitation = invitations.invite(by=by, guest=guest, origin="https://almenara.example")
    return invitation.person, link_in(mailoutbox[-1])


def accept(link: str, **more: str) -> Any:
    sent = {"name": "Nueva Persona", "language": "es", "password": WORDS, "again": WORDS, **more}
    return Client().post(link, sent)


def test_a_link_works_once_and_signs_the_person_in(
    people: Cast, committing: Any, mailoutbox: list[Any]
) -> None:
    person, link = invited(people, committing, mailoutbox, language="pt")
    assert link.startswith("/pt/")
    assert "Nueva Persona" in Client().get(link).content.decode()
    browser = Client()
    weak = browser.post(
        link, {"name": "X", "language": "pt", "password": "password1234", "again": "password1234"}
    )
    assert weak.context["form"].errors["password"]
    done = browser.post(link, {"name": "Ana", "language": "fr", "password": WORDS, "again": WORDS})
    assert done.status_code == 302
    person.refresh_from_db()
    assert (person.is_active, person.name, person.language) == (True, "Ana", "fr")
    assert browser.session["_auth_user_id"] == str(person.pk)
    assert Client().get(link).status_code == GONE
    assert accept(link, password="another long password", again="another long password").status_code == GONE
    person.refresh_from_db()
    assert person.check_password(WORDS)


def test_an_expired_a_revoked_a_replaced_and_a_forged_link_do_nothing(
    people: Cast, committing: Any, mailoutbox: list[Any]
) -> None:
    by = people["administrator"]
    person, link = invited(people, committing, mailoutbox)
    with acting(by), committing():
        invitations.send_again(
            by=by, invitation=Invitation.objects.get(person=person), origin="https://x.example"
        )
    newer = link_in(mailoutbox[-1])
    assert Client().get(link).status_code == GONE
    with owner_rights():
        Invitation.objects.filter(person=person).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert accept(newer).status_code == GONE
    with acting(by), committing():
        invitations.send_again(
            by=by, invitation=Invitation.objects.get(person=person), origin="https://x.example"
        )
    newest = link_in(mailoutbox[-1])
    with acting(by):
        invitations.revoke(by=by, invitation=Invitation.objects.get(person=person))
    assert accept(newest).status_code == GONE
    for forged in (fresh()[0], "x" * 40, newest.split("/")[-2] + "x"):
        assert accept(f"/es/account/invitation/{forged}/").status_code == GONE
    person.refresh_from_db()
    assert not person.is_active


def test_prepared_grants_count_from_the_first_sign_in_and_end_with_a_revocation(
    people: Cast, committing: Any, mailoutbox: list[Any]
) -> None:
    by = people["administrator"]
    person, _link = invited(people, committing, mailoutbox)
    with owner_rights():
        people.people["guest"] = person
        grant = people.grant("guest", "coordinator", "ZZ")
    with acting(by):
        assert not Grant.objects.in_force().filter(pk=grant.pk).exists()
        invitations.revoke(by=by, invitation=Invitation.objects.get(person=person))
        assert Grant.objects.get(pk=grant.pk).ended_at is not None
        again = invitations.invite(
            by=by,
            guest=Guest(person.email, "Otra vez", people.institutions["police"]),
            origin="https://x.example",
        )
    assert again.person == person


def test_the_database_lets_nobody_in_without_the_link(
    people: Cast, committing: Any, mailoutbox: list[Any]
) -> None:
    person, _link = invited(people, committing, mailoutbox)
    for who in (None, people["foreign_administrator"], people["case_worker"], person):
        with acting(who), pytest.raises(DatabaseError, match="standing"), transaction.atomic():
            User.objects.filter(pk=person.pk).update(is_active=True)
        with acting(who):
            assert Invitation.objects.filter(person=person).count() == 0


def test_a_known_address_and_a_foreign_institution_are_refused(people: Cast) -> None:
    client = signed_in(people["administrator"])
    sent = {"name": "X", "institution": people.institutions["ministry"].pk, "language": "es"}
    known = client.post("/en/account/people/invite/", {**sent, "email": "Foreigner@foreign.example"})
    assert "account or an invitation" in known.content.decode()


def test_a_header_cannot_be_smuggled_into_a_letter(
    people: Cast, committing: Any, mailoutbox: list[Any]
) -> None:
    by = people["administrator"]
    guest = Guest("new@ministry.example", "Ana\r\nBcc: all@x.example", people.institutions["ministry"])
    with acting(by), committing():
        invitations.invite(by=by, guest=guest, origin="https://almenara.example")
    letter = mailoutbox[-1].message()
    assert "Bcc" not in letter
    assert mailoutbox[-1].recipients() == ["new@ministry.example"]


def sheet(*rows: tuple[str, ...], xlsx: bool = False) -> SimpleUploadedFile:
    table = [("email", "name", "institution", "office", "language"), *rows]
    if not xlsx:
        return SimpleUploadedFile("people.csv", "\n".join(";".join(row) for row in table).encode())
    book = Workbook()
    for row in table:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("people.xlsx", content.getvalue())


@pytest.mark.parametrize("xlsx", [False, True])
def test_a_spreadsheet_is_checked_shown_confirmed_and_sent(
    people: Cast, xlsx: bool, committing: Any, mailoutbox: list[Any]
) -> None:
    client = signed_in(people["administrator"])
    rows = [("a@x.example", "Ana", "ministry", "North", "pt"), ("b@x.example", "Bea", "Police", "", "")]
    shown = client.post("/es/account/people/invite/sheet/", {"sheet": sheet(*rows, xlsx=xlsx)})
    assert shown.context["wrong"] == []
    assert not User.objects.filter(email="a@x.example").exists()
    with committing():
        done = client.post("/es/account/people/invite/sheet/", {"confirmed": shown.context["packed"]})
    assert done.status_code == 302
    assert sorted(letter.to[0] for letter in mailoutbox) == ["a@x.example", "b@x.example"]
    with committing():  # once more: the addresses are known by now
        again = client.post("/es/account/people/invite/sheet/", {"confirmed": shown.context["packed"]})
    assert len(again.context["wrong"]) == 2
    theirs = signed_in(people["second_administrator"])
    assert (
        theirs.post("/es/account/people/invite/sheet/", {"confirmed": shown.context["packed"]}).status_code
        == 302
    )
    assert User.objects.filter(email__endswith="@x.example").count() == 2


def test_everything_wrong_is_named_by_row_and_column_and_nobody_is_invited(people: Cast) -> None:
    client = signed_in(people["administrator"])
    rows = [
        ("a@x.example", "Ana", "Ministry", "North", "es"),
        ("no address", "", "Ministry", "Nowhere", "de"),
        ("A@x.example", "Twice", "Ministry", "", "es"),
        ("c@x.example", "Cea", "Foreign", "", "es"),
        ("foreigner@foreign.example", "Known", "Ministry", "", "es"),
    ]
    shown = client.post("/es/account/people/invite/sheet/", {"sheet": sheet(*rows)})
    assert [(wrong.row, wrong.column) for wrong in shown.context["wrong"]] == [
        (3, "email"), (3, "name"), (3, "language"), (3, "office"), (4, "email"), (5, "institution"), (6, "email"),
    ]  # fmt: skip
    client.post("/es/account/people/invite/sheet/", {"confirmed": shown.context["packed"]})
    assert not User.objects.filter(email__endswith="@x.example").exists()


def workbook(*, bomb: bool = False) -> bytes:
    """A table of one guest; bomb: with a part of 300 MB of nothing."""
    book, file = Workbook(), io.BytesIO()
    for line in (("email", "name", "institution"), ("x@y.example", "X", "Ministry")):
        book.active.append(line)
    book.save(file)
    if bomb:
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/image1.png", bytes(300_000_000))
    return file.getvalue()


def test_a_table_in_the_encoding_of_a_spreadsheet_program_is_read() -> None:
    [row] = rows_of("a.csv", "email;name;institution\nx@y.example;Íñigo Núñez;Ministry".encode("cp1252"))
    assert row.cells["name"] == "Íñigo Núñez"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"email;name\nx@y.example;X"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.xlsx", b"PK no zip"),
        ("a.csv", b"email;name;institution\n"),
        ("a.csv", workbook()),
        ("a.xlsx", b"email;name;institution\nx@y.example;X;Ministry"),
        ("a.xlsx", workbook(bomb=True)),
        ("a.html", b"email;name;institution\nx@y.example;X;Ministry"),
        ("a.csv", b"email;name;institution\n" + 1_000_000 * b"x"),
    ],
    ids=range(10),
)
def test_what_is_no_table_of_invitations_is_refused(people: Cast, name: str, content: bytes) -> None:
    client = signed_in(people["administrator"])
    answer = client.post("/es/account/people/invite/sheet/", {"sheet": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    assert answer.context["form"].errors["sheet"]


def test_the_page_says_whether_the_letter_was_sent_and_offers_to_send_it_again(
    people: Cast, settings: Any, mailoutbox: list[Any]
) -> None:
    by, here = people["administrator"], settings.EMAIL_BACKEND
    guest = Guest("new@ministry.example", "Nueva Persona", people.institutions["ministry"])
    with acting(by):
        person = invitations.invite(by=by, guest=guest, origin="https://almenara.example").person
    browser, path = signed_in(by), f"/en/account/people/{person.pk}/"

    def says() -> str:
        return " ".join(browser.get(path).content.decode().split())

    assert "Not sent yet: it waits for its turn." in says()
    settings.EMAIL_BACKEND = "tests.support.sign_in.NoServer"
    for tried in range(1, 5):
        with pytest.raises(ConnectionRefusedError):
            letters_sent()
        assert f"Not sent yet: {tried} tr" in says()
        assert person.email not in browser.get("/en/account/people/").content.decode().split("filters")[0]
    with pytest.raises(ConnectionRefusedError):
        letters_sent()
    assert "It could not be sent. Look at the address, and send it again." in says()
    assert person.email in browser.get("/en/account/people/").content.decode().split("filters")[0]
    settings.EMAIL_BACKEND = here
    assert browser.post(f"{path}invite-again/").status_code == 302
    assert browser.post(f"{path}invite-again/").status_code == 302
    letters_sent()
    [letter] = mailoutbox  # the one before the last has a link that works no more
    assert accept(link_in(letter)).status_code == 302
    with owner_rights():
        kept = [(letter.recipient, letter.subject, letter.body) for letter in Letter.objects.all()]
    assert kept == [("", "", "")] * 3
