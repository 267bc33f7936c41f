"""Pages of who is signed in, in a real browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, Page

from almenara.accounts.models import User
from tests.browser.conftest import WIDE
from tests.support.acting import signed_in

PATIENCE = 20_000
AT_200_PERCENT = {"width": WIDE["width"] // 2, "height": WIDE["height"] // 2}
WIDTH = "document.documentElement.scrollWidth"


def desk_of(person: User, browser: Browser, origin: str, **options: Any) -> Page:
    """A window in which the person has signed in; options: of its context."""
    context = browser.new_context(base_url=origin, **{"viewport": WIDE, **options})
    name, host = settings.SESSION_COOKIE_NAME, urlsplit(origin).hostname
    value = signed_in(person).cookies[name].value
    context.add_cookies([{"name": name, "value": value, "domain": str(host), "path": "/"}])
    context.set_default_timeout(PATIENCE)
    return context.new_page()
