"""Passkeys in a real Chromium, with its virtual authenticator: set up, used to sign in, used as a second factor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from playwright.sync_api import Browser, CDPSession, Page

from almenara.accounts.models import User
from tests.support.cast import cast
from tests.support.sign_in import PASSWORD, code_now, with_password

TIMEOUT = 20_000
ON_FAILURE = """document.addEventListener('allauth.error', event => {
  event.preventDefault(); window.failed = true
})"""


@pytest.fixture
def person(transactional_db: None) -> User:
    """A case worker who has just accepted the invitation."""
    with transaction.atomic():
        made = cast()["case_worker"]
        made.language = "en"
        return with_password(made)


@pytest.fixture
def origin(person: User) -> Iterator[str]:
    """The live server by its number, as `almenara serve` says it."""
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("127.0.0.1")
    yield str(server.url)
    server.stop()


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    """Fails the test if a page broke the content security policy or its scripts failed."""
    context = browser.new_context(base_url=origin)
    context.set_default_timeout(TIMEOUT)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert errors == []


def authenticator(page: Page) -> CDPSession:
    """A passkey's device that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def type_password(page: Page) -> None:
    page.goto("/en/account/")
    page.fill("[name=login]", "case_worker@ministry.example")
    page.fill("[name=password]", PASSWORD)
    page.click("button:text-is('Sign in')")


def sign_out(page: Page) -> None:
    page.goto(f"http://{urlsplit(page.url).netloc}/en/account/logout/")
    page.click("main button:text-is('Sign out')")
    page.wait_for_url("**/en/account/login/")


def add_key(page: Page, *, passwordless: bool) -> None:
    page.click("a:text-is('Add a passkey or security key')")
    page.fill("[name=name]", "Laptop")
    if passwordless:
        page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")


def test_a_passkey_is_set_up_and_then_opens_the_account_by_itself(page: Page, person: User) -> None:
    authenticator(page)
    type_password(page)
    page.wait_for_url("**/en/account/2fa/")
    assert urlsplit(page.url).hostname == "localhost"
    add_key(page, passwordless=True)
    assert page.locator(".codes li").count() == 10
    page.click("main a:text-is('Your work')")
    assert page.locator("h1").inner_text() == "Your work"
    sign_out(page)

    page.click("#passkey_login")
    page.wait_for_url("**/en/account/")
    assert page.locator("h1").inner_text() == "Your work"
    [key] = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    assert key.last_used_at is not None


def test_a_security_key_is_the_second_factor_after_the_password(page: Page, person: User) -> None:
    authenticator(page)
    type_password(page)
    add_key(page, passwordless=False)
    sign_out(page)
    type_password(page)
    page.wait_for_url("**/2fa/authenticate/")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/en/account/")
    assert page.locator("h1").inner_text() == "Your work"


def test_another_device_does_not_open_it(page: Page, person: User) -> None:
    device = authenticator(page)
    type_password(page)
    add_key(page, passwordless=True)
    sign_out(page)
    device.send("WebAuthn.disable")
    authenticator(page)
    page.evaluate(
        "document.addEventListener('allauth.error', event => {"
        " event.preventDefault(); document.body.dataset.failed = 'true' })"
    )
    page.click("#passkey_login")
    page.wait_for_selector("body[data-failed=true]")
    assert page.locator("h1").inner_text() == "Sign in"


def test_an_application_s_picture_is_drawn_and_its_code_taken(page: Page, person: User) -> None:
    type_password(page)
    page.click("a:text-is('Set up an authenticator application')")
    drawn = page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 0")
    assert drawn
    page.fill("[name=code]", code_now(page.locator("#authenticator_secret").inner_text()))
    page.click("button:text-is('Set it up')")
    page.wait_for_url("**/recovery-codes/")
    page.goto(page.url.replace("/2fa/recovery-codes/", "/"))
    assert page.locator("h1").inner_text() == "Your work"
