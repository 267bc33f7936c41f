"""A real browser against a live server, on a release that is published once for all of these tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from almenara.risk.models import Release
from tests.support.observatory import published
from tools.browser import chromium

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 720}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # playwright runs an event loop in this thread, in which Django refuses the database unless told otherwise
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium() as launched:
        yield launched
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def release(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Release]:
    """A module says of what kind and size by RELEASE, which tests.support.observatory.publish_synthetic takes."""
    wanted = getattr(request.module, "RELEASE", {})
    with published(tmp_path_factory.mktemp("release"), django_db_blocker, **wanted) as release:
        yield release


@pytest.fixture(scope="module")
def laid(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """What the module's lay() lays for all its tests. Committed, for the live server reads with its own connection."""
    from django.core.management import call_command
    from django.db import transaction

    from almenara.config.database.base import as_owner

    with django_db_blocker.unblock():
        with transaction.atomic():
            made = request.module.lay()
        yield made
        with as_owner():
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def origin(laid: Any) -> Iterator[str]:
    """Of a live server that sees what was laid. Under the name for which a browser makes passkeys."""
    with live("localhost") as origin:
        yield origin


@dataclass
class Visitor:
    """A reader at the site: opens pages and remembers what went wrong and what was asked of other hosts."""

    origin: str
    browser: Browser
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, path: str, *, viewport: dict[str, int] = WIDE, wait_for_map: bool = False, **options: Any
    ) -> Page:
        context = self.browser.new_context(viewport=viewport, base_url=self.origin, **options)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self._note_request(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._note_message(message.type, message.text))
        page.goto(path)
        if wait_for_map:
            open_live(page)
        return page

    def _note_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and not url.startswith(self.origin):
            self.outside.append(url)

    def _note_message(self, kind: str, text: str) -> None:
        if kind == "error":
            self.errors.append(text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def open_live(page: Page) -> None:
    """Asks for the map that can be moved, where the address has not already."""
    if page.locator("#map-open").is_visible():
        page.click("#map-open")
    page.wait_for_selector("#map[data-ready=true]")


@pytest.fixture
def visitor(browser: Browser, release: Release, served: str) -> Iterator[Visitor]:
    """Fails the test if a page asked anything of another host or wrote an error."""
    visitor = Visitor(served, browser)
    yield visitor
    visitor.close()
    assert visitor.outside == []
    assert visitor.errors == []


@pytest.fixture(scope="module")
def served(release: Release, django_db_blocker: Any) -> Iterator[str]:
    """The origin of a live server that sees the published release."""
    with django_db_blocker.unblock(), live("127.0.0.1") as origin:
        yield origin


@contextmanager
def live(host: str) -> Iterator[str]:
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer(host)
    yield str(server.url)
    server.stop()
