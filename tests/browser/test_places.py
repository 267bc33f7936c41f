"""Territories' own pages in a real browser: accessible, narrow enough for a phone, with names as long as they come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from almenara.places.actions.region import lay_region
from almenara.places.importing_tables import Tables, import_tables
from almenara.places.models import Territory
from almenara.risk.models import Release
from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, Visitor
from tests.support.releases import COUNTRY, LONG_NAME

pytestmark = pytest.mark.xdist_group("browser")

# Names of 90 characters: one of words as they come, one of a single word.
LONG = (LONG_NAME, "Parangaricutirimicuaro" * 4 + "s!")
HISTORY = {
    "territories": f'code,name,level,parent\n01997,"{LONG[0]}",municipality,01\n01998,"{LONG[1]}",municipality,01\n',
    "names": f'code,name,kind,language\n01001,"{LONG[1]}",former,quz\n01998,"{LONG[0]}",alternate,gn\n',
    "codes": "code,scheme,other\n01001,census-6,801001\n01998,a-scheme-with-a-name-that-is-long-itself,801998\n",
    "changes": "change,kind,day,predecessor,successor,weight,source\n"
    "Law 1,split,2001-05-04,01001,01001,0.75,Decree\nLaw 1,split,2001-05-04,01001,01998,0.25,Decree\n"
    "Law 2,merger,2011-05-04,01998,01997,1,Decree\nLaw 2,merger,2011-05-04,01997,01997,1,Decree\n",
    "population": "code,year,age_from,age_to,sex,count,source\n"
    + "".join(
        f"01001,{year},{age},{age + 4},{sex},{1000 - age * 9},Projections of the statistical office\n"
        for year in (2012, 2022)
        for age in range(0, 90, 5)
        for sex in ("female", "male")
    ),
}
PAGES = (
    "places/",
    "places/BRA/BRA/",
    f"places/{COUNTRY}/{COUNTRY}/",
    f"places/{COUNTRY}/01/",
    f"places/{COUNTRY}/01001/",
    f"places/{COUNTRY}/01998/",
)
OF_THE_COUNTRY = ("", "map/", "ranking/", "territories/", "territories/XX/", "territories/01/", "territories/01001/",
                  "territories/01997/", "method/", "data/")  # fmt: skip
SEARCHES = ("search/?q=municipality", "search/?q=par")
EVERYWHERE = [*PAGES, *(f"countries/{COUNTRY}/{page}" for page in OF_THE_COUNTRY), *SEARCHES]


@pytest.fixture(scope="module")
def laid(release: Release, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The region, and a country in which every name is of 90 characters."""
    folder: Path = tmp_path_factory.mktemp("tables")
    for name, text in HISTORY.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with django_db_blocker.unblock():
        lay_region(by=None)
        import_tables(Tables(COUNTRY, **{name: folder / f"{name}.csv" for name in HISTORY}))  # type: ignore[arg-type]
        for place in Territory.objects.filter(country=COUNTRY):
            place.name = LONG[place.pk % 2]
            place.save()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_a_territory_breaks_a_rule_of_accessibility(
    visitor: Visitor, laid: None, page: str, scheme: str
) -> None:
    opened = visitor.open(f"/es/{page}", bypass_csp=True, color_scheme=scheme)
    assert violations(opened) == []


@pytest.mark.parametrize("page", EVERYWHERE)
def test_names_of_ninety_characters_widen_no_page_on_a_phone(visitor: Visitor, laid: None, page: str) -> None:
    opened = visitor.open(f"/fr/{page}", viewport=NARROW)
    assert opened.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_territory_is_whole_without_a_script_and_drawn_large(
    visitor: Visitor, laid: None, page: str
) -> None:
    """At 200 % zoom a window of 1280 px is 640 wide."""
    opened = visitor.open(f"/pt/{page}", viewport={"width": 640, "height": 450}, java_script_enabled=False)
    opened.wait_for_selector("h1")
    assert opened.locator("main table").count() >= 1
    assert opened.locator("main").bounding_box()["width"] <= 640  # type: ignore[index]


def test_the_year_is_chosen_without_a_script(visitor: Visitor, laid: None) -> None:
    page = visitor.open(f"/en/places/{COUNTRY}/01001/", java_script_enabled=False)
    page.select_option("#year", "2012")
    page.click("main form button")
    page.wait_for_selector("text=by age and sex, 2012")
    assert "year=2012" in page.url
