"""The page of the region: every country with its codes, drawn and listed, in the reader's language and order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from almenara.common.caching import cache
from almenara.observatory.presenters.home import in_order
from almenara.observatory.presenters.search import search
from almenara.places.actions.region import lay_region
from almenara.places.models import Boundary, Country, Level, Territory
from almenara.places.names import sort_key
from almenara.places.region import REGION
from almenara.risk.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Iterator[None]:
    cache.clear()
    lay_region(by=None)
    yield
    cache.clear()


def body(client: Client, language: str = "en") -> str:
    answer = client.get(f"/{language}/places/")
    assert answer.status_code == 200
    return unescape(answer.content.decode().split("<main")[1].split("</main")[0])


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_every_country_is_listed_with_its_codes_in_the_readers_order(
    client: Client, region: None, language: str
) -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", body(client, language), flags=re.DOTALL)[1:]
    listed = [re.findall(r">([^<>]*[^<>\s][^<>]*)<", row) for row in rows]
    wanted = sorted(REGION, key=lambda country: sort_key(country.name(language), language))
    assert [row[:5] for row in listed] == [
        [country.name(language), country.alpha2, country.alpha3, country.numeric, country.capital]
        for country in wanted
    ]


def test_every_country_is_drawn_and_the_smallest_are_ringed(client: Client, region: None) -> None:
    svg = body(client).split("<svg")[1].split("</svg")[0]
    assert svg.count("<path") == len(REGION)
    small = {"ATG", "BRB", "DMA", "GRD", "KNA", "LCA", "VCT"}
    assert svg.count("<circle") >= len(small)
    assert "style=" not in svg


def test_a_country_leads_to_its_page_with_its_name_in_the_readers_language(
    client: Client, region: None
) -> None:
    assert 'href="/fr/places/BRA/BRA/"' in body(client, "fr")
    page = client.get("/fr/places/BRA/BRA/").content.decode()
    assert "<h1>Brésil</h1>" in page
    assert "ISO 3166-1 alpha-2" in page


def test_search_and_trail_call_a_country_as_the_readers_language_does(client: Client, region: None) -> None:
    country = Territory.objects.get(code="BRA")
    Territory.objects.create(code="Z", country="BRA", level=Level.DEPARTMENT, name="Zzyzx", parent=country)
    with translation.override("fr"):
        found = [search(typed).hits for typed in ("brazil", "bresil", "zzyzx")]
    (by_another,), (by_its_own,), (below,) = found
    assert (by_another.name, by_another.other_name) == ("Brésil", "Brazil")
    assert (by_its_own.name, by_its_own.other_name) == ("Brésil", "")
    assert below.where == "Brésil"
    assert '<a href="/fr/places/BRA/BRA/">Brésil</a>' in client.get("/fr/places/BRA/Z/").content.decode()


def test_hits_stand_in_the_readers_order_and_say_if_there_are_more(
    client: Client, region: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hits(page: str) -> list[tuple[str, str]]:
        return re.findall(r'">([^<]*)</a> <span class="note">Country · also called ([^<]*)</span>', page)

    page = unescape(client.get("/en/search/?q=saint").content.decode())
    assert "<h2>3 territories for “saint”</h2>" in page
    assert hits(page) == [
        ("St. Kitts & Nevis", "Saint Kitts and Nevis"),
        ("St. Lucia", "Saint Lucia"),
        ("St. Vincent & Grenadines", "Saint Vincent and the Grenadines"),
    ]
    monkeypatch.setattr("almenara.observatory.presenters.search.LIMIT", 2)
    page = unescape(client.get("/en/search/?q=saint").content.decode())
    assert "<h2>The first 2 territories for “saint”</h2>" in page
    assert len(hits(page)) == 2


@pytest.mark.parametrize(("language", "order"), [("es", ["ECU", "DOM"]), ("en", ["DOM", "ECU"])])
def test_countries_with_a_release_stand_by_the_names_that_the_reader_sees(
    language: str, order: list[str]
) -> None:
    names = {
        "ECU": {"es": "Ecuador", "en": "Ecuador"},
        "DOM": {"es": "República Dominicana", "en": "Dominican Republic"},
    }
    releases = [
        Release(country=Territory(code=code), manifest={"country_name": name}) for code, name in names.items()
    ]
    with translation.override(language):
        assert [release.country.code for release in in_order(releases)] == order


def test_without_outlines_there_is_still_the_table_and_without_countries_what_to_do(
    client: Client, region: None
) -> None:
    Boundary.objects.all().delete()
    cache.clear()
    assert "<svg" not in body(client)
    assert "Bridgetown" in body(client)
    Country.objects.all().delete()
    assert "almenara places region" in body(client)


def test_the_page_asks_as_much_for_thirty_three_as_for_one(client: Client, region: None) -> None:
    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            body(client)
        return len(captured)

    all_of_them = asked()
    Country.objects.exclude(alpha3="BRA").delete()
    assert asked() == all_of_them
    assert Territory.objects.filter(code="ARG").exists()
