"""Agreements and the inventory in a real browser, without JavaScript: from draft to end, accessible, narrow enough."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from almenara.accounts.models import User
from almenara.accounts.role_names import COORDINATOR
from almenara.agreements.models import Feed, Status, System
from almenara.agreements.presenters.drawing import WIDTH
from almenara.config.database.base import as_owner
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE
from tests.support.agreements import agreement, signed
from tests.support.cast import Cast, lay_institutions, lay_territories

pytestmark = pytest.mark.xdist_group("browser")
PATIENCE = 20_000


@pytest.fixture(scope="module")
def coordinator(django_db_setup: None, django_db_blocker: Any) -> Iterator[User]:
    """Committed, for the live server reads with a connection of its own."""
    from django.core.management import call_command
    from django.db import transaction

    with django_db_blocker.unblock():
        with as_owner(), transaction.atomic():
            made = Cast()
            lay_territories(made)
            lay_institutions(made)
            person = made.person("coordinator", "ministry")
            made.grant("coordinator", COORDINATOR, "ZZ")
            Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
            lay_agreements(made)
        yield person
        with as_owner():
            call_command("flush", interactive=False, verbosity=0)


def lay_agreements(made: Cast) -> None:
    today = dt.datetime.now(dt.UTC).date()
    long = "Dirección Nacional de Investigaciones de Delitos Especiales y Trata"
    police = made.institutions["police"]
    police.name = long
    police.save()
    for provider, name, days in (
        ("police", "Denuncias", 400),
        ("town", "Casos", 30),
        ("foreign", "Cruces", -5),
    ):
        until = today + dt.timedelta(days=days)
        agreement(made, provider, "ministry", name=name, status=Status.IN_FORCE, until=until)
    system = System.objects.create(owner=police, name="Registro", content="Denuncias")
    Feed.objects.create(system=system, receiver=made.institutions["town"])


@pytest.fixture(scope="module")
def origin(coordinator: User, django_db_blocker: Any) -> Iterator[str]:
    from pytest_django.live_server_helper import LiveServer

    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield str(server.url)
        server.stop()


@pytest.fixture
def desk(browser: Browser, origin: str, coordinator: User) -> Iterator[Any]:
    """Opens pages as the coordinator; no page needs a script."""
    contexts = []

    def opened(path: str, **options: Any) -> Page:
        client = Client()
        client.force_login(coordinator, "django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(base_url=origin, **{"viewport": WIDE, **options})
        host = urlsplit(origin).hostname
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "domain": host, "path": "/"}]
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


PAGES = ["", "new/", "map/", "systems/", "systems/new/", "systems/import/"]


def first(page: Page) -> str:
    """The address of the first thing listed."""
    address = page.locator("tbody th a").first.get_attribute("href")
    assert address
    return address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(desk: Any, scheme: str) -> None:
    page = desk("/es/agreements/", bypass_csp=True, color_scheme=scheme)
    agreement_page = first(page)
    paths = [*(f"/es/agreements/{part}" for part in PAGES), agreement_page, f"{agreement_page}to/ended/"]
    page.goto("/es/agreements/systems/")
    for path in [*paths, first(page)]:
        page.goto(path)
        assert violations(page) == [], path
    page.goto(f"{agreement_page}to/ended/")
    page.click("main button[type=submit]")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert violations(page) == []


def test_no_page_scrolls_sideways_on_a_phone_and_the_map_is_legible(desk: Any) -> None:
    page = desk("/fr/agreements/", viewport=NARROW, java_script_enabled=True)
    listed = first(page)
    for path in [*(f"/fr/agreements/{part}" for part in PAGES), listed]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
    page.goto("/fr/agreements/map/")
    texts = page.locator(".feeds svg text")
    assert texts.count() > 6
    box = page.locator(".feeds svg").bounding_box()
    assert box
    assert box["width"] >= WIDTH  # its letters are shown at their size
    for place in range(texts.count()):
        found = texts.nth(place).bounding_box()
        assert found
        assert found["height"] >= 10
        assert found["x"] >= box["x"] - 1
        assert found["x"] + found["width"] <= box["x"] + box["width"] + 1


def test_a_coordinator_takes_an_agreement_from_draft_to_end_without_scripts(desk: Any) -> None:
    page = desk("/en/agreements/", java_script_enabled=False)
    page.click("main .page__head .actions a")
    page.click("main form button[type=submit]")
    expect(page.locator("[role=alert] li")).not_to_have_count(0)
    page.fill("#id_name", "School attendance")
    page.select_option("#id_provider", label="Town")
    page.select_option("#id_receiver", label="Ministry")
    page.fill("#id_legal_basis", "Law 1")
    page.select_option("#id_frequency", "yearly")
    page.fill("#id_since", "2026-01-01")
    page.fill("#id_until", "2099-12-31")
    page.fill("#id_receiver_address", "coordinator@ministry.example")
    page.click("main form button[type=submit]")
    expect(page.locator("h1")).to_have_text("School attendance")
    page.click("a[href$='/items/new/']")
    page.fill("#id_name", "Attendance by school")
    page.select_option("#id_form", "figures")
    page.select_option("#id_format", "csv")
    page.click("main form button[type=submit]")
    for step in ("sent", "in_force"):
        page.click(f"a[href$='/to/{step}/']")
        page.click("main form button[type=submit]")
    expect(page.locator(".toast--error")).to_be_visible()
    page.click("a[href$='/documents/new/']")
    file = signed()
    page.set_input_files(
        "#id_file", {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": file.read()}
    )
    page.click("main form button[type=submit]")
    page.click("a[href$='/to/in_force/']")
    page.click("main form button[type=submit]")
    expect(page.locator("main .tag")).to_have_text("In force")
    with page.expect_download() as download:
        page.click("a[href*='/documents/']:not([href$='/new/'])")
    assert download.value.suggested_filename == "signed.pdf"
    page.click("a[href$='/to/ended/']")
    page.click("main form button[type=submit]")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.fill("#id_reason", "The law changed")
    page.click("main form button[type=submit]")
    expect(page.locator("main .tag")).to_have_text("Ended")
    expect(page.locator(".timeline")).to_contain_text("The law changed")


def test_filters_and_their_answer_are_in_the_address(desk: Any) -> None:
    page = desk("/en/agreements/", java_script_enabled=False)
    page.select_option("#filter-status", "expiring")
    page.click(".filters button")
    assert "status=expiring" in page.url
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/en/agreements/map/?kind=police")
    expect(page.locator("tbody tr")).to_have_count(2)
