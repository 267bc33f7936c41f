"""Every page of the desk and of the sign-in in a real browser: no rule of accessibility broken, none too wide.

The pages come from the site's own table of routes, so that none can be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from playwright.sync_api import Browser, Page

from almenara.accounts import reach
from almenara.accounts.access import OF_STRANGERS, Door
from almenara.config.access import ROUTES
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW
from tests.browser.desk import AT_200_PERCENT, PATIENCE, WIDTH, desk_of
from tests.support.acting import acting
from tests.support.everything import OBJECTS, Everything, everything
from tests.support.sign_in import with_password

pytestmark = pytest.mark.xdist_group("browser")
READERS = ("administrator", "coordinator", "auditor", "editor")
PARTS = 3  # so that no test lasts long, and several processes share them
OK = 200
# What answers by POST alone, what leads elsewhere or asks for the password first, and files.
NO_PAGES = {
    "accounts:grant-confirm", "accounts:grant-refuse", "accounts:invite-again", "agreements:document",
    "agreements:document-new", "agreements:renew", "agreements:system-template", "audit:download",
    "account_reauthenticate", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn", "mfa_deactivate_totp",
    "mfa_download_recovery_codes", "mfa_edit_webauthn", "mfa_generate_recovery_codes", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes",
}  # fmt: skip


@pytest.fixture
def made(transactional_db: None) -> Everything:
    with transaction.atomic():
        made = everything()
        with_password(made.person("administrator"))  # without one there is none to change
        return made


@pytest.fixture
def origin(made: Everything) -> Iterator[str]:
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("localhost")
    yield str(server.url)
    server.stop()


def first_reader(made: Everything, route: str) -> str:
    """The first of the readers who may call it."""
    permission = ROUTES[route].permission
    for name in READERS:
        person = made.person(name)
        with transaction.atomic(), acting(person):
            if not permission or reach.may(person, permission):
                return name
    return ""


def addresses(made: Everything, route: str, reader: str) -> list[str]:
    places = OBJECTS.get(route, {"": lambda made, reader: {}})
    with transaction.atomic(), translation.override("es"):
        return [reverse(route, kwargs=arguments(made, made.person(reader))) for arguments in places.values()]


def opened(page: Page, address: str) -> bool:
    answer: Any = page.goto(address)
    return answer.status == OK and page.url.partition("?")[0].endswith(address)


def faults(page: Page) -> list[object]:
    """What is wrong with the page that is open, at three sizes of a window."""
    found: list[object] = []
    for viewport in (AT_200_PERCENT, NARROW):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        if page.evaluate(WIDTH) > viewport["width"]:
            found.append(f"wider than {viewport['width']} px")
    return [*found, *violations(page)]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("reader", READERS)
def test_no_page_of_the_desk_breaks_a_rule_or_is_too_wide(
    made: Everything, browser: Browser, origin: str, settings: Any, reader: str, part: int
) -> None:
    settings.PACE = 0
    doors = (Door.SIGNED_IN, Door.SETTING_UP, Door.PERMITTED)
    routes = [route for route, access in sorted(ROUTES.items()) if access.door in doors]
    page = desk_of(made.person(reader), browser, origin, bypass_csp=True)
    broken, unopened = {}, set()
    theirs = [route for route in routes if route not in NO_PAGES and first_reader(made, route) == reader]
    for route in theirs[part::PARTS]:
        if not any(opened(page, address) for address in addresses(made, route, reader)):
            unopened.add(route)
        elif found := faults(page):
            broken[route] = found
    page.context.close()
    assert broken == {}
    assert unopened == set()


def test_no_page_of_the_sign_in_breaks_a_rule_or_is_too_wide(browser: Browser, origin: str) -> None:
    context = browser.new_context(base_url=origin, bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    page, broken, walked = context.new_page(), {}, 0
    for route in OF_STRANGERS:
        try:
            address = reverse(route)
        except NoReverseMatch:  # it wants a key, of a letter or of a provider
            continue
        address = address.replace("/en-us/", "/es/")
        if opened(page, address):
            walked += 1
            if found := faults(page):
                broken[route] = found
    context.close()
    assert broken == {}
    assert walked >= 5
