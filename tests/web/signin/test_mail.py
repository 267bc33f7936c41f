"""Mail leaves by the operator's server, by TLS unless it is here, and no name of a person becomes a header."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from django.core import mail as outgoing
from django.db import connection, transaction
from django.test import Client

from almenara.accounts.letters import send_on_commit
from almenara.accounts.models import Letter, User
from almenara.accounts.outbox import TRIES, end_overdue
from almenara.common.errors import RefusedError
from almenara.common.identity import Identity, acting_as
from almenara.config.mail import FILES, SMTP, mail
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.sign_in import committed, letters_sent, letters_waiting

RESET = "/en/account/password/reset/"


class Received(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def server(settings: Any) -> Iterator[Received]:
    """A mail server on this machine, and the site sending through it."""
    received = Received()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in mail({"EMAIL_URL": f"smtp+plain://127.0.0.1:{port}"}, Path("unused")).items():
        setattr(settings, name, value)
    yield received
    controller.stop()


def test_a_link_arrives_by_smtp(client: Client, nobody: User, server: Received) -> None:
    with committed():
        client.post(RESET, {"email": nobody.email})
    [message] = server.messages
    assert message["To"] == nobody.email
    assert message["Subject"] == "[Almenara] Set another password"
    assert "/en/account/password/reset/key/" in message.get_payload()
    assert message["From"] == "almenara@localhost"


@pytest.mark.parametrize(
    "address",
    [
        "victim@example.org\nBcc: all@example.org",
        "victim@example.org\r\nSubject: x",
        "victim@example.org%0ABcc:all@example.org",
        "victim@example.org,all@example.org",
        "<victim@example.org> all@example.org",
    ],
)
def test_an_address_does_not_bring_headers(
    client: Client, nobody: User, server: Received, address: str
) -> None:
    with committed():
        client.post(RESET, {"email": address})
        client.post("/en/account/login/", {"login": address, "password": "x" * 12})
    assert server.messages == []


def test_what_a_browser_calls_itself_stays_in_the_text(
    client: Client, nobody: User, server: Received
) -> None:
    from tests.support.sign_in import sign_in

    sign_in(client, nobody)
    new = "siete barcas en el lago azul"
    with committed():
        client.post(
            "/en/account/password/change/",
            {"oldpassword": "cuatro caballos bajo la lluvia", "password1": new, "password2": new},
            headers={"user-agent": "x\r\nBcc: all@example.org"},
        )
    [message] = server.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "[Almenara] Your password was changed"


def away(settings: Any) -> None:
    for name, value in mail({"EMAIL_URL": "smtp+plain://127.0.0.1:1"}, Path("unused")).items():
        setattr(settings, name, value)


def stored() -> str:
    """Everything that the database holds of letters and of the jobs that send them, as its owner reads it."""
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT string_agg(l::text, ' ') FROM accounts_letter l), '')"
            " || coalesce((SELECT string_agg(j::text, ' ') FROM procrastinate_jobs j), '')"
        )
        return str(cursor.fetchone()[0])


def test_a_server_that_is_away_does_not_show_in_the_answer_and_gets_it_later(
    client: Client, nobody: User, settings: Any, caplog: pytest.LogCaptureFixture, mailoutbox: list[Any]
) -> None:
    here = settings.EMAIL_BACKEND
    away(settings)
    assert client.post(RESET, {"email": nobody.email}).status_code == 302
    with pytest.raises(OSError, match="refused"):
        letters_sent()
    assert "was not sent" in caplog.text
    for secret in ("/password/reset/key/", nobody.email, nobody.name):
        assert secret not in caplog.text + stored()
    settings.EMAIL_BACKEND = here
    letters_sent()
    letters_sent()  # the job may be done twice
    [message] = mailoutbox
    assert "/en/account/password/reset/key/" in message.body
    with owner_rights():
        assert not Letter.objects.exists()


def test_it_is_tried_five_times_and_then_nothing_of_it_is_kept(
    client: Client, nobody: User, settings: Any, mailoutbox: list[Any]
) -> None:
    here = settings.EMAIL_BACKEND
    away(settings)
    client.post(RESET, {"email": nobody.email})
    for _ in range(TRIES):
        with pytest.raises(OSError, match="refused"):
            letters_sent()
    with owner_rights():
        assert not Letter.objects.exists()
    settings.EMAIL_BACKEND = here
    letters_sent()
    assert mailoutbox == []


def test_a_letter_whose_link_has_ended_is_not_sent(
    client: Client, nobody: User, mailoutbox: list[Any], frozen_clock: Any
) -> None:
    client.post(RESET, {"email": nobody.email})
    client.post(RESET, {"email": nobody.email})
    frozen_clock.shift(3601)
    with acting_as(Identity(system="almenara.accounts.tasks.end_letters")):
        assert end_overdue() == 2
    letters_sent()
    assert mailoutbox == []
    with owner_rights():
        assert not Letter.objects.exists()


def test_nobody_but_the_job_reads_or_takes_back_a_letter(client: Client, nobody: User) -> None:
    client.post(RESET, {"email": nobody.email})
    with acting_as(Identity(person=nobody.pk)):
        assert not Letter.objects.exists()
        assert Letter.objects.all().delete()[0] == 0
    assert len(letters_waiting()) == 1
    with owner_rights():
        assert Letter.objects.count() == 1


def test_a_stranger_causes_the_same_work_whether_anybody_gets_the_letter(
    client: Client, nobody: User, people: Cast
) -> None:
    for address in (nobody.email, "strangr@ministry.example", people["suspended"].email):
        before = len(letters_waiting())
        client.post(RESET, {"email": address})
        assert len(letters_waiting()) == before + 1
    with committed() as sent:
        pass
    assert [message.to for message in sent] == [[nobody.email]]


def test_what_is_taken_back_is_not_told(nobody: User) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        send_on_commit(nobody, "invitation", link="https://x.example/")
        raise ZeroDivisionError
    assert letters_waiting() == []


def test_without_a_server_each_message_is_a_file_of_the_site_s_own(tmp_path: Path, settings: Any) -> None:
    for name, value in mail({}, tmp_path).items():
        setattr(settings, name, value)
    outgoing.send_mail("Subject", "Text", None, ["ana@example.org"])
    [file] = (tmp_path / "mail").iterdir()
    assert "To: ana@example.org" in file.read_text()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://ana%40x:p%3Aq@mail.example.org", ("mail.example.org", 587, "ana@x", "p:q", True, False)),
        ("smtps://mail.example.org:4650", ("mail.example.org", 4650, "", "", False, True)),
        ("smtp+plain://localhost", ("localhost", 25, "", "", False, False)),
        ("smtp+plain://[::1]:2525", ("::1", 2525, "", "", False, False)),
    ],
)
def test_an_address_of_a_server_is_read(url: str, expected: tuple[Any, ...]) -> None:
    got = mail({"EMAIL_URL": url}, Path("unused"))
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(got[f"EMAIL_{name}"] for name in names) == expected
    assert got["EMAIL_BACKEND"] == SMTP
    assert mail({}, Path("unused"))["EMAIL_BACKEND"] == FILES


@pytest.mark.parametrize(
    "url",
    [
        "smtp+plain://u:secret@mail.example.org",
        "http://u:secret@x",
        "smtp://",
        "mail.example.org",
        "smtp://x:99999",
    ],
)
def test_mail_in_the_clear_to_another_machine_is_refused_and_the_password_not_shown(url: str) -> None:
    with pytest.raises(RefusedError, match="EMAIL_URL") as refusal:
        mail({"EMAIL_URL": url}, Path("unused"))
    assert "secret" not in str(refusal.value)
