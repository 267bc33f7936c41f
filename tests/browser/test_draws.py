"""Scenarios, hot spots and types in a real browser: drawn as the release says, by keyboard, and without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from almenara.observatory.presenters import palette
from almenara.risk.models import Estimate, Release
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE, Visitor
from tests.browser.test_map import FILLS, IDLE, drawn
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.xdist_group("browser")
RELEASE = {"kind": "bootstrap"}
MAP = f"/en/countries/{COUNTRY}/map/"
PAGES = (
    "map/?layer=spots",
    "map/?layer=types",
    "scenarios/",
    "territories/01002/",
    "territories/01007/",
    "method/",
)


def open_map(visitor: Visitor, address: str, **options: Any) -> Page:
    page = visitor.open(address, wait_for_map=True, **options)
    page.wait_for_function(IDLE)
    return page


def areas(release: Release) -> Any:
    return Estimate.objects.filter(release=release, level="municipality").select_related("territory")


def test_spots_have_their_colours_and_the_withheld_one_is_hatched(visitor: Visitor, release: Release) -> None:
    page = open_map(visitor, f"{MAP}?layer=spots")
    fills = page.evaluate(FILLS)
    for area in areas(release):
        hidden = area.reliability == "withheld"
        assert fills[area.territory.code] == (palette.NO_DATA if hidden else palette.SPOTS[area.spot])
    hatched = {area.territory.code for area in areas(release) if area.reliability in ("C", "withheld")}
    assert drawn(page, "unreliable") == hatched
    assert drawn(page, "no-data") == {"99001"}


def test_types_have_their_colours_and_none_is_hatched(visitor: Visitor, release: Release) -> None:
    page = open_map(visitor, f"{MAP}?layer=types")
    fills = page.evaluate(FILLS)
    colours = palette.types(3)
    assert all(fills[area.territory.code] == colours[area.area_type - 1] for area in areas(release))
    assert drawn(page, "unreliable") == set()


def test_a_layer_is_chosen_by_keyboard_and_keeps_the_place(visitor: Visitor) -> None:
    page = open_map(visitor, f"{MAP}#map=8/2/-34")
    page.focus("a[data-layer] >> nth=1")
    page.keyboard.press("Enter")
    page.wait_for_selector("#map[data-ready=true]")
    assert "layer=spots" in page.url
    assert "#map=8/2/-34" in page.url
    expect(page.locator("a[data-layer][aria-current=true]")).to_have_text("Hot spots")


def test_the_filter_of_a_layer_narrows_map_and_table(visitor: Visitor, release: Release) -> None:
    page = open_map(visitor, f"{MAP}?layer=spots")
    hot = areas(release).filter(spot="hot").exclude(reliability="withheld").count()
    page.select_option("#filter-layer", "hot")
    page.wait_for_function(
        "(n) => document.querySelector('#results strong').textContent.startsWith(n + ' ')", arg=str(hot)
    )
    assert "spot=hot" in page.url
    assert "layer=spots" in page.url
    opacity = page.evaluate(
        "() => document.querySelector('#map').riskMap.map.getPaintProperty('areas', 'fill-opacity')"
    )
    assert opacity[0] == "case"


def test_the_card_names_spot_and_type(visitor: Visitor) -> None:
    page = open_map(visitor, f"{MAP}?territory=01002")
    card = page.locator("#map-card")
    expect(card).to_contain_text("Type")
    expect(card).to_contain_text("Hot spot")
    expect(card).to_contain_text("four sources of error")
    withheld = open_map(visitor, f"{MAP}?territory=01007")
    expect(withheld.locator("#map-card")).to_contain_text("is withheld")


def test_without_javascript_layers_and_scenarios_are_links(visitor: Visitor) -> None:
    page = visitor.open(MAP, java_script_enabled=False)
    page.click("a[data-layer] >> nth=2")
    assert "layer=types" in page.url
    page.click(".legend__item >> nth=1")
    assert "type=2" in page.url
    expect(page.locator("#results strong")).to_contain_text("80 municipalities")
    page.goto(f"/en/countries/{COUNTRY}/scenarios/")
    page.click(".layers a >> nth=1")
    expect(page.locator("h1")).to_have_text("The rural population halves")
    page.click("a[rel=next]")
    expect(page.locator(".pager p")).to_contain_text("Page 2 of 10")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_breaks_a_rule_of_accessibility(visitor: Visitor, path: str, scheme: str) -> None:
    page = visitor.open(
        f"/es/countries/{COUNTRY}/{path}", viewport=WIDE, wait_for_map="map/" in path, bypass_csp=True,
        color_scheme=scheme,
    )  # fmt: skip
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(visitor: Visitor, path: str) -> None:
    page = visitor.open(f"/fr/countries/{COUNTRY}/{path}", viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
