"""Guessing passwords: it ends soon, and a stranger cannot use that to keep a person out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.test import Client, RequestFactory

from almenara.accounts.lockout import OF_AN_ACCOUNT, OF_AN_ADDRESS, attempt, forget, locked_sources
from almenara.accounts.models import FailedSignIn, User
from tests.support.cast import Cast
from tests.support.sign_in import committed, sign_in, signed_in, type_password, with_codes, with_password

WRONG = "wrong wrong wrong"
BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


def guess(person: User | str, times: int = 5, at: str = "203.0.113.9") -> bytes:
    """The last answer."""
    client, answer = Client(), b""
    for _ in range(times):
        answer = type_password(client, person, WRONG, REMOTE_ADDR=at).content
    return answer


def test_after_five_it_says_when_to_try_again_and_means_it(
    client: Client, nobody: User, frozen_clock: Any
) -> None:
    assert b"password is wrong" in guess(nobody)
    assert b"Try again in 15 minutes." in type_password(client, nobody, REMOTE_ADDR="203.0.113.9").content
    frozen_clock.shift(14 * 60 + 1)
    assert b"Try again in 1 minute." in type_password(client, nobody, REMOTE_ADDR="203.0.113.9").content
    assert not signed_in(client)
    frozen_clock.shift(60)
    type_password(client, nobody, REMOTE_ADDR="203.0.113.9")
    assert signed_in(client)


def test_a_locked_try_does_not_lengthen_the_lock(client: Client, nobody: User, frozen_clock: Any) -> None:
    guess(nobody)
    for _ in range(14):
        frozen_clock.shift(60)
        guess(nobody, 1)
    frozen_clock.shift(61)
    type_password(client, nobody, REMOTE_ADDR="203.0.113.9")
    assert signed_in(client)


def test_an_unknown_address_locks_in_the_same_words(nobody: User) -> None:
    assert guess(nobody, 6).count(b"Try again in 15 minutes.") == 1
    assert guess("strangr@ministry.example", 6, at="203.0.113.10").count(b"Try again in 15 minutes.") == 1


def test_from_another_address_the_person_goes_on(client: Client, nobody: User) -> None:
    guess(nobody, 8)
    type_password(client, nobody, REMOTE_ADDR="198.51.100.7")
    assert signed_in(client)


def test_many_addresses_at_once_lock_all_but_the_person_s_own_browser(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    client.post("/en/account/logout/")
    for number in range(OF_AN_ACCOUNT.failures // 5):
        guess(nobody, 5, at=f"203.0.113.{number}")
    stranger = Client()
    refused = type_password(stranger, nobody, REMOTE_ADDR="198.51.100.7")
    assert b"Try again in 60 minutes." in refused.content
    type_password(client, nobody, REMOTE_ADDR="198.51.100.7")
    assert signed_in(client)


def test_the_person_s_own_browser_is_locked_by_its_own_failures(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    client.post("/en/account/logout/")
    for number in range(6):
        answer = type_password(client, nobody, WRONG, REMOTE_ADDR=f"203.0.113.{number}")
    assert b"Try again in 15 minutes." in answer.content
    type_password(Client(), nobody, REMOTE_ADDR="203.0.113.1")
    other = Client()
    type_password(other, nobody, REMOTE_ADDR="203.0.113.1")
    assert signed_in(other)


def test_a_browser_s_mark_is_of_use_for_its_own_account_only(
    client: Client, nobody: User, people: Cast
) -> None:
    sign_in(client, nobody)
    victim = with_password(people["statistician"])
    mark = client.cookies["almenara_browser"].value
    thief = Client()
    for number in range(7):
        thief.cookies["almenara_browser"] = mark if number % 2 else mark[:-1] + "x"
        answer = type_password(thief, victim, WRONG, REMOTE_ADDR="203.0.113.9")
    assert b"Try again in" in answer.content
    assert client.cookies["almenara_browser"]["httponly"]


def test_one_address_does_not_try_everybody(nobody: User, frozen_clock: Any) -> None:
    for number in range(OF_AN_ADDRESS.failures // 5):
        guess(f"person{number}@ministry.example", 5)
        frozen_clock.shift(61)
    assert b"Try again in 5 minutes." in guess(nobody, 1)
    assert b"password is wrong" in guess(nobody, 1, at="203.0.113.10")


def test_the_person_is_told_once_and_a_stranger_s_address_is_not(nobody: User, frozen_clock: Any) -> None:
    nobody.language = "pt"
    nobody.save()
    with committed() as sent:
        guess(nobody, 6)
        guess(nobody, 6, at="203.0.113.10")
        guess("strangr@ministry.example", 6, at="203.0.113.11")
    [message] = sent
    assert message.to == [nobody.email]
    assert message.subject == "[Almenara] Por algum tempo ninguém pode entrar na sua conta"
    assert "15:15" in message.body, message.body


def test_a_password_set_by_mail_unlocks(client: Client, nobody: User) -> None:
    from tests.support.sign_in import link_in

    guess(nobody, 5)
    with committed() as sent:
        client.post("/en/account/password/reset/", {"email": nobody.email})
    form = client.get(link_in(sent[-1])).headers["Location"]
    client.post(form, {"password1": "siete barcas en el lago", "password2": "siete barcas en el lago"})
    assert locked_sources(nobody.email) is None


def test_an_administrator_unlocks_whom_they_manage(client: Client, people: Cast, nobody: User) -> None:
    guess(nobody)
    assert locked_sources(nobody.email) is not None
    administrator = people["administrator"]
    with_codes(administrator)
    client.force_login(administrator, BACKEND)
    path = f"/en/account/people/{nobody.pk}/unlock/"
    assert b"Nobody can try where they were typed before" in client.get(path).content
    assert client.post(path, follow=True).status_code == 200
    assert locked_sources(nobody.email) is None
    assert b"is not locked" in client.get(path).content
    sign_in(Client(REMOTE_ADDR="203.0.113.9"), nobody)


def test_nobody_else_unlocks(people: Cast, nobody: User) -> None:
    guess(nobody)
    for name in ("foreign_administrator", "supervisor", "auditor"):
        client = Client()
        with_codes(people[name])
        client.force_login(people[name], BACKEND)
        assert client.post(f"/en/account/people/{nobody.pk}/unlock/").status_code in (403, 404)
    assert locked_sources(nobody.email) is not None


def test_failures_are_kept_for_a_day_and_name_nobody(nobody: User, frozen_clock: Any) -> None:
    guess(nobody, 1)
    [kept] = FailedSignIn.objects.all()
    assert nobody.email not in (kept.account, kept.source)
    assert "203" not in kept.source
    frozen_clock.shift(25 * 3600)
    guess("other@ministry.example", 1)
    assert not FailedSignIn.objects.filter(pk=kept.pk).exists()
    assert forget("other@ministry.example") == 1


def test_two_tries_of_one_account_from_one_source_are_one_after_the_other(
    nobody: User, rf: RequestFactory
) -> None:
    """While one is being answered the next waits for the same lock; another source's has a lock of its own."""
    tries = [attempt(rf.post("/"), nobody.email, at) for at in ("203.0.113.9", "203.0.113.9", "203.0.113.10")]
    held = []
    for one in tries:
        one.wait_for_others()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            held.append(cursor.fetchone()[0])
    assert held[1] == held[0] >= 1
    assert held[2] == held[0] + 1
