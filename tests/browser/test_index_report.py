"""The report of an index in a real browser: languages without script, a polygon an area, no fault by axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from mirti.pipeline import run_index
from tests.support.indexes import write_country

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all (conftest)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = ("es", "pt", "en", "fr")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("index")
    return (run_index(write_country(folder / "country"), folder / "release") / "report.html").as_uri()


def opened(browser: Browser, address: str, width: int = 1280, *, script: bool = True) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page.goto(address)
    return page


def test_the_language_switches_without_script(browser: Browser, address: str) -> None:
    page = opened(browser, address, script=False)
    for code in LANGUAGES:
        page.click(f"label[for=choose-{code}]")
        assert [each for each in LANGUAGES if page.locator(f"article.in-{each}").is_visible()] == [code]


def test_the_map_shows_a_polygon_an_area_that_has_one(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    assert page.locator("#shapes path[class^=c]").count() == 59
    assert page.locator("article.in-es .map svg[role=img]").bounding_box()["height"] > 200  # type: ignore[index]


@pytest.mark.parametrize("width", [360, 1280])
def test_no_language_is_wider_than_the_screen(browser: Browser, address: str, width: int) -> None:
    page = opened(browser, address, width)
    for code in LANGUAGES:
        page.click(f"label[for=choose-{code}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_no_fault(browser: Browser, address: str, code: str) -> None:
    page = opened(browser, address)
    page.click(f"label[for=choose-{code}]")
    page.add_script_tag(path=AXE)
    assert page.evaluate("axe.run().then(result => result.violations.map(v => v.id))") == []
