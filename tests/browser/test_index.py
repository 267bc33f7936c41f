"""An index as large as Brazil in a real browser: every municipality is drawn, scores are points."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from almenara.risk.models import Estimate, Release
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE, Visitor
from tests.browser.test_map import IDLE, drawn
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.xdist_group("browser")
RELEASE = {"kind": "index", "columns": 31, "rows": 30}
AREAS = 6 * 31 * 30
PAGES = ("", "map/", "ranking/", "territories/XX/", "territories/01001/", "method/", "data/")


def test_every_one_of_more_than_5564_municipalities_is_drawn(visitor: Visitor, release: Release) -> None:
    page = visitor.open(f"/en/countries/{COUNTRY}/map/", wait_for_map=True)
    page.wait_for_function(IDLE)
    estimated = Estimate.objects.filter(release=release, level="municipality")
    codes = set(estimated.values_list("territory__code", flat=True))
    assert len(codes) == AREAS > 5564
    assert codes <= drawn(page, "areas")


def test_the_card_says_points_and_no_expected_children(visitor: Visitor) -> None:
    page = visitor.open(f"/en/countries/{COUNTRY}/map/?territory=01002", wait_for_map=True)
    card = page.locator("#map-card")
    expect(card).to_contain_text("points")
    expect(card).to_contain_text("holds no sampling error")
    assert "expected" not in card.inner_text().lower()
    assert "Score" in card.inner_text()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_breaks_a_rule_of_accessibility(visitor: Visitor, path: str) -> None:
    page = visitor.open(
        f"/pt/countries/{COUNTRY}/{path}", viewport=WIDE, wait_for_map=path == "map/", bypass_csp=True
    )
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(visitor: Visitor, path: str) -> None:
    page = visitor.open(f"/es/countries/{COUNTRY}/{path}", viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
