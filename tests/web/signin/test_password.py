"""Signing in by password, and what a stranger learns from it: nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client, override_settings

from almenara.accounts.models import User
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.sign_in import (
    LOGIN,
    PASSWORD,
    committed,
    link_in,
    sign_in,
    signed_in,
    type_password,
    with_password,
)

RESET = "/en/account/password/reset/"
ANOTHER = "siete barcas en el lago azul"


def without_tokens(page: bytes) -> str:
    """The page without what is new in every answer."""
    return re.sub(r'(csrfmiddlewaretoken"\s+value=")[^"]+', r"\1", page.decode())


def test_who_has_an_account_signs_in_and_comes_home(client: Client, nobody: User) -> None:
    sign_in(client, nobody)


def test_the_address_is_the_same_in_capitals_and_with_blanks(client: Client, nobody: User) -> None:
    assert type_password(client, f"  {nobody.email.upper()} ").status_code == 302
    assert signed_in(client)


def test_nobody_signs_up(client: Client, people: Cast) -> None:
    before = User.objects.count()
    answer = client.post(
        "/en/account/signup/",
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert b"given by invitation" in answer.content
    assert User.objects.count() == before
    assert not signed_in(client)


def test_an_unknown_address_is_answered_like_a_wrong_password(client: Client, nobody: User) -> None:
    known = type_password(client, nobody, "wrong wrong wrong")
    unknown = type_password(client, "strangr@ministry.example", "wrong wrong wrong")
    assert known.status_code == unknown.status_code == 200
    same = without_tokens(unknown.content).replace("strangr@ministry.example", nobody.email)
    assert same == without_tokens(known.content)
    assert "The e-mail address or the password is wrong." in same


def test_an_unknown_address_costs_as_many_hashes_as_a_known_one(
    client: Client, nobody: User, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    hashed = MD5PasswordHasher.encode

    def counting(self: Any, password: str, salt: str) -> str:
        counted.append(password)
        return str(hashed(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)

    def hashes(address: str) -> int:
        counted.clear()
        type_password(client, address, "wrong wrong wrong")
        return len(counted)

    with owner_rights():
        people["former"].set_unusable_password()
        people["former"].save()
    known = hashes(nobody.email)
    assert known > 0
    assert hashes("strangr@ministry.example") == known
    assert hashes(people["suspended"].email) == known
    assert hashes(people["former"].email) == known


def test_a_suspended_person_does_not_come_in_with_the_right_password(client: Client, people: Cast) -> None:
    person = with_password(people["suspended"])
    wrong = type_password(client, person, "wrong wrong wrong")
    assert b"password is wrong" in wrong.content
    assert type_password(client, person).headers["Location"] == "/en/account/inactive/"
    assert not signed_in(client)


def test_an_address_that_was_not_verified_is_verified_first(client: Client, people: Cast) -> None:
    person = people["nobody"]
    person.set_password(PASSWORD)
    person.language = "fr"
    person.save()
    with committed() as sent:
        answer = type_password(client, person)
    assert answer.headers["Location"] == "/en/account/confirm-email/"
    assert not signed_in(client)
    [message] = sent
    assert message.subject == "[Almenara] Confirmez votre adresse électronique"
    confirm = link_in(message)
    assert confirm.startswith("/fr/")
    assert not User.objects.get(pk=person.pk).emailaddress_set.filter(verified=True).exists()
    assert Client().post(confirm).status_code == 302
    sign_in(client, person)


def test_a_link_sets_another_password_once(client: Client, nobody: User) -> None:
    with committed() as sent:
        answer = client.post(RESET, {"email": nobody.email})
    [message] = sent
    assert message.to == [nobody.email]
    path = link_in(message)
    form = client.get(path).headers["Location"]
    answer = client.post(form, {"password1": ANOTHER, "password2": ANOTHER})
    assert answer.headers["Location"].endswith("/password/reset/key/done/")
    assert not signed_in(client)
    assert type_password(Client(), nobody).status_code == 200
    assert type_password(Client(), nobody, ANOTHER).status_code == 302
    assert b"expired or has been used" in Client().get(path, follow=True).content


def test_a_link_ends_after_an_hour(client: Client, nobody: User, frozen_clock: Any) -> None:
    with committed() as sent:
        client.post(RESET, {"email": nobody.email})
    path = link_in(sent[0])
    frozen_clock.shift(3590)
    assert client.get(path).status_code == 302
    frozen_clock.shift(20)
    assert b"expired or has been used" in Client().get(path).content


def test_a_link_ends_when_the_person_has_signed_in_since(
    client: Client, nobody: User, frozen_clock: Any
) -> None:
    with committed() as sent:
        client.post(RESET, {"email": nobody.email})
    frozen_clock.shift(60)
    sign_in(client, nobody)
    assert b"expired or has been used" in Client().get(link_in(sent[0])).content


def test_asking_for_a_link_tells_nobody_who_has_an_account(
    client: Client, nobody: User, people: Cast
) -> None:
    with committed() as sent:
        known = client.post(RESET, {"email": nobody.email})
        unknown = client.post(RESET, {"email": "strangr@ministry.example"})
        suspended = client.post(RESET, {"email": people["suspended"].email})
    assert known.status_code == unknown.status_code == suspended.status_code == 302
    assert known.headers["Location"] == unknown.headers["Location"] == suspended.headers["Location"]
    assert [message.to for message in sent] == [[nobody.email]]
    pages = [Client().get(answer.headers["Location"]).content for answer in (known, unknown)]
    assert without_tokens(pages[0]) == without_tokens(pages[1])


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("es", "Poner otra contraseña"),
        ("pt", "Definir outra senha"),
        ("en", "Set another password"),
        ("fr", "Choisir un autre mot de passe"),
    ],
)
def test_the_mail_is_in_the_person_s_language(
    client: Client, nobody: User, language: str, subject: str
) -> None:
    nobody.language = language
    nobody.save()
    with committed() as sent:
        client.post(RESET, {"email": nobody.email})
    assert sent[0].subject == f"[Almenara] {subject}"
    assert link_in(sent[0]).startswith(f"/{language}/account/password/reset/key/")


@override_settings(SITE_ORIGIN="https://observatory.example.org", ALLOWED_HOSTS=["localhost", "testserver"])
def test_the_link_leads_to_the_site_whatever_host_the_request_names(client: Client, nobody: User) -> None:
    with committed() as sent:
        client.post(RESET, {"email": nobody.email}, headers={"host": "localhost:666"})
    assert "https://observatory.example.org/en/account/password/reset/key/" in sent[0].body
    assert "localhost" not in sent[0].body
    assert client.post(RESET, {"email": nobody.email}, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "http:///evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "%2F%2Fevil.example",
        "///evil.example",
        "/\t/evil.example",
        " //evil.example",
        "http://localhost:1234/",
        "http://testserver.evil.example/",
    ],
)
def test_next_never_leads_elsewhere(nobody: User, elsewhere: str) -> None:
    for where in (f"{LOGIN}?next=", ""):
        client = Client()
        if where:
            answer = client.post(
                LOGIN, {"login": nobody.email, "password": PASSWORD}, query_params={"next": elsewhere}
            )
        else:
            answer = type_password(client, nobody, then=elsewhere)
        assert answer.headers["Location"] == "/en/account/", where


def test_next_leads_within_the_site(client: Client, nobody: User) -> None:
    assert type_password(client, nobody, then="/en/account/sessions/?x=1").headers["Location"] == (
        "/en/account/sessions/?x=1"
    )


@pytest.mark.parametrize(
    "path",
    [
        LOGIN, "/en/account/logout/", RESET, "/en/account/signup/", "/en/account/password/change/",
        "/en/account/reauthenticate/", "/en/account/2fa/totp/activate/", "/en/account/2fa/webauthn/add/",
        "/en/account/2fa/webauthn/login/", "/en/account/2fa/recovery-codes/generate/", "/en/account/sessions/",
        "/en/account/email/", "/en/account/3rdparty/", "/en/account/2fa/authenticate/",
        "/en/account/2fa/reauthenticate/", "/en/account/2fa/webauthn/reauthenticate/",
    ],
)  # fmt: skip
def test_every_form_wants_its_token(nobody: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(nobody, "django.contrib.auth.backends.ModelBackend")
    assert client.post(path, {"email": nobody.email}).status_code == 403
    assert mail.outbox == []


def test_the_session_s_key_changes_at_sign_in(client: Client, nobody: User) -> None:
    client.get(LOGIN)
    client.session["planted"] = "x"
    client.cookies["sessionid"] = planted = "f" * 32
    type_password(client, nobody)
    assert client.cookies["sessionid"].value not in ("", planted)
    other = Client()
    other.cookies["sessionid"] = planted
    assert other.get("/en/account/").status_code == 302


def test_a_session_that_a_thief_began_is_not_the_person_s_afterwards(nobody: User) -> None:
    thief, person = Client(), Client()
    with committed():
        thief.post(RESET, {"email": nobody.email})
    session = thief.session
    session["planted"] = True
    session.save()
    person.cookies["sessionid"] = thief.cookies["sessionid"].value
    type_password(person, nobody)
    assert person.cookies["sessionid"].value != thief.cookies["sessionid"].value
    assert not signed_in(thief)


def test_next_does_not_split_the_answer(client: Client, nobody: User) -> None:
    answer = type_password(client, nobody, then="/en/account/\r\nSet-Cookie: planted=1")
    assert "planted" not in client.cookies
    assert "\n" not in answer.headers["Location"]
