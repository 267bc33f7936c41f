"""What every page owes to the browser and every password to its owner, on a site as it runs behind TLS."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hashers
from django.contrib.auth.password_validation import validate_password
from django.test import Client

import almenara.config as config
from almenara.accounts.models import User
from tests.support.cast import cast
from tests.support.sign_in import HOME, LOGIN, PASSWORD, sign_in, type_password, with_password

BEHIND = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
OF_TLS = (
    "SECURE_",
    "SESSION_COOKIE",
    "CSRF_COOKIE",
    "LANGUAGE_COOKIE",
    "COOKIE_",
    "MESSAGE_",
    "BEHIND_TLS",
    "ALLAUTH_",
)
STRONG_ENOUGH = 600_000  # rounds of PBKDF2-HMAC-SHA-256 that OWASP asks for
A_YEAR = 31_536_000
LONG = "¿Cuál? ñandú 🐎 " * 8 + "fin"


@pytest.fixture
def behind_tls(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Client:
    """A browser that comes through a proxy with TLS, and the settings that such a site has."""
    monkeypatch.setenv("ALMENARA_TLS", "1")
    monkeypatch.setenv("ALMENARA_DATA", str(tmp_path))
    made = runpy.run_path(str(Path(config.__file__).with_name("settings.py")))
    for name, value in made.items():
        if name.startswith(OF_TLS):
            setattr(settings, name, value)
    monkeypatch.setattr("almenara.accounts.lockout.COOKIE", f"{made['COOKIE_PREFIX']}almenara_browser")
    return Client(headers=BEHIND)


@pytest.fixture
def nobody(db: None) -> User:
    person = cast()["nobody"]
    person.language = "en"
    return with_password(person)


def test_every_cookie_is_for_this_host_over_tls_and_for_no_script(behind_tls: Client, nobody: User) -> None:
    behind_tls.get(LOGIN)
    sign_in(behind_tls, nobody)
    behind_tls.get(HOME)
    assert {name.removeprefix("__Host-") for name in behind_tls.cookies} == {
        "csrftoken", "sessionid", "almenara_browser",
    }  # fmt: skip
    for name, cookie in behind_tls.cookies.items():
        assert name.startswith("__Host-")
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax"), name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name


@pytest.mark.django_db
def test_a_browser_is_told_to_come_by_tls_only(behind_tls: Client) -> None:
    demanded = behind_tls.get(LOGIN).headers["Strict-Transport-Security"].split("; ")
    assert f"max-age={A_YEAR}" in demanded
    assert "includeSubDomains" in demanded
    plain = behind_tls.get(LOGIN, headers={"x-forwarded-proto": "http"})
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://testserver{LOGIN}")


@pytest.mark.django_db
def test_an_interface_refuses_plain_requests_and_a_page_redirects_them(behind_tls: Client) -> None:
    """A program that was redirected would go on sending its key in the clear, and nobody would notice."""
    plain = {"x-forwarded-proto": "http", "authorization": "Bearer of.some.key"}
    for address in ("/api/v1/whoami", "/api/v1/no-such-thing"):
        answer = behind_tls.get(address, headers=plain)
        assert (answer.status_code, "https" in answer.json()["error"]) == (403, True)
        assert "Location" not in answer.headers
    assert behind_tls.get("/api/v1/whoami").status_code == 401
    assert behind_tls.get("/es/", headers=plain).status_code == 301


def test_signing_out_leaves_nothing_of_the_person_in_the_browser(behind_tls: Client, nobody: User) -> None:
    sign_in(behind_tls, nobody)
    former = behind_tls.cookies["__Host-sessionid"].value
    answer = behind_tls.post("/en/account/logout/", headers={"origin": "https://testserver"})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert behind_tls.cookies["__Host-sessionid"].value != former
    left = " ".join(cookie.value for cookie in behind_tls.cookies.values())
    assert not any(word in left for word in (former, nobody.email, nobody.name))
    page = behind_tls.get(answer.headers["Location"])
    assert nobody.name not in page.content.decode()
    assert "Clear-Site-Data" not in page.headers
    behind_tls.cookies["__Host-sessionid"] = former
    assert behind_tls.get(HOME).headers["Location"].startswith(LOGIN)


@pytest.mark.django_db
def test_no_cross_origin_reader_is_let_in(client: Client) -> None:
    answer = client.get("/health", headers={"origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_pages_of_who_is_signed_in_are_kept_by_no_browser_or_proxy(client: Client, nobody: User) -> None:
    assert "no-store" not in client.get("/robots.txt").headers["Cache-Control"]
    sign_in(client, nobody)
    for address in (HOME, "/en/account/password/change/", "/en/account/no-such-page/", "/en/audit/"):
        assert "no-store" in client.get(address).headers["Cache-Control"], address


def test_signing_out_is_in_sight_on_every_page(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    for address in (HOME, "/en/account/password/change/", "/en/account/sessions/"):
        assert 'href="/en/account/logout/"' in client.get(address).content.decode(), address


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/health", "/robots.txt", LOGIN, "/es/no-such-page"])
def test_an_answer_says_its_type_and_encoding(client: Client, address: str) -> None:
    kind = client.get(address).headers["Content-Type"]
    assert kind == "application/json" if address == "/health" else kind.endswith("; charset=utf-8")


@pytest.mark.django_db
def test_trace_echoes_nothing(client: Client) -> None:
    assert b"xyzzy" not in client.trace("/es/", headers={"x-secret": "xyzzy"}).content


@pytest.mark.django_db
def test_the_field_of_a_password_hides_it_and_lets_managers_fill_it(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    [field] = [tag for tag in page.split("<input")[1:] if 'name="password"' in tag]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_a_long_password_of_any_signs_is_taken_whole_and_as_typed(client: Client, nobody: User) -> None:
    assert len(LONG) > 120
    validate_password(LONG, nobody)
    validate_password("cuatro caballos blancos", nobody)  # no capital, no digit
    with_password(nobody, LONG)
    for wrong in (LONG.lower(), LONG.strip("fin"), LONG[:72], LONG[:64]):
        type_password(client, nobody, wrong)
        assert "_auth_user_id" not in client.session
    type_password(client, nobody, LONG)
    assert client.session["_auth_user_id"] == str(nobody.pk)


@pytest.mark.django_db
def test_changing_the_password_asks_for_the_present_one(client: Client, nobody: User) -> None:
    sign_in(client, nobody)
    for present, changed in (("not this one", False), (PASSWORD, True)):
        sent = {"oldpassword": present, "password1": LONG, "password2": LONG}
        client.post("/en/account/password/change/", sent)
        nobody.refresh_from_db()
        assert nobody.check_password(LONG) == changed


def test_passwords_are_kept_by_a_slow_hash() -> None:
    first = get_hashers()[0]
    assert live.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert isinstance(first, PBKDF2PasswordHasher)
    assert first.iterations >= STRONG_ENOUGH


@pytest.mark.django_db
def test_a_new_site_has_no_account() -> None:
    assert not User.objects.exists()
