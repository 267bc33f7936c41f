"""The report in a real browser: languages without script, classes on the map, a narrow screen, no fault by axe."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from mirti.report import render
from tests.support.releases import synthetic_release

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all (conftest)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = ("es", "pt", "en", "fr")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(synthetic_release()), encoding="utf-8")
    return path.as_uri()


def opened(browser: Browser, address: str, width: int = 1280, *, script: bool = True) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page.goto(address)
    return page


def shown(page: Page) -> list[str]:
    return [code for code in LANGUAGES if page.locator(f"article.in-{code}").is_visible()]


def test_the_language_switches_without_script(browser, address):
    page = opened(browser, address, script=False)
    assert shown(page) == ["es"]
    for code in LANGUAGES:
        page.click(f"label[for=choose-{code}]")
        assert shown(page) == [code]


def test_the_language_switches_by_keyboard(browser, address):
    page = opened(browser, address)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert shown(page) == ["pt"]


def test_the_map_shows_a_polygon_an_area_in_the_colour_of_its_class(browser, address):
    page = opened(browser, address)
    fills = Counter(
        page.eval_on_selector_all("#shapes path[class^=c]", "all => all.map(p => getComputedStyle(p).fill)")
    )
    legend = page.eval_on_selector_all(
        "article.in-es .legend .swatch[class*=' c']",
        "all => all.map(s => getComputedStyle(s).backgroundColor)",
    )
    classes = synthetic_release().classes.classes
    assert [fills[colour] for colour in legend] == [row.areas for row in reversed(classes)]
    assert page.locator("article.in-es .map svg[role=img]").bounding_box()["height"] > 200  # type: ignore[index]


@pytest.mark.parametrize("width", [360, 1280])
def test_no_language_is_wider_than_the_screen(browser, address, width):
    page = opened(browser, address, width)
    for code in LANGUAGES:
        page.click(f"label[for=choose-{code}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_no_fault(browser, address):
    page = opened(browser, address)
    page.add_script_tag(path=AXE)
    violations = page.evaluate("axe.run().then(result => result.violations.map(v => v.id))")
    assert violations == []
