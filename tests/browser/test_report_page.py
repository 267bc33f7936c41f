"""The report in a real browser: languages without script, classes on the map, a narrow screen, no fault by axe."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from mirti.report.page import render
from tests.support.releases import synthetic_release
from tests.support.report_releases import told_release

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all (conftest)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = ("es", "pt", "en", "fr")
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true })"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(synthetic_release()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Of a release with every chapter."""
    path = tmp_path_factory.mktemp("told") / "report.html"
    path.write_text(render(told_release()), encoding="utf-8")
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
def test_no_language_is_wider_than_the_screen(browser, address, told, width):
    for each in (address, told):
        page = opened(browser, each, width)
        page.evaluate(OPEN)
        for code in LANGUAGES:
            page.click(f"label[for=choose-{code}]")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


@pytest.mark.parametrize(("which", "width"), [("address", 1280), ("told", 360)])
def test_axe_finds_no_fault(browser, request, which, width):
    page = opened(browser, request.getfixturevalue(which), width)
    page.evaluate(OPEN)
    page.add_script_tag(path=AXE)
    violations = page.evaluate(
        "axe.run({ resultTypes: ['violations'] }).then(result => result.violations.map(v => v.id))"
    )
    assert violations == []
    page.close()


def test_a_withheld_territory_has_no_colour_of_a_class(browser, told):
    page = opened(browser, told)
    fills = page.eval_on_selector_all(
        "#shapes path.withheld", "all => all.map(p => getComputedStyle(p).fill)"
    )
    assert fills
    assert all("#withheld" in fill for fill in fills)


@pytest.mark.parametrize("name", ["roc", "calibration"])
def test_the_curves_are_drawn_within_their_frames(browser, told, name):
    page = opened(browser, told)
    page.click("label[for=choose-en]")
    chart = page.locator(f"svg[aria-labelledby^=en-{name}-title]")
    frame = chart.locator("rect.frame").bounding_box()
    drawn = chart.locator("use, circle, line.whisker")
    assert drawn.count() >= 1
    for i in range(drawn.count()):
        box = drawn.nth(i).bounding_box()
        assert box["x"] >= frame["x"] - 6
        assert box["y"] >= frame["y"] - 6
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 6
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 6


def test_the_contents_lead_to_their_chapters(browser, told):
    page = opened(browser, told, script=False)
    page.click("label[for=choose-en]")
    page.click("article.in-en nav.contents a[href='#en-model']")
    assert page.locator("#en-model").bounding_box()["y"] < 200
