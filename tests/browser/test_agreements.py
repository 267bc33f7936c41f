"""Agreements and the inventory in a real browser, without JavaScript: from draft to end, and a map that is legible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from almenara.accounts.models import User
from almenara.accounts.role_names import COORDINATOR
from almenara.agreements.models import Feed, Status, System
from almenara.agreements.presenters.drawing import WIDTH
from tests.browser.conftest import NARROW
from tests.browser.desk import desk_of
from tests.support.agreements import agreement, signed
from tests.support.cast import Cast, lay_institutions, lay_territories
from tests.support.database import owner_rights

pytestmark = pytest.mark.xdist_group("browser")


def lay() -> User:
    """A coordinator, with agreements and a system."""
    with owner_rights():
        made = Cast()
        lay_territories(made)
        lay_institutions(made)
        person = made.person("coordinator", "ministry")
        made.grant("coordinator", COORDINATOR, "ZZ")
    lay_agreements(made)
    return person


def lay_agreements(made: Cast) -> None:
    today = dt.datetime.now(dt.UTC).date()
    long = "Dirección Nacional de Investigaciones de Delitos Especiales y Trata"
    police = made.institutions["police"]
    police.name = long
    with owner_rights():
        police.save()
    for provider, name, days in (
        ("police", "Denuncias", 400),
        ("town", "Casos", 30),
        ("foreign", "Cruces", -5),
    ):
        until = today + dt.timedelta(days=days)
        agreement(made, provider, "ministry", name=name, status=Status.IN_FORCE, until=until)
    with owner_rights():
        system = System.objects.create(owner=police, name="Registro", content="Denuncias")
        Feed.objects.create(system=system, receiver=made.institutions["town"])


@pytest.fixture
def desk(browser: Browser, origin: str, laid: User) -> Iterator[Any]:
    """Opens pages as the coordinator; no page needs a script."""
    contexts = []

    def opened(path: str, **options: Any) -> Page:
        page = desk_of(laid, browser, origin, **options)
        contexts.append(page.context)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_the_map_is_legible_on_a_phone(desk: Any) -> None:
    page = desk("/fr/agreements/map/", viewport=NARROW)
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
