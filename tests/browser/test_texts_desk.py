"""The desk of public texts in a real browser, without JavaScript: worked from its list, accessible, narrow enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from almenara.accounts.models import User
from almenara.accounts.role_names import EDITOR
from almenara.config.database.base import as_owner
from almenara.content.actions import add
from almenara.content.models import Entry
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE
from tests.support.cast import Cast, lay_institutions, lay_territories

pytestmark = pytest.mark.xdist_group("browser")
WORDS = {"name": "Escuela rural", "meaning": "Donde se aprende."}


@pytest.fixture(scope="module")
def editor(django_db_setup: None, django_db_blocker: Any) -> Iterator[User]:
    """Committed, for the live server reads with a connection of its own."""
    from django.core.management import call_command
    from django.db import transaction

    with django_db_blocker.unblock():
        with as_owner(), transaction.atomic():
            made = Cast()
            lay_territories(made)
            lay_institutions(made)
            person = made.person("editor", "ministry")
            made.grant("editor", EDITOR, "ZZ")
            Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
            add(entry=Entry(kind="term", slug="school", language="es", public=True), words=WORDS, by=None)
        yield person
        with as_owner():
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def origin(editor: User, django_db_blocker: Any) -> Iterator[str]:
    from pytest_django.live_server_helper import LiveServer

    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield str(server.url)
        server.stop()


@pytest.fixture
def desk(browser: Browser, origin: str, editor: User) -> Iterator[Any]:
    contexts = []

    def opened(path: str, **options: Any) -> Page:
        client = Client()
        client.force_login(editor, "django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(base_url=origin, **{"viewport": WIDE, **options})
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([
            {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "domain": urlsplit(origin).hostname, "path": "/"}
        ])  # fmt: skip
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


PATHS = ("/es/content/", "/es/content/entries/", "/es/content/new/page/")


def test_no_page_of_the_desk_breaks_a_rule_of_accessibility(desk: Any) -> None:
    page = desk(PATHS[0], bypass_csp=True)
    text = page.get_by_role("link", name="Escuela rural").first.get_attribute("href")
    for path in (*PATHS, text):
        page.goto(path)
        assert violations(page) == [], path


def test_no_page_of_the_desk_scrolls_sideways_on_a_phone(desk: Any) -> None:
    page = desk(PATHS[0], viewport=NARROW)
    text = page.get_by_role("link", name="Escuela rural").first.get_attribute("href")
    for path in (*PATHS, text):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path


def test_a_text_is_translated_from_the_list_without_a_script(desk: Any) -> None:
    page = desk("/en/content/?language=fr", java_script_enabled=False)
    page.get_by_role("link", name="Escuela rural").click()
    page.get_by_label("Translation").fill("École rurale {x}")
    page.get_by_role("button", name="Keep the translation").click()
    expect(page.get_by_role("alert").first).to_contain_text("The original has no {x}")
    page.get_by_label("Translation").fill("École rurale")
    page.get_by_role("button", name="Keep the translation").click()
    page.goto("/fr/glossary/")
    expect(page.get_by_role("heading", name="École rurale")).to_be_visible()
