"""The pages and the glossary that editors write, in a real browser: accessible, and narrow enough for a phone."""

from __future__ import annotations

import pytest

from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, Visitor

pytestmark = pytest.mark.xdist_group("browser")
PAGES = ("about/", "about/reading/", "glossary/")


@pytest.mark.parametrize("page", PAGES)
def test_public_texts_break_no_rule_of_accessibility(visitor: Visitor, page: str) -> None:
    assert violations(visitor.open(f"/en/{page}", bypass_csp=True)) == []


@pytest.mark.parametrize("page", PAGES)
def test_public_texts_do_not_scroll_sideways_on_a_phone(visitor: Visitor, page: str) -> None:
    opened = visitor.open(f"/fr/{page}", viewport=NARROW)
    assert opened.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
