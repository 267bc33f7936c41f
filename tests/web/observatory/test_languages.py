"""What every public page says of its other languages, and how it writes numbers and dates: all routes, four languages.

The routes come from the site's own table of them, so that none can be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from almenara.accounts.access import Door
from almenara.config.access import ROUTES
from almenara.design.languages import head_links
from almenara.risk.models import Release
from tests.support.observatory import published
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "pt", "en", "fr")
ORIGIN = "http://testserver"
# What a route's address takes; a public route that is in none of these fails the tests.
ARGUMENTS: dict[str, dict[str, object]] = {
    "observatory:territory": {"code": "01001"},
    "observatory:territory-pdf": {"code": "01001"},
    "observatory:place": {"code": "01001"},
    "observatory:map-boundaries": {"level": 1},
    "observatory:sheets-index": {"language": "es"},
    "observatory:sheets-zip": {"language": "es", "part": "01"},
    "design:family": {"family": "tables"},
    "design:job": {"done": 1},
    "observatory:text": {"slug": "about"},
    "account_confirm_email": {"key": "x"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
    "accounts:invitation": {"token": "x"},
    "openid_connect_login": {"provider_id": "x"},
    "openid_connect_callback": {"provider_id": "x"},
}
OF_COUNTRY = {"country": COUNTRY}
PUBLIC = sorted(name for name, access in ROUTES.items() if access.door == Door.PUBLIC and name != "demo")
VOID = {"meta", "link", "br", "img", "input", "hr", "source", "wbr", "area", "base", "col", "embed", "track"}
NOT_PROSE = {"script", "style", "code", "pre", "kbd", "samp", "textarea"}
NUMBER = re.compile(r"(?<![\w.,/:-])\d+(?:[.,]\d+)+(?![\w/])")
WRITTEN = {
    "en": re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,4})?|\d+\.\d{1,4}"),
    "es": re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,4})?|\d+,\d{1,4}"),
    "pt": re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,4})?|\d+,\d{1,4}"),
    "fr": re.compile(r"\d+,\d{1,4}"),
}
RAW = re.compile(r"\d[.,]\d{5,}|\d[eE][-+]\d|\b(?:nan|inf|None|True|False)\b")
ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


class Page(HTMLParser):
    """The head's links, and the words that a reader reads in the page's own language."""

    def __init__(self, body: str, language: str) -> None:
        super().__init__()
        self.lang, self.robots, self.canonical = "", "", ""
        self.alternates: dict[str, str] = {}
        self.switch: dict[str, str] = {}
        self.prose: list[str] = []
        self._language, self._apart, self._open = language, 0, list[tuple[str, bool]]()
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._note(tag, values)
        if tag in VOID:
            return
        apart = tag in NOT_PROSE or values.get("lang", self._language) != self._language
        self._open.append((tag, apart))
        self._apart += apart

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if tag == "html":
            self.lang = values.get("lang", "")
        elif tag == "meta" and values.get("name") == "robots":
            self.robots = values["content"]
        elif tag == "link" and values.get("rel") == "canonical":
            self.canonical = values["href"]
        elif tag == "link" and values.get("rel") == "alternate":
            self.alternates[values["hreflang"]] = values["href"]
        elif tag == "a" and "data-language" in values:
            self.switch[values["data-language"]] = values["href"]

    def handle_endtag(self, tag: str) -> None:
        while tag in [name for name, _ in self._open]:
            name, apart = self._open.pop()
            self._apart -= apart
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._apart:
            self.prose.append(data)


@pytest.fixture(scope="module")
def release(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    with published(tmp_path_factory.mktemp("release"), django_db_blocker) as release:
        yield release


def address_of(route: str, language: str) -> str:
    own = ARGUMENTS.get(route, {})
    with translation.override(language):
        try:
            return reverse(route, kwargs=own)
        except NoReverseMatch:
            return reverse(route, kwargs={**OF_COUNTRY, **own})


@cache
def pages(language: str) -> list[tuple[str, Page]]:
    """Every public route that answers with a page, by its address; walked once for all tests that read them."""
    found, client = [], Client()
    for route in PUBLIC:
        address = address_of(route, language)
        answer = client.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found.append((address, Page(answer.content.decode(), language)))
    return found


def test_enough_routes_are_walked_for_the_walk_to_mean_something(release: Release) -> None:
    walked = [address for address, page in pages("es") if "noindex" not in page.robots]
    assert len([address for address in walked if f"/countries/{COUNTRY}/" in address]) >= 7
    assert {"/es/", "/es/search/", "/es/styleguide/", "/es/account/login/"} <= set(walked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_says_its_language_and_where_it_stands_in_the_others(
    release: Release, language: str
) -> None:
    for address, page in pages(language):
        assert page.lang == language, address
        after = address.removeprefix(f"/{language}/")
        assert page.switch == {code: f"/{code}/{after}" for code in LANGUAGES}, address
        if "noindex" in page.robots:
            continue
        assert page.canonical == ORIGIN + address
        assert page.alternates == {
            **{code: f"{ORIGIN}/{code}/{after}" for code in LANGUAGES},
            "x-default": f"{ORIGIN}/{after}",
        }, address


def test_the_address_without_a_language_finds_the_reader_s(client: Client, release: Release) -> None:
    for address, page in pages("es"):
        if "noindex" in page.robots or not page.alternates:
            continue
        path = urlsplit(page.alternates["x-default"]).path
        for language in LANGUAGES:
            answer = client.get(path, headers={"accept-language": f"{language}-XX,{language};q=0.9"})
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}{path}"), address


def test_a_narrowed_list_is_the_list_and_an_earlier_release_is_another_page() -> None:
    links = head_links("https://x.example", "/pt/countries/XX/map/?class=3&release=old&sort=-rate")
    assert links is not None
    assert links.canonical == "https://x.example/pt/countries/XX/map/?release=old"
    assert dict(links.alternates)["fr"] == "https://x.example/fr/countries/XX/map/?release=old"
    assert links.default == "https://x.example/countries/XX/map/?release=old"
    assert head_links("https://x.example", "/health") is None


def test_the_origin_is_the_operator_s_and_not_what_a_request_says(client: Client, settings: object) -> None:
    settings.SITE_ORIGIN = "https://almenara.example"  # type: ignore[attr-defined]
    body = client.get("/en/search/", headers={"host": "localhost"}).content.decode()
    assert Page(body, "en").canonical == "https://almenara.example/en/search/"


def test_an_error_stands_for_no_page(client: Client) -> None:
    page = Page(client.get("/fr/rien/").content.decode(), "fr")
    assert (page.canonical, page.alternates) == ("", {})
    assert page.switch["pt"] == "/pt/rien/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_and_days_are_written_as_the_language_writes_them(release: Release, language: str) -> None:
    wrong, seen = [], 0
    for address, page in pages(language):
        for words in page.prose:
            numbers = [match.group() for match in NUMBER.finditer(words)]
            seen += len(numbers)
            wrong += [(address, n, words) for n in numbers if not WRITTEN[language].fullmatch(n)]
            wrong += [(address, m.group(), words) for m in RAW.finditer(words)]
            wrong += [(address, m.group(), words) for m in ISO_DAY.finditer(words)]
    assert wrong == []
    assert seen > 100


def test_what_catches_a_number_catches_it() -> None:
    assert [m.group() for m in NUMBER.finditer("12.5 %, 1,234.5 and 0.12345678")] == [
        "12.5", "1,234.5", "0.12345678",
    ]  # fmt: skip
    assert not WRITTEN["es"].fullmatch("12.5")
    assert not WRITTEN["fr"].fullmatch("1.234")
    assert not WRITTEN["en"].fullmatch("12,5")
    assert RAW.search("0.12345678")
    assert RAW.search("1e-05")
