"""Every kind of page in a real browser: accessible, narrow enough for a phone, at peace with its own policy."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import rmtree

import pytest
from playwright.sync_api import expect

from almenara.observatory.binding import Progress, Shelf
from almenara.risk.models import Release
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE, Visitor
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.xdist_group("browser")
OF_COUNTRY = ("", "map/", "ranking/", "territories/", "territories/XX/", "territories/02/", "territories/01001/",
              "territories/99001/", "method/", "data/", "sheets/")  # fmt: skip
PAGES = [*(f"countries/{COUNTRY}/{page}" for page in OF_COUNTRY), "search/?q=ba"]


DARK = [page for page in PAGES if page.endswith(("XX/", "map/", "ranking/", "01001/"))]


@pytest.fixture(scope="module", autouse=True)
def shelf(release: Release) -> Iterator[None]:
    """One archive of the fact sheets is there, others are under way."""
    laid = Shelf(release.release_id, "pt")
    laid.lay("01", "One", [], made=release.published_at)
    laid.keep(Progress(total=200, sheets=30, seconds=60.0))
    yield
    rmtree(laid.folder)


@pytest.mark.parametrize(
    ("page", "scheme"), [*((page, "light") for page in PAGES), *((page, "dark") for page in DARK)]
)
def test_no_page_breaks_a_rule_of_accessibility(visitor: Visitor, page: str, scheme: str) -> None:
    opened = visitor.open(
        f"/es/{page}", viewport=WIDE, wait_for_map=page.endswith("map/"), bypass_csp=True, color_scheme=scheme
    )
    assert violations(opened) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(visitor: Visitor, page: str) -> None:
    opened = visitor.open(f"/fr/{page}", viewport=NARROW)
    assert opened.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_name_of_one_long_word_widens_no_page_on_a_phone(visitor: Visitor) -> None:
    opened = visitor.open(f"/es/countries/{COUNTRY}/territories/01001/", viewport=NARROW)
    opened.evaluate("document.querySelector('h1').textContent = 'Parangaricutirimicuaro'.repeat(2)")
    assert opened.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_an_error_page_is_accessible_too(visitor: Visitor) -> None:
    opened = visitor.open("/pt/nada/", bypass_csp=True)
    assert violations(opened) == []
    visitor.errors.clear()  # the browser writes the 404 itself


def test_the_first_stop_of_the_keyboard_leads_to_the_content(visitor: Visitor) -> None:
    page = visitor.open(f"/es/countries/{COUNTRY}/ranking/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_ranking_sorts_and_filters_without_a_new_page(visitor: Visitor) -> None:
    page = visitor.open(f"/en/countries/{COUNTRY}/ranking/")
    page.evaluate("() => { window.sameDocument = true }")
    page.click("th a:has-text('Children')")
    page.wait_for_function("() => location.search.includes('sort=-children')")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Children")
    page.fill("#filter-name", "ne")
    page.wait_for_function("() => location.search.includes('q=ne')")
    names = page.locator("#results tbody th a").all_inner_texts()
    assert names
    assert all(name.lower().startswith(("ñe", "ne")) for name in names)
    assert page.evaluate("() => window.sameDocument") is True
