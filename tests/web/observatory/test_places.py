"""The page of a territory: what it was, who lives there, what lies in it; and what leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from almenara.places.importing_tables import Tables, import_tables
from almenara.places.models import Change, Level, Territory
from almenara.risk.models import Estimate, Release
from tests.support.observatory import publish_synthetic
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db

LAND = "QQ"
LANGUAGES = ("es", "pt", "en", "fr")
HEAD = "rank,code,level,name_es,name_pt,name_en,name_fr,plural_es,plural_pt,plural_en,plural_fr\n"
LEVELS = HEAD + "".join(
    f"{rank},{code},{of},{code}-es,{code}-pt,{code}-en,{code}-fr,{code}s-es,{code}s-pt,{code}s-en,{code}s-fr\n"
    for rank, (code, of) in enumerate(
        [("land", "country"), ("department", "department"), ("circle", "further"), ("parish", "municipality")]
    )
)
LONG = "Municipality of the Very Long Name by the Lighthouse, the Two Rivers and the Old Salt Road"
PLACES = f"""code,name,level,parent
08,Valle Alto,department,
0801,Río Grande,circle,08
A,San Marcos,parish,0801
B,Nueva Aurora,parish,0801
C,Las Lomas,parish,0801
D,El Pinar,parish,0801
E,Oro,parish,0801
F,"{LONG}",parish,0801
"""
CHANGES = """change,kind,day,predecessor,successor,weight,population,predecessor_population,former_parent,note,source
Law 12,split,2004-06-01,A,A,,31200,41600,,,Census 2002
Law 12,split,2004-06-01,A,B,,10400,41600,,,Census 2002
Law 40,merger,2015-01-01,C,D,1,,,,,Decree 7
Law 40,merger,2015-01-01,D,D,1,,,,,Decree 7
Law 50,rename,2018-01-01,E,F,1,,,,By its own wish,Decree 8
Law 60,transfer,2020-01-01,A,A,1,,,08,,Decree 9
"""
NAMES = """code,name,kind,language,valid_to
A,Hatun Mayu,alternate,quz,
A,Villa de San Marcos,former,es,1998-01-01
A,SM,abbreviation,,
"""
CODES = "code,scheme,other,valid_from,valid_to\nA,census-6,801001,,\nA,own,0811,,1998-01-01\n"
PEOPLE = """code,year,age_from,age_to,sex,count,source
A,2012,0,17,,900,Census 2012
A,2022,0,4,female,1410,Projections 2020
A,2022,0,4,male,1475,Projections 2020
A,2022,5,17,female,2230,Projections 2020
A,2022,5,17,male,2318,Projections 2020
A,2022,0,17,,7000,Census 2022
A,2090,0,17,,1,Projections 2020
"""


def lay(folder: Path, country: str = LAND, name: str = "Tierra", **tables: str) -> None:
    for table, text in tables.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    import_tables(Tables(country, name, **{table: folder / f"{table}.csv" for table in tables}))  # type: ignore[arg-type]


@pytest.fixture
def land(tmp_path: Path) -> None:
    """A country without any release, with a further level and all that can be known of a territory."""
    lay(
        tmp_path,
        levels=LEVELS,
        territories=PLACES,
        codes=CODES,
        names=NAMES,
        changes=CHANGES,
        population=PEOPLE,
    )


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    from almenara.common.caching import cache

    cache.clear()
    yield publish_synthetic(tmp_path, boundaries=False)
    cache.clear()


def at(code: str, language: str = "en", country: str = LAND) -> str:
    return f"/{language}/places/{country}/{code}/"


def main(client: Client, address: str) -> str:
    """The page between head and foot, with its entities read."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode().split("<main")[1].split("</main")[0])


def words(client: Client, address: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", main(client, address)).split())


@pytest.mark.parametrize("code", ["A", "0801", "C", LAND])
def test_a_search_hit_without_an_estimate_leads_to_a_page_that_opens(
    client: Client, land: None, code: str
) -> None:
    name = Territory.objects.get(country=LAND, code=code).name
    answer = client.get("/en/search/", {"q": name})
    assert answer.headers["Location"] == at(code)
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_search_hit_with_an_estimate_leads_to_its_fact_sheet(
    client: Client, release: Release, tmp_path: Path
) -> None:
    lay(tmp_path, COUNTRY, territories="code,name,level,parent\n01998,Nueva Zeta,municipality,01\n")
    place = Territory.objects.get(country=COUNTRY, code="01001")
    found = client.get("/en/search/", {"q": place.name}).headers["Location"]
    assert found == f"/en/countries/{COUNTRY}/territories/01001/"
    assert client.get("/en/search/", {"q": "nueva zeta"}).headers["Location"] == at("01998", country=COUNTRY)


def test_an_estimate_of_a_release_that_is_no_longer_shown_is_none(
    client: Client, release: Release, tmp_path: Path
) -> None:
    Estimate.objects.filter(release=release, territory__code="01001").delete()
    name = Territory.objects.get(country=COUNTRY, code="01001").name
    answer = client.get("/en/search/", {"q": name})
    assert answer.headers["Location"] == at("01001", country=COUNTRY)


def test_what_has_an_estimate_is_linked_to_fact_sheet_and_map_and_back(
    client: Client, release: Release
) -> None:
    body = main(client, at("01001", country=COUNTRY))
    sheet = f"/en/countries/{COUNTRY}/territories/01001/"
    assert f'href="{sheet}"' in body
    assert f'href="/en/countries/{COUNTRY}/map/?territory=01001"' in body
    assert at("01001", country=COUNTRY) in main(client, sheet)
    assert "map/?department=01" in main(client, at("01", country=COUNTRY))


def test_a_place_of_a_shown_country_without_a_value_says_so(
    client: Client, release: Release, land: None, tmp_path: Path
) -> None:
    lay(tmp_path, COUNTRY, territories="code,name,level,parent\n01998,Nueva Zeta,municipality,01\n")
    text = words(client, at("01998", country=COUNTRY))
    assert "The release that the country shows now has no value for this territory." in text
    assert at("01998", country=COUNTRY) in main(client, f"/en/countries/{COUNTRY}/territories/01998/")
    assert "No release of this country has been published" in words(client, at("A"))


def test_the_trail_leads_up_every_level_to_the_region(client: Client, land: None) -> None:
    trail = main(client, at("A")).split("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)"', trail) == ["/en/places/", at(LAND), at("08"), at("0801")]
    assert "parish-fr" in words(client, at("A", "fr"))


def test_a_part_says_what_it_came_out_of_and_the_whole_what_became_of_it(client: Client, land: None) -> None:
    assert "June 1, 2004 It was created out of a part of San Marcos. Law 12" in words(client, at("B"))
    whole = words(client, at("A"))
    assert "A part of it became Nueva Aurora. Law 12" in whole
    assert "San Marcos Nueva Aurora 25.0% 10,400 Census 2002" in whole
    assert "San Marcos San Marcos 75.0% 31,200 Census 2002" in whole
    assert "Until then it belonged to Valle Alto." in whole
    assert "Jan. 1, 1998 Until then it was called Villa de San Marcos." in whole


def test_mergers_and_renames_are_told_from_both_sides(client: Client, land: None) -> None:
    merged = words(client, at("C"))
    assert "It was merged into El Pinar." in merged
    assert "This territory has not existed since January 1, 2015. What came of it: El Pinar" in merged
    assert "It took in Las Lomas." in words(client, at("D"))
    assert f"It goes on as {LONG}. Law 50 · By its own wish" in words(client, at("E"))
    assert "It took the place of Oro." in words(client, at("F"))


def test_names_and_codes_are_told_with_their_languages_and_days(client: Client, land: None) -> None:
    text = words(client, at("A"))
    assert "San Marcos Official name – not known in force" in text
    assert "Villa de San Marcos Former name Spanish not known January 1, 1998" in text
    assert '<th scope="row" lang="quz">Hatun Mayu</th>' in main(client, at("A"))
    assert "801001 census-6 not known in force" in text
    assert "0811 This site and its releases, formerly not known January 1, 1998" in text


def test_what_has_ended_has_no_name_and_no_code_in_force(client: Client, land: None) -> None:
    text = words(client, at("C"))
    assert "Las Lomas Official name – not known January 1, 2015" in text
    assert "C This site and its releases not known January 1, 2015" in text
    assert "in force" not in text


def test_a_part_that_went_its_way_before_is_not_what_came_of_the_end(client: Client, land: None) -> None:
    Change.objects.get(label="Law 60").delete()
    Territory.objects.filter(country=LAND, code="A").update(valid_to=date(2020, 1, 1))
    text = words(client, at("A"))
    assert "This territory has not existed since January 1, 2020." in text
    assert "What came of it" not in text


def test_people_are_those_of_a_year_that_exists_with_source_and_sum(client: Client, land: None) -> None:
    default = words(client, at("A"))
    assert "Source: Census 2022, 2022." in default  # 2090 has not come
    assert "The source counts both sexes together." in default
    text = words(client, at("A") + "?year=2022&source=Projections+2020")
    assert "7,433 people aged 0–17: 3,640 women and girls, 3,793 men and boys." in text
    assert "0–4 1,475 1,410 2,885" in text  # men, women, together
    assert "People of San Marcos by age and sex, 2022" in text
    assert "Source: Projections 2020." in text
    assert "900 people aged 0–17." in words(client, at("A") + "?year=2012")
    offered = re.findall(r'<option value="(\d+)"', main(client, at("A")))
    assert offered == ["2090", "2022", "2012"]


@pytest.mark.parametrize(
    "query", ["?year=2015", "?year=x", "?year=%00", "?source=nobody", "?after=x&before=-1"]
)
def test_a_year_or_source_that_does_not_exist_gives_one_that_does(
    client: Client, land: None, query: str
) -> None:
    assert "Source: Census 2022, 2022." in words(client, at("A") + query)


def test_bands_with_a_gap_have_no_sum(client: Client, tmp_path: Path, land: None) -> None:
    rows = "B,2022,0,4,,10,x\nB,2022,10,14,,20,x\n"
    lay(tmp_path, population=PEOPLE.splitlines()[0] + "\n" + rows)
    text = words(client, at("B"))
    assert "0–4 10 10–14 20" in text
    assert "people aged" not in text


def test_bands_by_sex_that_do_not_add_up_are_listed_and_not_drawn(
    client: Client, tmp_path: Path, land: None
) -> None:
    groups = [(first, last, sex) for first, last in ((0, 9), (5, 14)) for sex in ("female", "male")]
    rows = "".join(f"B,2022,{first},{last},{sex},10,x\n" for first, last, sex in groups)
    lay(tmp_path, population=PEOPLE.splitlines()[0] + "\n" + rows)
    assert "0–9 10 10 20 5–14 10 10 20" in words(client, at("B"))
    assert "<svg" not in main(client, at("B"))


def test_a_place_without_anybody_is_drawn_too(client: Client, tmp_path: Path, land: None) -> None:
    rows = "B,2022,0,200,female,0,x\nB,2022,0,200,male,0,x\n"
    lay(tmp_path, population=PEOPLE.splitlines()[0] + "\n" + rows)
    assert "0 people aged 0 and over: 0 women and girls, 0 men and boys." in words(client, at("B"))


def test_what_is_not_known_is_said_to_be_so(client: Client, tmp_path: Path) -> None:
    lay(tmp_path, "LL", "Leer", territories="code,name,level,parent\n1,Uno,municipality,\n")
    country = words(client, at("LL", country="LL"))
    assert "Uno Municipality 1" in country  # a country without departments
    one = words(client, at("1", country="LL"))
    for sentence in (
        "No population by age is known of this territory.",
        "No change of this territory is known on this site. That does not say that there was none.",
        "No smaller territories in it are known on this site.",
    ):
        assert sentence in one
    Territory.objects.create(code="MM", country="MM", level=Level.COUNTRY, name="Mar")
    assert "No territories of this country are known yet." in words(client, at("MM", country="MM"))


def test_what_lies_in_it_is_listed_in_the_readers_alphabet_page_by_page(client: Client, land: None) -> None:
    circle = Territory.objects.get(country=LAND, code="0801")
    numbered = [f"Ñ{number:03}" for number in range(60)] + [f"O{number:03}" for number in range(60)]
    Territory.objects.bulk_create(
        Territory(
            code=name,
            country=LAND,
            name=name,
            level=circle.level,
            tier=circle.tier,
            parent_id=circle.parent_id,
        )
        for name in reversed(numbered)
    )
    seen, address = [], at("08", "es")
    for _page in range(5):
        body = main(client, address)
        seen += re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', body)
        onward = re.search(r'href="(\?after=\d+)" rel="next"', body)
        if onward is None:
            break
        address = at("08", "es") + onward[1]
    assert seen == [*numbered, "Río Grande"]


def test_what_ended_is_listed_with_its_day(client: Client, land: None) -> None:
    assert "Las Lomas parish-en C January 1, 2015" in words(client, at("0801"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_every_language(client: Client, land: None, language: str) -> None:
    body = client.get(at("A", language)).content.decode()
    assert f'<html lang="{language}">' in body
    for other in LANGUAGES:
        assert f'hreflang="{other}"' in body
    if language != "en":
        for english in ("Names and codes", "People by age", "Territories in it", "It was", "in force"):
            assert english not in body


def test_what_nobody_knows_is_not_found(client: Client, land: None) -> None:
    for address in (at("nowhere"), at("A", country="ZZZ"), at("a%00b")):
        assert client.get(address).status_code == 404


def test_the_page_asks_as_much_for_a_long_history_as_for_none(
    client: Client, land: None, tmp_path: Path
) -> None:
    def asked() -> int:
        client.get(at("A"))
        with CaptureQueriesContext(connection) as captured:
            client.get(at("A"))
        return len(captured)

    before = asked()
    years = range(1900, 1990)
    lay(
        tmp_path,
        changes=CHANGES.splitlines()[0]
        + "\n"
        + "".join(f"Old {y},transfer,{y}-01-01,A,A,1,,,,,\n" for y in years),
        names="code,name,kind\n" + "".join(f"A,Name {y},alternate\n" for y in years),
        population="code,year,age_from,age_to,count\n" + "".join(f"A,{y},0,17,{y}\n" for y in years),
    )
    assert asked() == before


def test_a_day_is_the_country_s_own_whatever_the_hour(client: Client, land: None) -> None:
    assert Territory.objects.get(country=LAND, code="C").valid_to == date(2015, 1, 1)
    assert 'datetime="2015-01-01"' in main(client, at("C"))
