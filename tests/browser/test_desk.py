"""The frame of the signed-in part: its menu by eye and by keyboard, wide, on a phone and at twice the size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE
from tests.browser.desk import AT_200_PERCENT, WIDTH, desk_of
from tests.support.cast import Cast, cast

pytestmark = pytest.mark.xdist_group("browser")
PEOPLE = "/en/account/people/"


def lay() -> Cast:
    return cast()


@pytest.fixture
def page(browser: Browser, origin: str, laid: Cast, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Of an administrator; a test gives what the window is like by indirect parameters."""
    page = desk_of(laid["administrator"], browser, origin, **getattr(request, "param", {}))
    yield page
    page.context.close()


def boxes(page: Page) -> tuple[Any, Any]:
    side, main = (page.locator(part).bounding_box() for part in (".side", "main"))
    assert side
    assert main
    return side, main


@pytest.mark.parametrize("page", [{"viewport": NARROW, "java_script_enabled": False}], indirect=True)
def test_on_a_phone_the_menu_opens_and_is_walked_by_keyboard_without_a_script(page: Page) -> None:
    page.goto(PEOPLE)
    links, opener = page.locator(".side a"), page.locator(".side summary")
    expect(links.first).to_be_hidden()
    expect(opener).to_contain_text("People")  # where the reader is, also while it is folded
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    while not opener.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(links.first).to_be_visible()
    for place in range(links.count()):
        page.keyboard.press("Tab")
        expect(links.nth(place)).to_be_focused()
    links.filter(has_text="Institutions").press("Enter")
    expect(page.locator("h1")).to_have_text("Institutions")
    expect(page.locator(".side a").first).to_be_hidden()


@pytest.mark.parametrize("page", [{"viewport": NARROW}], indirect=True)
def test_on_a_phone_the_page_begins_within_the_first_half_of_the_screen(page: Page) -> None:
    for language in ("es", "pt", "en", "fr"):
        page.goto(f"/{language}/account/people/")
        heading = page.locator("h1").bounding_box()
        assert heading
        assert heading["y"] + heading["height"] <= NARROW["height"] / 2, language


def test_on_a_wide_screen_it_stands_beside_the_page_and_says_where_the_reader_is(page: Page) -> None:
    page.goto(f"{PEOPLE}invite/")
    side, main = boxes(page)
    assert side["x"] + side["width"] <= main["x"]
    assert page.locator(".side summary").is_hidden()
    assert page.locator(".side [aria-current=true]").all_inner_texts() == ["People"]
    page.click(".side a:text-is('Institutions')")
    assert page.locator(".side [aria-current=page]").all_inner_texts() == ["Institutions"]


def test_the_skip_link_passes_the_menu_by(page: Page) -> None:
    page.goto(PEOPLE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("page", [{"bypass_csp": True}], indirect=True)
def test_folded_and_unfolded_it_breaks_no_rule_and_widens_no_page(page: Page) -> None:
    page.goto("/fr/account/")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for viewport in (WIDE, AT_200_PERCENT, NARROW):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            for unfolded in (False, True):
                page.locator(".side details").evaluate(f"fold => {{ fold.open = {str(unfolded).lower()} }}")
                assert violations(page) == [], (scheme, viewport, unfolded)
                assert page.evaluate(WIDTH) <= viewport["width"], (scheme, viewport, unfolded)
