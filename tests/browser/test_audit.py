"""The auditors' pages in a real browser, without JavaScript: what an entry holds is found, and unfolds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.desk import desk_of
from tests.support.cast import Cast, cast
from tests.support.log import say

pytestmark = pytest.mark.xdist_group("browser")


def lay() -> Cast:
    made = cast()
    say("read", country="ZZ", person=made["officer"].pk, reason="A trial", origin="abc")
    say(
        "update", country="ZZ", person=made["officer"].pk, object_type="accounts_office", object_id="1",
        detail={"before": {"name": "North"}, "after": {"name": "South"}, "private": ["notes"]},
    )  # fmt: skip
    return made


def test_without_javascript_an_auditor_asks_and_unfolds_a_change(
    laid: Cast, browser: Browser, origin: str
) -> None:
    page = desk_of(laid["auditor"], browser, origin, java_script_enabled=False)
    page.goto("/en/audit/")
    page.fill("[name=who]", laid["officer"].email)
    page.select_option("[name=kind]", "update")
    page.click("main button[type=submit]")
    assert page.locator(".log__entry").count() == 1
    page.click("main summary")
    assert page.locator("tbody th").first.inner_text() == "name"
    page.click("text=All by this person")
    assert page.locator(".log__entry").count() == 2
    page.context.close()
