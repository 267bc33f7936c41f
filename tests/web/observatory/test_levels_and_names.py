"""Countries with levels of their own, and territories with other names, on the public pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from almenara.observatory.queries import without_estimate
from almenara.places.importing_tables import Tables, import_tables
from almenara.places.models import Level, Territory
from almenara.risk.facts import fact_sheet
from almenara.risk.models import Release
from almenara.risk.queries import estimates
from tests.support.observatory import publish_synthetic
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db

HEAD = "rank,code,level,name_es,name_pt,name_en,name_fr,plural_es,plural_pt,plural_en,plural_fr\n"
LEVELS = HEAD + "".join(
    f"{rank},{code},{of},{code}-es,{code}-pt,{code}-en,{code}-fr,{code}s-es,{code}s-pt,{code}s-en,{code}s-fr\n"
    for rank, (code, of) in enumerate(
        [("land", "country"), ("department", "department"), ("circle", "further"), ("parish", "municipality")]
    )
)


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    from almenara.common.caching import cache

    cache.clear()
    yield publish_synthetic(tmp_path, boundaries=False)
    cache.clear()


def lay(folder: Path, **tables: str) -> None:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    import_tables(Tables(COUNTRY, **{name: folder / f"{name}.csv" for name in tables}))  # type: ignore[arg-type]


def circle_around(folder: Path, code: str) -> None:
    """The municipality of the code is hung from a circle between it and its department."""
    department = Territory.objects.get(country=COUNTRY, code=code).listed_in
    assert department is not None
    lay(
        folder,
        levels=LEVELS,
        territories=f"code,name,level,parent\nCI,Ring,circle,{department.code}\n{code},,parish,CI\n",
    )


def test_a_municipality_is_ranked_in_its_department_whatever_stands_between(
    release: Release, tmp_path: Path
) -> None:
    before = [(row.place.code, row.place.parent_code) for row in estimates(release, parent="01")]
    place = Territory.objects.get(country=COUNTRY, code="01001")
    sheet = fact_sheet(release, place)
    circle_around(tmp_path, "01001")
    place = Territory.objects.select_related("parent").get(country=COUNTRY, code="01001")
    assert place.parent is not None
    assert place.parent.code == "CI"
    assert [(row.place.code, row.place.parent_code) for row in estimates(release, parent="01")] == before
    after = fact_sheet(release, place)
    assert sheet is not None
    assert after is not None
    assert (after.rank_in_parent, after.parent_size) == (sheet.rank_in_parent, sheet.parent_size)
    assert (
        [row.place.code for row in after.above] == [row.place.code for row in sheet.above] == [COUNTRY, "01"]
    )


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_a_fact_sheet_says_the_countrys_own_word_for_its_level(
    release: Release, tmp_path: Path, client: Client, language: str
) -> None:
    circle_around(tmp_path, "01001")
    body = client.get(f"/{language}/countries/{COUNTRY}/territories/01001/").content.decode()
    assert f"parish-{language}" in body


def test_a_search_says_by_which_name_it_found_and_finds_what_no_result_is_shown_of(
    release: Release, tmp_path: Path, client: Client
) -> None:
    circle_around(tmp_path, "01001")
    lay(
        tmp_path,
        names="code,name,kind,language\n01001,Hatun Mayu,alternate,quz\n01002,Hatun Orqo,former,quz\n",
    )
    body = client.get("/en/search/", {"q": "hatun"}).content.decode()
    assert "also called Hatun Mayu" in body
    assert "also called Hatun Orqo" in body
    assert client.get("/en/search/", {"q": "ring"}).headers["Location"] == f"/en/places/{COUNTRY}/CI/"


def test_a_territory_that_has_ended_is_not_said_to_lack_its_value(release: Release, tmp_path: Path) -> None:
    lay(
        tmp_path,
        territories="code,name,level,parent\n01998,Nueva,municipality,01\n01999,Vieja,municipality,01\n",
    )
    Territory.objects.filter(code="01999").update(valid_to="2001-01-01")
    lacking = {place.code for place in without_estimate(release)}
    assert "01998" in lacking
    assert "01999" not in lacking
    assert Territory.objects.get(country=COUNTRY, code="01998").level == Level.MUNICIPALITY
