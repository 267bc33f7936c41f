"""The desk of public texts in a real browser, without JavaScript: worked from its list."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from almenara.accounts.models import User
from almenara.accounts.role_names import EDITOR
from almenara.content.actions import add
from almenara.content.models import Entry
from tests.browser.desk import desk_of
from tests.support.cast import Cast, lay_institutions, lay_territories
from tests.support.database import owner_rights

pytestmark = pytest.mark.xdist_group("browser")
WORDS = {"name": "Escuela rural", "meaning": "Donde se aprende."}


def lay() -> User:
    """An editor, and a text to translate."""
    with owner_rights():
        made = Cast()
        lay_territories(made)
        lay_institutions(made)
        person = made.person("editor", "ministry")
        made.grant("editor", EDITOR, "ZZ")
        add(entry=Entry(kind="term", slug="school", language="es", public=True), words=WORDS, by=None)
    return person


def test_a_text_is_translated_from_the_list_without_a_script(
    laid: User, browser: Browser, origin: str
) -> None:
    page = desk_of(laid, browser, origin, java_script_enabled=False)
    page.goto("/en/content/?language=fr")
    page.get_by_role("link", name="Escuela rural").click()
    page.get_by_label("Translation").fill("École rurale {x}")
    page.get_by_role("button", name="Keep the translation").click()
    expect(page.get_by_role("alert").first).to_contain_text("The original has no {x}")
    page.get_by_label("Translation").fill("École rurale")
    page.get_by_role("button", name="Keep the translation").click()
    page.goto("/fr/glossary/")
    expect(page.get_by_role("heading", name="École rurale")).to_be_visible()
    page.context.close()
