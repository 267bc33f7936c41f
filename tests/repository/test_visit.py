"""The demonstration's visitor notices what is wrong with a page."""

from __future__ import annotations

from tools import visit

HOME = visit.Kind("observatory:home", "es", (), ())
PAGE = (
    b'<html lang="es"><title>Mapa</title><a href="/es/a">a</a><p data-source="/es/areas.geojson"></p></html>'
)


def answer(body: bytes = PAGE, status: int = 200, type: str = "text/html") -> visit.Answer:
    return visit.Answer(status, type, body, 0.0)


def faults(what: visit.Answer, kind: visit.Kind = HOME) -> list[str]:
    page = visit.Page()
    if what.type == "text/html":
        page.feed(what.body.decode())
    return list(visit.faults(what, page, kind))


def test_what_a_form_is_sent_to_is_not_opened() -> None:
    page = visit.Page()
    page.feed('<form method="post" action="/es/a/" data-draft="/es/b/"></form><form action="/es/c/"></form>')
    assert page.addresses == ["/es/c/"]


def test_a_good_page_has_no_fault() -> None:
    assert faults(answer()) == []


def test_status_emptiness_language_and_title_are_looked_at() -> None:
    assert faults(answer(status=500)) == ["status 500"]
    assert faults(answer(b"")) == ["empty"]
    assert faults(answer(b'<html lang="en"><title>Map</title></html>')) == ["the page says it is in 'en'"]
    assert faults(answer(b'<html lang="es"></html>')) == ["no title"]


def test_a_column_that_is_never_public_is_found() -> None:
    kind = visit.Kind("observatory:areas_csv", "", (), ())
    assert faults(answer(b"code,risk,sample_n\n01,0.1,12\n", type="text/csv"), kind) == [
        "holds 'sample_n', which is never public"
    ]
    assert faults(answer(b"code,risk,redirect\n01,0.1,12\n", type="text/csv"), kind) == []


def test_addresses_are_found_in_any_attribute_but_not_in_forms_that_write() -> None:
    page = visit.Page()
    page.feed(PAGE.decode() + '<form method="post" action="/i18n/"></form><form action="/es/find"></form>')
    assert page.addresses == ["/es/a", "/es/areas.geojson", "/es/find"]


def test_only_this_site_is_visited() -> None:
    origin = "http://127.0.0.1:8000"
    assert visit.inside(origin, "/es/", "map#legend") == "/es/map"
    assert visit.inside(origin, "/es/", "https://example.org/") is None
    assert visit.inside(origin, "/es/?a=1", "?b=2") == "/es/?b=2"
    assert visit.inside(origin, "/es/", "data:image/png;base64,") is None


def test_every_route_is_expected_in_every_language_it_has() -> None:
    wanted = set(visit.routes())
    assert ("health", "") in wanted
    localised = {route for route, language in wanted if language}
    assert all((route, language) in wanted for route in localised for language in visit.LANGUAGES)
