"""Signing in as a person does, in tests: forms, codes of an authenticator application, links out of mails."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpResponse
from django.test import Client, TestCase
from procrastinate.contrib.django.models import ProcrastinateJob

from almenara.accounts.adapter import verified_address
from almenara.accounts.models import User
from almenara.accounts.outbox import send
from almenara.common.identity import Identity

PASSWORD = "cuatro caballos bajo la lluvia"
LOGIN = "/en/account/login/"
HOME = "/en/account/"


def with_password(person: User, password: str = PASSWORD) -> User:
    """With a password and a verified address, as after an invitation that was accepted."""
    person.set_password(password)
    person.save()
    verified_address(person)
    return person


def with_codes(person: User) -> str:
    """The secret of the person's authenticator application."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code_now(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def type_password(
    client: Client, person: User | str, password: str = PASSWORD, then: str = "", **more: Any
) -> HttpResponse:
    address = person if isinstance(person, str) else person.email
    sent = {"login": address, "password": password, **({"next": then} if then else {})}
    return client.post(LOGIN, sent, **more)  # type: ignore[return-value]


def sign_in(client: Client, person: User, secret: str = "") -> None:
    """All the way: password, and a code if a secret is given. Fails if it does not lead in."""
    answer = type_password(client, person)
    if secret:
        assert answer.headers["Location"] == "/en/account/2fa/authenticate/", answer.content
        answer = client.post(answer.headers["Location"], {"code": code_now(secret)})  # type: ignore[assignment]
    assert answer.status_code == 302, answer.content
    assert answer.headers["Location"] == HOME
    assert signed_in(client)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def has_totp(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def letters_waiting() -> list[str]:
    """Keys of the letters that a worker would send, in the order in which they were written."""
    jobs = ProcrastinateJob.objects.filter(task_name=send.name).order_by("pk")
    return [job.args["letter"] for job in jobs]


def letters_sent() -> None:
    """As a worker does. A letter that has ended before is not sent twice."""
    for letter in letters_waiting():
        send.run(by=Identity(system=send.name), letter=letter)


class NoServer(BaseEmailBackend):
    """As if nobody listened at the mail server's address."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


@contextmanager
def committed() -> Iterator[list[Any]]:
    """What waits for the transaction to be committed is done, and mails have left; yields those that did."""
    before = len(mail.outbox)
    left: list[Any] = []
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield left
    letters_sent()
    left += mail.outbox[before:]


def link_in(message: Any) -> str:
    """The path of the first link."""
    [found, *_] = re.findall(r"https?://[^/\s]+(/\S+)", message.body)
    return str(found)
