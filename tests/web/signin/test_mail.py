"""Mail leaves by the operator's server, by TLS unless it is here, and no name of a person becomes a header."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from django.core import mail as outgoing
from django.test import Client

from almenara.accounts.adapter_mail import wait_until_sent
from almenara.accounts.models import User
from almenara.common.errors import RefusedError
from almenara.config.mail import FILES, SMTP, mail
from tests.support.sign_in import committed

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


def test_a_server_that_is_away_does_not_show_in_the_answer(
    client: Client, nobody: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in mail({"EMAIL_URL": "smtp+plain://127.0.0.1:1"}, Path("unused")).items():
        setattr(settings, name, value)
    with committed():
        answer = client.post(RESET, {"email": nobody.email})
    wait_until_sent()
    assert answer.status_code == 302
    assert "was not sent" in caplog.text
    assert "/password/reset/key/" not in caplog.text


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
