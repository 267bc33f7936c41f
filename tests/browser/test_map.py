"""The risk map in a real browser: what it draws, how it is steered, what it remembers."""

from __future__ import annotations

import re
from typing import Any

import pytest
import shapely
from playwright.sync_api import Page, expect

from almenara.observatory.arcs import encode, topology
from almenara.observatory.presenters import palette
from almenara.observatory.presenters.mapdata import boundaries
from almenara.risk.models import Release
from tests.browser.conftest import NARROW, Visitor
from tests.support.releases import COUNTRY, LONG_NAME

pytestmark = pytest.mark.xdist_group("browser")
MAP = f"/en/countries/{COUNTRY}/map/"
IDLE = "() => document.querySelector('#map').riskMap.map.loaded()"

# What is on the screen: the fill that the style gives each polygon, by territory.
FILLS = """() => {
  const map = document.querySelector('#map').riskMap.map;
  const fills = {};
  for (const feature of map.queryRenderedFeatures({ layers: ['areas'] })) {
    const { r, g, b } = feature.layer.paint['fill-color'];
    const hex = [r, g, b].map((x) => Math.round(x * 255).toString(16).padStart(2, '0')).join('');
    fills[feature.properties.code] = `#${hex}`;
  }
  return fills;
}"""


DECODED = """async (level) => {
  const config = document.querySelector('#map').dataset;
  const { topology, records } = await almenaraArcs.load(
    { boundaries: config[`boundaries-${level}`], values: config.values, step: config[`step-${level}`] });
  return almenaraArcs.areas(topology, records).features;
}"""


def drawn(page: Page, layer: str) -> set[str]:
    script = """(layer) => document.querySelector('#map').riskMap.map
      .queryRenderedFeatures({ layers: [layer] }).map((f) => f.properties.code)"""
    return set(page.evaluate(script, layer))


def open_map(visitor: Visitor, address: str = MAP, **options: Any) -> Page:
    page = visitor.open(address, wait_for_map=True, **options)
    page.wait_for_function(IDLE)
    return page


def test_each_class_has_as_many_polygons_of_its_colour_as_the_release_says(
    visitor: Visitor, release: Release
) -> None:
    page = open_map(visitor)
    fills = list(page.evaluate(FILLS).values())
    classes = release.classes["classes"]
    for colour, item in zip(palette.colours(len(classes)), classes, strict=True):
        assert fills.count(colour) == item["areas"]
    assert fills.count(palette.NO_DATA) == 1
    assert drawn(page, "no-data") == {"99001"}, "dotted where the census has nothing"
    assert drawn(page, "unreliable") == set()


def test_a_click_opens_the_card_and_the_address_remembers_it(visitor: Visitor) -> None:
    page = open_map(visitor)
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.45)
    expect(page.locator("#map-hover")).to_contain_text("Risk")
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.45)
    card = page.locator("#map-card")
    expect(card).to_contain_text("does not yet include")
    name = card.locator("h2").inner_text()
    code = re.search(r"territory=(\d+)", page.url)
    assert code
    again = open_map(visitor, page.url.removeprefix(visitor.origin))
    expect(again.locator("#map-card h2")).to_have_text(name)
    again.locator("#map-card a.button").click()
    expect(again.locator("h1")).to_have_text(name)


def test_a_deep_link_holds_territory_class_and_position(visitor: Visitor, release: Release) -> None:
    page = open_map(visitor, f"{MAP}?territory=01001&class=3#map=8/2/-34")
    expect(page.locator("#map-card h2")).to_have_text(LONG_NAME)
    expect(page.locator("#filter-class")).to_have_value("3")
    centre = page.evaluate("() => document.querySelector('#map').riskMap.map.getCenter().toArray()")
    assert centre == pytest.approx([-34, 2], abs=0.01)
    rows = page.locator("#results tbody tr")
    assert rows.count() == min(25, release.classes["classes"][2]["areas"])


def test_drawn_larger_the_same_territories_have_finer_borders(visitor: Visitor) -> None:
    page = open_map(visitor)
    assert page.get_attribute("#map", "data-detail") is None
    page = open_map(visitor, f"{MAP}#map=9/2/-34")
    page.wait_for_selector("#map[data-detail=fine]")
    page.wait_for_function(IDLE)
    assert drawn(page, "areas")


def test_the_page_reads_the_arcs_that_the_server_wrote(visitor: Visitor, release: Release) -> None:
    page = open_map(visitor)
    for level, sent in enumerate(boundaries(release).levels):
        read = page.evaluate(DECODED, level)
        step = boundaries(release).steps[level]
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in read]
        assert tuple(feature["properties"]["code"] for feature in read) == boundaries(release).codes
        assert shapely.coverage_is_valid(shapes)
        assert encode(topology(shapes, step)) == sent.plain


def test_search_and_card_by_keyboard_alone(visitor: Visitor) -> None:
    page = open_map(visitor)
    page.focus("#map-search")
    page.keyboard.type("LIGHTHOUSE")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#map-search-list [aria-selected=true]")).to_contain_text(LONG_NAME[:20])
    page.keyboard.press("Enter")
    expect(page.locator("#map-card h2")).to_have_text(LONG_NAME)
    page.focus("#map .maplibregl-canvas")
    page.keyboard.press("Escape")
    expect(page.locator("#map-card")).to_be_hidden()
    assert "territory=" not in page.url


def test_arrow_keys_move_the_map(visitor: Visitor) -> None:
    page = open_map(visitor)
    page.focus("#map .maplibregl-canvas")
    before = page.evaluate("() => document.querySelector('#map').riskMap.map.getCenter().lng")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "(x) => document.querySelector('#map').riskMap.map.getCenter().lng > x + 0.01", arg=before
    )


def test_a_department_narrows_map_and_table(visitor: Visitor) -> None:
    page = open_map(visitor)
    page.select_option("#filter-department", "02")
    page.wait_for_function("() => document.querySelector('#results strong').textContent.startsWith('40 ')")
    page.wait_for_function("() => document.querySelector('#map').riskMap.map.getZoom() > 6.5")
    assert "department=02" in page.url
    opacity = page.evaluate(
        "() => document.querySelector('#map').riskMap.map.getPaintProperty('areas', 'fill-opacity')"
    )
    assert opacity[0] == "case"


def test_the_language_switch_keeps_page_query_and_position(visitor: Visitor) -> None:
    page = open_map(visitor, f"{MAP}?territory=01001&class=1#map=8/2/-34")
    page.click("[data-language=fr]")
    page.wait_for_selector("#map[data-ready=true]")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert "territory=01001" in page.url
    assert "class=1" in page.url
    assert "#map=8/2/-34" in page.url
    expect(page.locator("#map-card")).to_contain_text("Risque")


def test_on_a_phone_nothing_scrolls_sideways_and_a_tap_shows_the_card(visitor: Visitor) -> None:
    page = open_map(visitor, viewport=NARROW, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    expect(page.locator("#map-card")).to_be_visible()


def test_without_javascript_the_table_does_the_work(visitor: Visitor, release: Release) -> None:
    page = visitor.open(MAP, java_script_enabled=False)
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("#map-frame")).to_be_hidden()
    assert page.locator("#results tbody tr").count() == 25
    page.select_option("#filter-class", "3")
    page.click("#filters button")
    assert "class=3" in page.url
    expect(page.locator("#results strong")).to_contain_text(
        f"{release.classes['classes'][2]['areas']} municipalities"
    )
    page.click("#results tbody tr:first-child th a")
    expect(page.locator("h1")).to_be_visible()
