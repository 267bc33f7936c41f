"""People in a real browser: invitation, second factor, grant, work, suspension."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from playwright.sync_api import Browser, Page

from almenara.accounts.models import Grant, User
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.sign_in import PASSWORD, code_now, letters_sent, with_codes, with_password

pytestmark = pytest.mark.xdist_group("browser")
TIMEOUT = 20_000
WORDS = "a beacon on the watchtower"


def lay() -> Cast:
    made = cast()
    made["administrator"].language = "en"
    with_password(made["administrator"])
    return made


def opened(browser: Browser, origin: str, **options: Any) -> Page:
    context = browser.new_context(base_url=origin, **options)
    context.set_default_timeout(TIMEOUT)
    return context.new_page()


def sign_in(page: Page, person: User) -> None:
    with transaction.atomic():
        secret = with_codes(person)
    page.goto("/en/account/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button:text-is('Sign in')")
    page.fill("[name=code]", code_now(secret))
    page.click("main button[type=submit]:visible")
    page.wait_for_url("**/en/account/")


def letter_to(address: str) -> str:
    """What was sent to the address last."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        letters_sent()
        for letter in reversed(mail.outbox):
            if letter.to == [address]:
                return str(letter.body)
        time.sleep(0.1)
    raise AssertionError(f"no letter to {address}")


def test_from_the_invitation_to_the_suspension(browser: Browser, origin: str, laid: Cast) -> None:
    ours, theirs = opened(browser, origin), opened(browser, origin, java_script_enabled=False)
    sign_in(ours, laid["administrator"])
    ours.click("nav a:text-is('People')")
    ours.click("a:text-is('Invite somebody')")
    ours.fill("[name=email]", "new@ministry.example")
    ours.fill("[name=name]", "Nueva Persona")
    ours.select_option("[name=institution]", label="Ministry")
    ours.select_option("[name=office]", label="North")
    ours.select_option("[name=language]", "en")
    ours.click("button:text-is('Send the invitation')")
    ours.wait_for_selector("h1:text-is('Nueva Persona')")
    ours.click("a:text-is('Give a role')")
    ours.select_option("[name=role]", "supervisor")
    ours.select_option("[name=office]", "")
    ours.fill("[name=territory]", "Place ZZ1")
    ours.click("button:text-is('Give the role')")
    ours.wait_for_selector("td:text-is('Ministry within Place ZZ1')")
    found = re.search(r"https?://[^/\s]+(/\S+/invitation/\S+)", letter_to("new@ministry.example"))
    assert found

    theirs.goto(found[1])
    theirs.fill("[name=password]", "short")
    theirs.fill("[name=again]", "short")
    theirs.click("button:text-is('Begin')")
    assert theirs.locator(".summary li a").count() >= 1
    theirs.fill("[name=password]", WORDS)
    theirs.fill("[name=again]", WORDS)
    theirs.click("button:text-is('Begin')")
    theirs.wait_for_url("**/2fa/")
    theirs.click("a:text-is('Set up an authenticator application')")
    theirs.fill("[name=code]", code_now(theirs.locator("#authenticator_secret").inner_text()))
    theirs.click("button:text-is('Set it up')")
    theirs.goto("/en/account/people/")
    assert theirs.locator("tbody a:text-is('Colleague (simulated)')").count() == 1
    assert theirs.locator("tbody a:text-is('Outsider (simulated)')").count() == 0

    ours.reload()
    ours.click("a:text-is('Suspend')")
    ours.fill("[name=reason]", "Under inquiry")
    ours.click("button:has-text('Suspend')")
    ours.wait_for_selector("a:text-is('Bring back')")
    theirs.goto("/en/account/people/")
    assert "/login/" in theirs.url
    with transaction.atomic(), owner_rights():
        assert not User.objects.get(email="new@ministry.example").is_active
        assert Grant.objects.filter(person__email="new@ministry.example", ended_at=None).count() == 1
    for page in (ours, theirs):
        page.context.close()
