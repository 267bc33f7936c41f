"""Every page of the desk and of the sign-in in a real browser: no rule of accessibility broken, none too wide.

The pages come from the site's own table of routes, so that none can be left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Page

from almenara.accounts.access import ROUTES as ACCOUNTS
from almenara.accounts.access import Door
from almenara.accounts.models import User
from almenara.agreements.models import Agreement, Status
from almenara.config.access import ROUTES
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW
from tests.browser.desk import AT_200_PERCENT, PATIENCE, WIDTH, desk_of
from tests.support.acting import acting
from tests.support.agreements import put_into
from tests.support.database import owner_rights
from tests.support.everything import OBJECTS, Everything, everything
from tests.support.log import say
from tests.support.more import lay_more
from tests.support.sign_in import PASSWORD, with_codes, with_password

pytestmark = pytest.mark.xdist_group("browser")
BARE = "nobody"  # who has neither a password nor a second factor, and so can set them up
READERS = ("administrator", "coordinator", "auditor", "editor", "case_worker", BARE)
DOORS = (Door.SIGNED_IN, Door.SETTING_UP, Door.PERMITTED)
# Files, what answers by POST alone, and what asks for a passkey that a browser has made.
NO_PAGES = {
    "accounts:invite-again", "agreements:document", "agreements:system-template", "audit:download",
    "mfa_download_recovery_codes", "mfa_reauthenticate_webauthn",
}  # fmt: skip
DESK = sorted({route for route, access in ROUTES.items() if access.door in DOORS} - NO_PAGES)
STRANGERS = sorted(route for route, access in ACCOUNTS.items() if access.door == Door.PUBLIC)
# Letters' links that do not work have a page, too.
KEYS = {
    "account_confirm_email": {"key": "x"},
    "account_reset_password_from_key": {"uidb36": "x", "key": "y"},
    "accounts:invitation": {"token": "x"},
    "openid_connect_login": {"provider_id": "x"},
    "openid_connect_callback": {"provider_id": "x"},
}
# What leads elsewhere without the step before it, and what a script asks.
NO_PAGES_OF_STRANGERS = {
    "account_confirm_login_code", "account_logout", "mfa_login_webauthn", "socialaccount_signup"
}  # fmt: skip
PARTS = 3  # so that no test lasts long
OK = 200
LONG = "Expediente" * 40
LONG_NAME = "Dirección Nacional de Investigaciones de Delitos Especiales y Trata"
SENT = ("town", "ministry")
UNFOLDED = "document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })"


def lay() -> Everything:
    """One of everything and more of it, what is long, and what only some states of things have a page for."""
    made = everything()
    lay_more(made, range(1))
    people = made.world.people
    newest = {"at": "2099-01-01 00:00Z", "country": "ZZ", "person": people["officer"].pk}
    say("read", **newest, reason=LONG, origin="abc")
    say(
        "update", **newest, object_type="accounts_office", object_id="1",
        detail={"before": {"name": "North"}, "after": {"name": LONG}, "private": ["notes"]},
    )  # fmt: skip
    with owner_rights():
        people.institutions["police"].name = LONG_NAME
        people.institutions["police"].save()
        put_into(made.world.agreements[SENT], Status.SENT)
    for name in READERS:
        if name != BARE:
            with_codes(with_password(people[name]))
    RecoveryCodes.activate(people["administrator"])
    Authenticator.objects.create(
        user=people["auditor"], type=Authenticator.Type.WEBAUTHN, data={"name": "A key"}
    )
    return made


def _passkey(made: Everything) -> dict[str, Any]:
    return {"pk": Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk}


def _renewable(made: Everything) -> dict[str, Any]:
    with owner_rights():
        return {"key": Agreement.objects.filter(status=Status.IN_FORCE, renewals=None).earliest("pk").pk}


# What stands in another state than everything() lays it, by what the route is called with.
ALSO: dict[str, Callable[[Everything], dict[str, Any]]] = {
    "agreements:renew": _renewable,
    "agreements:document-new": lambda made: {"key": made.world.agreements[SENT].pk},
    "mfa_edit_webauthn": _passkey,
    "mfa_remove_webauthn": _passkey,
}


def addresses(made: Everything, route: str, reader: User) -> list[str]:
    places = OBJECTS.get(route, {"": lambda made, reader: {}})
    with transaction.atomic(), acting(reader), translation.override("es"):
        wanted = [arguments(made, reader) for arguments in places.values()]
        return [
            reverse(route, kwargs=each) for each in [*wanted, *([ALSO[route](made)] if route in ALSO else [])]
        ]


def opened(page: Page, address: str) -> bool:
    answer: Any = page.goto(address)
    return answer.status == OK and page.url.partition("?")[0].endswith(address)


def faults(page: Page) -> list[object]:
    """What is wrong with the page that is open, unfolded, at two sizes of a window, in the dark and in the light."""
    found: list[object] = []
    page.evaluate(UNFOLDED)
    for viewport in (AT_200_PERCENT, NARROW):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        if page.evaluate(WIDTH) > viewport["width"]:
            found.append(f"wider than {viewport['width']} px")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found += violations(page)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_of_the_desk_breaks_a_rule_or_is_too_wide(
    laid: Everything, browser: Browser, origin: str, settings: Any, part: int
) -> None:
    """Each is opened by the first of the readers whom it opens to."""
    settings.PACE = 0
    left, broken = set(DESK[part::PARTS]), {}
    for reader in map(laid.person, READERS):
        page = desk_of(reader, browser, origin, bypass_csp=True)
        if reader == laid.person(BARE):
            Authenticator.objects.filter(user=reader).delete()
        for route in sorted(left):
            if any(opened(page, address) for address in addresses(laid, route, reader)):
                left.remove(route)
                if found := faults(page):
                    broken[route] = found
        page.context.close()
    assert broken == {}
    assert left == set()


def test_no_page_of_the_sign_in_breaks_a_rule_or_is_too_wide(
    laid: Everything, browser: Browser, origin: str
) -> None:
    context = browser.new_context(base_url=origin, bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    page, broken, left = context.new_page(), {}, set(STRANGERS)
    for route in STRANGERS:
        with translation.override("es"):
            address = reverse(route, kwargs=KEYS.get(route))
        page.goto(address)
        if page.url.endswith(address) and page.locator("h1").count():
            left.remove(route)
            if found := faults(page):
                broken[route] = found
    page.goto(reverse("account_login"))
    page.fill("[name=login]", laid.person("administrator").email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]:not(#passkey_login)")
    page.wait_for_url("**/2fa/authenticate/")
    left.remove("mfa_authenticate")
    if found := faults(page):
        broken["mfa_authenticate"] = found
    context.close()
    assert broken == {}
    assert left == NO_PAGES_OF_STRANGERS
