"""All the fact sheets of a release: archives by department, made by a job that can be stopped and goes on."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from almenara.accounts.role_names import EDITOR
from almenara.common.caching import cache
from almenara.common.errors import RefusedError
from almenara.common.identity import NOBODY
from almenara.observatory import orders, rendering
from almenara.observatory.binding import File, Progress, Shelf
from almenara.observatory.presenters import bundles
from almenara.observatory.presenters.atlas import Atlas
from almenara.observatory.presenters.sheet import sheet
from almenara.places.models import Level, Territory
from almenara.risk.facts import Country, fact_sheets
from almenara.risk.models import Estimate, Release
from tests.support.acting import signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.observatory import publish_synthetic
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db
DEPARTMENTS = 6


@pytest.fixture
def release(tmp_path: Path, settings: Any) -> Release:
    cache.clear()
    settings.DATA = tmp_path / "data"
    return publish_synthetic(tmp_path, columns=2, rows=1)


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is about archives needs no PDF in them: setting one takes longer than all the rest."""
    monkeypatch.setattr(rendering, "typeset", lambda given, published: given["sheet.json"])


def shelf_of(release: Release, language: str = "es") -> Shelf:
    return Shelf(release.release_id, language)


def render(release: Release, language: str = "es") -> bool:
    return rendering.render_turn(release, language, until=lambda: False)


def unpacked(shelf: Shelf, code: str) -> dict[str, bytes]:
    with zipfile.ZipFile(shelf.path(code)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_territory_is_in_exactly_one_archive(release: Release) -> None:
    held = [place.code for part in rendering.parts(release) for place in part.territories]
    assert sorted(held) == sorted(
        Estimate.objects.filter(release=release).values_list("territory__code", flat=True)
    )
    assert len(rendering.parts(release)) == DEPARTMENTS + 1


def test_an_archive_holds_the_page_s_own_sheets_and_a_list_of_them(release: Release, client: Client) -> None:
    assert render(release) is False
    shelf = shelf_of(release)
    assert [archive.code for archive in shelf.archives()] == ["01", "02", "03", "04", "05", "06", COUNTRY]
    files = unpacked(shelf, "02")
    listed = list(csv.DictReader(io.StringIO(files.pop("index.csv").decode())))
    assert [row["code"] for row in listed] == sorted(
        (row["code"] for row in listed), key=["02", *codes("02")].index
    )
    assert {row["file"] for row in listed} == set(files)
    for row in listed:
        pages = pypdf.PdfReader(io.BytesIO(files[row["file"]])).pages
        assert len(pages) == 2
        assert row["name"] in pages[0].extract_text()
    code = codes("02")[0]
    of_the_page = client.get(f"/es/countries/{COUNTRY}/territories/{code}/fact-sheet.pdf").content
    assert of_the_page in files.values()


def test_a_sheet_among_many_says_what_it_says_alone(release: Release) -> None:
    country = Country(release)
    places = list(Territory.objects.select_related("tier", "listed_in__listed_in").order_by("pk"))
    with translation.override("es"):
        atlas = Atlas(country)
        for facts in fact_sheets(country, places):
            alone, among = sheet(facts), sheet(facts, atlas)
            assert among == replace(alone, neighbours=(), members=())
            if facts.figures.place.level == Level.MUNICIPALITY:
                higher = [row.risk > facts.figures.risk for row in country.level(Level.MUNICIPALITY)]
                assert among.standing is not None
                assert among.standing.rows[-1].place == f"{1 + sum(higher)} de {len(higher)}"


def codes(department: str) -> list[str]:
    rows = Territory.objects.filter(listed_in__code=department).order_by("sort_key_es")
    return list(rows.values_list("code", flat=True))


@pytest.mark.usefixtures("unset")
def test_the_same_release_gives_the_same_archives(release: Release) -> None:
    render(release)
    shelf = shelf_of(release)
    before = shelf.path("03").read_bytes()
    for path in shelf.folder.glob("03.zip*"):
        path.unlink()
    render(release)
    assert shelf.path("03").read_bytes() == before


@pytest.mark.usefixtures("unset")
def test_stopped_work_leaves_whole_archives_and_goes_on_with_what_is_missing(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, made = shelf_of(release), []
    lay = Shelf.lay

    def stop_after_two(self: Shelf, code: str, *rest: Any, **more: Any) -> Any:
        made.append(code)
        if len(made) == 2:
            shelf.stop()
        return lay(self, code, *rest, **more)

    monkeypatch.setattr(Shelf, "lay", stop_after_two)
    with pytest.raises(rendering.StoppedError):
        render(release)
    there = shelf.archives()
    assert len(there) == 2
    stopped = shelf.progress()
    assert stopped is not None
    assert stopped.sheets == sum(archive.sheets for archive in there)
    assert not list(shelf.folder.glob("*.partial"))
    shelf.go_on()
    assert render(release) is False
    assert len(made) == len(set(made)) == DEPARTMENTS + 1
    progress = shelf.progress()
    assert progress is not None
    assert progress.sheets == progress.total == Estimate.objects.filter(release=release).count()


def test_a_broken_sheet_leaves_no_archive(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr(rendering, "typeset", broken)
    with pytest.raises(OSError, match="no space"):
        render(release)
    shelf = shelf_of(release)
    assert shelf.archives() == []
    assert not list(shelf.folder.glob("*.zip*"))


@pytest.mark.usefixtures("unset")
def test_a_turn_ends_when_its_time_is_up_and_the_job_asks_for_the_next(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(orders, "TURN_SECONDS", -1.0)
    monkeypatch.setattr(orders, "later", lambda job, **arguments: asked.append(arguments))
    for turn in range(1, DEPARTMENTS + 1):
        orders.render_sheets.run(by=NOBODY, release=release.release_id, languages=["es", "en"])
        assert len(shelf_of(release).archives()) == turn
        assert asked.pop() == {"by": NOBODY, "release": release.release_id, "languages": ["es", "en"]}
    orders.render_sheets.run(by=NOBODY, release=release.release_id, languages=["es", "en"])
    assert asked.pop()["languages"] == ["en"]


def test_stopping_one_language_leaves_the_others(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(orders, "later", lambda job, **arguments: asked.append(arguments))
    shelf_of(release).stop()
    orders.render_sheets.run(by=NOBODY, release=release.release_id, languages=["es", "en"])
    assert asked.pop()["languages"] == ["en"]
    assert shelf_of(release).archives() == []


def test_two_workers_do_not_make_the_same(release: Release) -> None:
    with shelf_of(release).alone() as first, shelf_of(release).alone() as second:
        assert (first, second) == (True, False)


@pytest.mark.usefixtures("unset")
def test_a_country_without_departments_is_one_archive(release: Release) -> None:
    with owner_rights():
        Territory.objects.filter(level=Level.MUNICIPALITY).update(
            parent=release.country, listed_in=release.country
        )
        Estimate.objects.filter(release=release, level=Level.DEPARTMENT).delete()
    assert render(release) is False
    [archive] = shelf_of(release).archives()
    assert (archive.code, archive.sheets) == (COUNTRY, 13)


def test_an_order_is_taken_and_shown_before_the_first_sheet(release: Release, client: Client) -> None:
    orders.order(release.release_id, ["es"])
    assert shelf_of(release).progress() == Progress(total=1 + DEPARTMENTS + 12)
    with translation.override("en"):
        said = client.get(reverse("observatory:sheets", args=[COUNTRY])).content.decode()
    assert "Fact sheets in Español" in said
    orders.stop_all(release.release_id, ["es"])
    assert shelf_of(release).is_stopped


@pytest.mark.parametrize(("name", "languages"), [("nothing", ["es"]), ("", ["es", "it"])])
def test_an_order_for_what_there_is_not_is_refused(release: Release, name: str, languages: list[str]) -> None:
    with pytest.raises(RefusedError):
        orders.order(name or release.release_id, languages)


@pytest.mark.usefixtures("unset")
def test_the_public_takes_archives_and_keeps_them(release: Release, client: Client) -> None:
    render(release)
    page = client.get(reverse("observatory:sheets", args=[COUNTRY])).content.decode()
    where = {"country": COUNTRY, "language": "es", "part": "02"}
    address = reverse("observatory:sheets-zip", kwargs=where)
    assert f"{address}?release={release.release_id}" in page
    response = client.get(address, {"release": release.release_id})
    assert b"".join(response) == shelf_of(release).path("02").read_bytes()
    assert "immutable" in response["Cache-Control"]
    current = client.get(address)
    assert b"".join(current) == shelf_of(release).path("02").read_bytes()
    assert "immutable" not in current["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    archive = shelf_of(release).archive("02")
    assert archive is not None
    listed = client.get(reverse("observatory:sheets-index", kwargs={"country": COUNTRY, "language": "es"}))
    assert archive.sha256 in listed.content.decode()


@pytest.mark.parametrize(
    ("language", "part"), [("es", "nowhere"), ("es", "../es/02"), ("it", "02"), ("en", "02"), ("es", "..")]
)
@pytest.mark.usefixtures("unset")
def test_nothing_else_of_the_folder_is_served(
    release: Release, client: Client, language: str, part: str
) -> None:
    render(release)
    address = f"/es/countries/{COUNTRY}/sheets/{language}/{part}.zip"
    assert client.get(address).status_code == 404


def test_a_page_that_asks_for_the_job_alone_gets_it(release: Release, client: Client) -> None:
    shelf_of(release).keep(Progress(total=19, sheets=4, seconds=60.0))
    address = reverse("observatory:sheets", args=[COUNTRY])
    with translation.override("en"):
        part = client.get(address, {"job": "es"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'max="19" value="4"' in part
    assert "4" in part
    assert client.get(address, {"job": "fr"}, headers={"HX-Request": "true"}).status_code == 404
    shelf_of(release).keep(Progress(total=19, sheets=19, seconds=60.0))
    whole = client.get(address, {"job": "es"}, headers={"HX-Request": "true"})
    assert whole.headers["HX-Refresh"] == "true"


def test_the_page_that_asks_again_and_again_has_what_it_asks_with(release: Release, client: Client) -> None:
    shelf, address = shelf_of(release), reverse("observatory:sheets", args=[COUNTRY])
    shelf.keep(Progress(total=19, sheets=4, seconds=60.0))
    page = client.get(address).content.decode()
    assert "hx-get" in page
    assert "htmx.min.js" in page
    shelf.keep(Progress(total=19, sheets=19, seconds=60.0))
    assert "htmx.min.js" not in client.get(address).content.decode()


def test_work_that_says_nothing_for_long_is_not_shown_as_going_on(
    release: Release, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf_of(release).keep(Progress(total=19, sheets=4, seconds=60.0))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + bundles.SILENT + 1)
    page = client.get(f"/en/countries/{COUNTRY}/sheets/").content.decode()
    assert "Nothing has been added for a while, after 4 of 19 sheets." in page
    assert "hx-get" not in page


def test_archives_stand_in_the_order_of_the_alphabet(release: Release) -> None:
    shelf = shelf_of(release)
    shelf.keep(Progress(total=3))
    for code, name in (("1", "Zacapa"), ("2", "Ángeles"), ("3", "Ñuble")):
        shelf.lay(code, name, [], made=release.published_at)
    with translation.override("es"):
        [shown] = bundles.bundles(release, "")
    assert [item.name for item in shown.downloads] == ["Ángeles", "Ñuble", "Zacapa"]


def test_no_line_of_an_archive_s_list_runs_as_a_formula(release: Release) -> None:
    shelf = shelf_of(release)
    shelf.lay("1", "One", [File("=1+1", "@SUM(A1)", "a.pdf", b"")], made=release.published_at)
    assert b"'=1+1,'@SUM(A1),a.pdf" in unpacked(shelf, "1")["index.csv"]


@pytest.fixture
def people(release: Release) -> Cast:
    """At work in other countries than the release's."""
    made = cast()
    made.territories[COUNTRY] = release.country
    return made


def acts(client: Client, release: Release, act: str, language: str = "pt") -> int:
    said = {"release": release.release_id, "language": language, "act": act}
    return client.post(reverse("observatory:orders"), said).status_code


def test_who_edits_the_country_s_public_content_asks_for_its_sheets_and_stops_them(
    release: Release, people: Cast
) -> None:
    client, shelf = signed_in(people["editor"]), shelf_of(release, "pt")
    assert "No release is shown" in client.get("/en/sheets/").content.decode()
    assert acts(client, release, "order") == 404
    assert shelf.progress() is None
    with owner_rights():
        people.grant("editor", EDITOR, COUNTRY)
    assert client.get("/en/sheets/").content.decode().count("Make all sheets") == 4
    assert acts(client, release, "order") == 302
    assert shelf.progress() == Progress(total=1 + DEPARTMENTS + 12)
    page = client.get("/en/sheets/").content.decode()
    assert page.count("Make all sheets") == 3
    assert "Fact sheets in Português" in page
    assert acts(client, release, "stop") == 302
    assert shelf.is_stopped
    assert "Stopped after 0 of 19 sheets." in client.get("/en/sheets/").content.decode()
    assert acts(client, release, "order") == 302
    assert not shelf.is_stopped
    shelf.keep(Progress(total=19, sheets=19))
    assert "All 19 sheets are there." in client.get("/en/sheets/").content.decode()


@pytest.mark.parametrize(("act", "language"), [("order", "it"), ("erase", "es"), ("", "")])
def test_nothing_else_can_be_asked_for(release: Release, people: Cast, act: str, language: str) -> None:
    assert acts(signed_in(people["secretariat"]), release, act, language) == 404


def test_time_left_follows_from_the_pace() -> None:
    assert Progress(total=100, sheets=25, seconds=50.0).seconds_left == pytest.approx(150.0)
    assert Progress(total=100).seconds_left is None
