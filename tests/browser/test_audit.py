"""The auditors' pages in a real browser, without JavaScript: accessible, narrow enough, and a change unfolds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE
from tests.support.acting import signed_in
from tests.support.cast import Cast, cast
from tests.support.log import say

pytestmark = pytest.mark.xdist_group("browser")
PATIENCE = 20_000
LONG = "Expediente" * 40


@pytest.fixture
def people(transactional_db: None) -> Cast:
    with transaction.atomic():
        made = cast()
        say("read", country="ZZ", person=made["officer"].pk, reason=LONG, origin="abc")
        say(
            "update", country="ZZ", person=made["officer"].pk, object_type="accounts_office", object_id="1",
            detail={"before": {"name": "North"}, "after": {"name": LONG}, "private": ["notes"]},
        )  # fmt: skip
        return made


@pytest.fixture
def desk(browser: Browser, people: Cast) -> Iterator[Any]:
    """Opens pages as the auditor."""
    from pytest_django.live_server_helper import LiveServer

    server, contexts = LiveServer("localhost"), []

    def opened(path: str, **options: Any) -> Page:
        client = signed_in(people["auditor"])
        context = browser.new_context(base_url=str(server.url), **{"viewport": WIDE, **options})
        name, host = settings.SESSION_COOKIE_NAME, urlsplit(str(server.url)).hostname
        kept = {"name": name, "value": client.cookies[name].value, "domain": str(host), "path": "/"}
        context.add_cookies([kept])  # type: ignore[list-item]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    server.stop()


ADDRESSES = (
    "/es/audit/", "/es/audit/?kind=update", "/es/audit/?who=administrator", "/es/audit/?since=x", "/es/audit/seals/",
    "/es/audit/export/?kind=read",
)  # fmt: skip


def test_the_pages_are_accessible_and_narrow_enough(desk: Any) -> None:
    page = desk("/es/audit/", bypass_csp=True)
    for address, scheme in ((address, scheme) for address in ADDRESSES for scheme in ("light", "dark")):
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        for folded in page.locator("main summary").all():
            folded.click()
        assert violations(page) == [], (address, scheme)
    page = desk("/fr/audit/", viewport=NARROW)
    for address in ADDRESSES:
        page.goto(address.replace("/es/", "/fr/"))
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], address


def test_without_javascript_an_auditor_asks_and_unfolds_a_change(desk: Any, people: Cast) -> None:
    page = desk("/en/audit/", java_script_enabled=False)
    page.fill("[name=who]", people["officer"].email)
    page.select_option("[name=kind]", "update")
    page.click("main button[type=submit]")
    assert page.locator(".log__entry").count() == 1
    page.click("main summary")
    assert page.locator("tbody th").first.inner_text() == "name"
    page.click("text=All by this person")
    assert page.locator(".log__entry").count() == 2
