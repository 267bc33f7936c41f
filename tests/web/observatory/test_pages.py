"""The public pages: every kind of page in every language, what they must say, and what they must never say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.cache import cache as shared
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from almenara.common.caching import cache
from almenara.observatory.presenters import tree
from almenara.places.models import Level, Territory
from almenara.places.names import folded
from almenara.risk.models import Estimate, Release
from mirti.report.catalogue import catalogue
from tests.support.observatory import publish_synthetic, published
from tests.support.releases import COUNTRY, LONG_NAME

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "pt", "en", "fr")
TEXTS = 4  # what editors write: the list of pages, two pages, and the glossary
PAGES = ("", "map/", "ranking/", "territories/", "territories/XX/", "territories/02/", "territories/01001/",
         "territories/99001/", "method/", "data/")  # fmt: skip
SECRETS = ("sample_n", "direct_se", "direct")


@pytest.fixture(scope="module")
def release(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    with published(tmp_path_factory.mktemp("release"), django_db_blocker) as release:
        yield release


def at(path: str, language: str = "en") -> str:
    return f"/{language}/countries/{COUNTRY}/{path}"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


class Forbidden(HTMLParser):
    """Collects what the content security policy would block, and addresses outside the site."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "style" in values or any(name.startswith("on") for name in values):
            self.found.append(f"inline in <{tag}>")
        if tag == "style" or (
            tag == "script" and "src" not in values and values.get("type") != "application/json"
        ):
            self.found.append(f"<{tag}> with content")
        if values.get("rel") not in ("canonical", "alternate"):  # which are whole addresses, and load nothing
            self.found += [v for n, v in attrs if n in ("src", "href", "action") and v and "//" in v]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_in_every_language(client: Client, release: Release, page: str, language: str) -> None:
    body = text(client, at(page, language))
    assert f'<html lang="{language}">' in body
    forbidden = Forbidden()
    forbidden.feed(body)
    assert forbidden.found == []
    for secret in SECRETS:
        assert not re.search(rf"\b{secret}\b", body)


@pytest.mark.parametrize(
    "page", ["", "map/?class=3&department=02", "territories/01001/", "data/?release=synthetic"]
)
def test_the_language_switch_keeps_page_and_query(client: Client, release: Release, page: str) -> None:
    address = at(page.replace("synthetic", release.release_id))
    body = text(client, address)
    for language in LANGUAGES:
        kept = address.replace("/en/", f"/{language}/").replace("&", "&amp;")
        assert f'href="{kept}"' in body


@pytest.mark.parametrize("page", ["", "map/", "ranking/", "territories/01001/", "method/", "data/"])
def test_a_page_with_an_interval_says_what_it_does_not_hold(
    client: Client, release: Release, page: str
) -> None:
    assert "does not yet include the territory&#x27;s own departure" in text(client, at(page))


def test_a_value_without_an_interval_has_no_bar_among_other_territories(
    client: Client, release: Release
) -> None:
    drawn = "the bar its interval (95%)"
    body = text(client, at("territories/01001/"))
    assert body.count(drawn) == 2  # beneath the picture, and as what it shows
    Estimate.objects.filter(release=release).update(ci_low=None, ci_high=None, interval_kind="none")
    body = text(client, at("territories/01001/"))
    assert drawn not in body
    assert body.count("the diamond is") == 2


@pytest.mark.parametrize(
    ("language", "decimal"),
    [("es", ",\\d\u00a0%"), ("pt", ",\\d%"), ("en", "\\.\\d%"), ("fr", ",\\d\u202f%")],
)
def test_rates_are_written_as_the_language_writes_them(
    client: Client, release: Release, language: str, decimal: str
) -> None:
    assert re.search(rf"\d{decimal}", text(client, at("ranking/", language)))


def test_the_legend_agrees_with_the_release(client: Client, release: Release) -> None:
    body = text(client, at("map/"))
    for item in release.classes["classes"]:
        assert f"{item['areas']} territories · {item['children']:,.0f} children" in body
        assert f"{item['low'] * 100:.1f}% to {item['high'] * 100:.1f}%" in body


def test_the_sheet_of_the_longest_name_has_all_its_parts(client: Client, release: Release) -> None:
    own = Estimate.objects.get(release=release, territory__name=LONG_NAME)
    body = text(client, at(f"territories/{own.territory.code}/"))
    assert f"{own.risk * 100:.1f}%" in body
    assert f"{own.ci_low * 100:.1f}% to {own.ci_high * 100:.1f}%" in body
    assert f"{own.rank} of 240 municipalities" in body
    assert "Population projection for 2022" in body
    assert body.count("<svg") >= 3
    for word in (
        "Associated factors",
        "Profile",
        "Enrolment (en)",
        "Fact sheet as PDF",
        "How this was estimated",
    ):
        assert word in body


def test_a_municipality_without_census_is_explained(client: Client, release: Release) -> None:
    body = text(client, at("territories/99001/"))
    assert "This release has no value for this municipality." in body
    assert "99001" in text(client, at("territories/"))


def listed(body: str) -> list[str]:
    return re.findall(rf'<li><a href="/en/countries/{COUNTRY}/territories/(\w+)/"', body)


def test_the_territories_of_a_large_country_are_listed_department_by_department(
    client: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = listed(text(client, at("territories/")))
    monkeypatch.setattr(tree, "MOST", 100)
    first = text(client, at("territories/"))
    assert listed(first) == []
    choices = re.findall(r'href="[^"]*/territories/\?department=(\w+)">([^<]*)</a>', first)
    names = [name for code, name in choices if code != COUNTRY]
    assert len(names) >= 6
    assert names == sorted(names, key=folded)
    pages = [text(client, at(f"territories/?department={code}")) for code, _name in choices]
    assert sorted(code for body in pages for code in listed(body)) == sorted(whole)
    assert all("All departments" in body and "too many" not in body for body in pages)
    assert listed(text(client, at("territories/?department=nowhere"))) == []
    monkeypatch.setattr(tree, "MOST", 30)
    cut = text(client, at("territories/?department=02"))
    assert listed(cut) == listed(pages[[code for code, _name in choices].index("02")])[:30]
    assert f'<a href="/en/places/{COUNTRY}/02/">All of them' in cut


def test_an_unknown_territory_country_or_release_is_not_found(client: Client, release: Release) -> None:
    for address in (
        at("territories/nowhere/"),
        at("territories/a%00b/"),
        "/en/countries/ZZ/",
        at("?release=other"),
        "/fr/nulle-part/",
    ):
        response = client.get(address)
        assert response.status_code == 404
        assert "Almenara" in response.content.decode()


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("es", "Esta página no existe"),
        ("pt", "Esta página não existe"),
        ("en", "This page does not exist"),
        ("fr", "Cette page n’existe pas"),
    ],
)
def test_an_error_is_told_in_the_reader_s_language(client: Client, language: str, title: str) -> None:
    assert title in client.get(f"/{language}/nothing/here/").content.decode()


def test_a_failure_of_the_server_asks_nothing_of_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rf: object
) -> None:
    from almenara.observatory.views.errors import server_error

    with django_assert_num_queries(0):
        response = server_error(rf.get("/es/"))  # type: ignore[attr-defined]
    assert response.status_code == 500


def test_an_earlier_release_can_be_shown_and_says_so(
    client: Client, release: Release, tmp_path: Path
) -> None:
    later = publish_synthetic(tmp_path, seed=2, name="later")
    body = text(client, at(f"?release={release.release_id}"))
    assert "You are looking at an earlier release." in body
    assert f"ranking/?release={release.release_id}" in body
    assert later.release_id in text(client, at("data/"))
    assert "earlier release." not in text(client, at(""))


def test_the_sheet_leads_to_its_pdf_of_the_same_release_and_language(
    client: Client, release: Release, tmp_path: Path
) -> None:
    pdf = at("territories/01001/fact-sheet.pdf", "pt")
    assert f'href="{pdf}"' in text(client, at("territories/01001/", "pt"))
    publish_synthetic(tmp_path, seed=2, name="later")
    earlier = f"?release={release.release_id}"
    assert f'href="{pdf}{earlier}"' in text(client, at(f"territories/01001/{earlier}", "pt"))
    assert client.get(pdf + earlier).content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("page", "queries"), [("", 6), ("map/", 8), ("ranking/", 4), ("territories/", 5), ("territories/XX/", 10),
                          ("territories/02/", 15), ("territories/01001/", 15), ("method/", 3), ("data/", 3),
                          ("sheets/", 1)]
)  # fmt: skip
def test_queries_do_not_grow_with_the_country(
    client: Client,
    release: Release,
    page: str,
    queries: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(queries):
        client.get(at(page))


def also_of_another_country(release: Release, names: dict[str, str]) -> None:
    """The same release once more, without municipalities."""
    nation = Estimate.objects.get(release=release, level=Level.COUNTRY)
    country = Territory.objects.create(code="YY", country="YY", level=Level.COUNTRY, name=names["es"])
    release.pk, release.release_id, release.country = None, "another", country
    release.manifest = release.manifest | {"country_name": names}
    release.save()
    nation.pk, nation.release, nation.territory = None, release, country
    nation.save()


@pytest.mark.parametrize(
    ("language", "names"), [("es", ["Alemora", "Sintética"]), ("fr", ["Synthétique", "Zalémore"])]
)
def test_the_front_page_of_several_countries_shows_each_with_its_number(
    client: Client, release: Release, language: str, names: list[str]
) -> None:
    also_of_another_country(Release.objects.get(pk=release.pk), {"es": "Alemora", "fr": "Zalémore"})
    body = text(client, f"/{language}/")
    assert re.findall(r'class="card__link"\s+href="[^"]*">([^<]*)</a>', body) == names
    assert body.count("figure__value") == 2
    assert body.count("picture.svg") == 1, "of the one whose boundaries are known"


def test_search_ignores_accents_and_goes_straight_to_the_only_match(client: Client, release: Release) -> None:
    place = Territory.objects.filter(name__startswith="Ñ", level="municipality").order_by("pk")[0]
    assert place.name in text(client, "/en/search/?q=NE")
    assert client.get(f"/en/search/?q={LONG_NAME}").headers["Location"] == at("territories/01001/")


def test_machines_find_every_page(client: Client, release: Release) -> None:
    assert "/sitemap.xml" in text(client, "/robots.txt")
    addresses = re.findall(r"<loc>http://testserver(.*?)</loc>", text(client, "/sitemap.xml"))
    assert len(addresses) == len(set(addresses)) == 4 * (1 + 1 + 1 + 6 + 247 + TEXTS)
    assert at("territories/01001/") in addresses
    assert {f"/en/places/{COUNTRY}/{COUNTRY}/", "/fr/places/"} <= set(addresses)


def test_unreliable_values_are_hatched_and_explained(client: Client, release: Release) -> None:
    assert "Hatched" not in text(client, at("map/"))
    Estimate.objects.filter(release=release, territory__code="01001").update(reliability="C")
    cache.clear()
    shared.clear()  # a release does not change: its picture is kept
    assert "Hatched: the value is unreliable." in text(client, at("map/"))
    assert "its coefficient of variation is above the limit" in text(client, at("territories/01001/"))


@pytest.mark.parametrize("page", ["map", "ranking", "territories", "method", "data"])
def test_the_navigation_marks_the_page_one_is_on(client: Client, release: Release, page: str) -> None:
    marked = re.findall(r'<a href="([^"]+)"\s+aria-current="page">', text(client, at(f"{page}/")))
    assert marked == [at(f"{page}/")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_warnings_of_the_run_are_told_in_the_reader_s_language(
    client: Client, release: Release, language: str
) -> None:
    known = next(
        said for said in catalogue("warnings").values() if "{" not in said["en"] and said["en"].endswith(".")
    )
    manifest = release.manifest | {"warnings": [known["en"], "Nobody has translated this sentence."]}
    Release.objects.filter(pk=release.pk).update(manifest=manifest)
    body = unescape(text(client, at("method/", language)))
    assert f'<li lang="{language}">{known[language]}</li>' in body
    assert '<li lang="en">Nobody has translated this sentence.</li>' in body
