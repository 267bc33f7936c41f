"""The ranking's filters and order, and the files: public columns only, numbers as numbers, formulas defused."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator

import openpyxl
import pytest
from django.test import Client

from almenara.common.caching import cache
from almenara.observatory import downloads
from almenara.observatory.presenters.columns import columns
from almenara.places.models import Territory
from almenara.risk.models import Estimate, Release
from tests.support.observatory import map_areas, published
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db
SECRETS = {"sample_n", "direct", "direct_se", "sample_share"}


@pytest.fixture(scope="module")
def release(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    with published(tmp_path_factory.mktemp("release"), django_db_blocker) as release:
        yield release


@pytest.fixture(autouse=True)
def _cold_cache() -> None:
    cache.clear()


def at(path: str) -> str:
    return f"/en/countries/{COUNTRY}/{path}"


def rows_of(client: Client, query: str = "") -> list[dict[str, str]]:
    body = client.get(at(f"data/municipalities.csv{query}")).getvalue().decode()
    return list(csv.DictReader(io.StringIO(body)))


def test_the_csv_holds_every_municipality_with_the_release_s_numbers(
    client: Client, release: Release
) -> None:
    rows = rows_of(client)
    estimates = {
        e.territory.code: e
        for e in Estimate.objects.filter(release=release, level="municipality").select_related("territory")
    }
    assert len(rows) == len(estimates) == 240
    for row in rows:
        own = estimates[row["code"]]
        assert float(row["risk"]) == pytest.approx(own.risk, abs=5e-7)
        assert int(row["rank"]) == own.rank
        assert row["interval_kind"] == "coefficients"
        assert row["release"] == release.release_id


@pytest.mark.parametrize(
    "file", ["municipalities.csv", "columns.csv", "municipalities.geojson", "municipalities.xlsx"]
)
def test_no_file_holds_a_secret_column(client: Client, release: Release, file: str) -> None:
    content = client.get(at(f"data/{file}")).getvalue()
    if file.endswith("xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(content))
        words = {str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row}
    else:
        words = set(content.decode().replace('"', ",").split(","))
    assert not words & SECRETS
    assert not {column.name for column in columns(release)} & SECRETS


@pytest.mark.parametrize(
    "query", ["?department=02", "?class=3", "?q=ba", "?department=02&class=1&sort=-expected"]
)
def test_a_file_holds_what_the_filters_leave(client: Client, release: Release, query: str) -> None:
    rows = rows_of(client, query)
    wanted = Estimate.objects.filter(release=release, level="municipality")
    if "department" in query:
        wanted = wanted.filter(territory__parent__code="02")
        assert {row["parent_code"] for row in rows} == {"02"}
    if "class=" in query:
        number = query.split("class=")[1][0]
        wanted = wanted.filter(risk_class=int(number))
        assert {row["class"] for row in rows} == {number}
    if "q=" in query:
        assert all("ba" in row["name"].lower() for row in rows)
    else:
        assert len(rows) == wanted.count()
    assert 0 < len(rows) < 240


@pytest.mark.parametrize(
    ("sort", "column", "largest_first"),
    [
        ("rank", "rank", False),
        ("-rank", "rank", True),
        ("-children", "children", True),
        ("expected", "expected", False),
    ],
)
def test_the_order_is_the_one_asked_for(
    client: Client, release: Release, sort: str, column: str, largest_first: bool
) -> None:
    values = [float(row[column]) for row in rows_of(client, f"?sort={sort}")]
    assert values == sorted(values, reverse=largest_first)


@pytest.mark.parametrize(
    "query", ["?class=9999999999999", "?class=x", "?sort=drop", "?after=99999", "?department=%00", "?q=%25"]
)
def test_odd_addresses_are_answered(client: Client, release: Release, query: str) -> None:
    assert client.get(at(f"ranking/{query}")).status_code == 200


def codes_of(body: str) -> list[str]:
    links = re.findall(rf'<th scope="row"><a href="/en/countries/{COUNTRY}/territories/(\w+)/"', body)
    assert links
    return links


@pytest.mark.parametrize("sort", ["", "name", "-expected"])
def test_pages_of_the_ranking_hold_each_municipality_once_forth_and_back(
    client: Client, release: Release, sort: str
) -> None:
    address, pages = f"?sort={sort}", []
    while address:
        body = client.get(at(f"ranking/{address}")).content.decode()
        pages.append(codes_of(body))
        address = next(iter(re.findall(r'href="([^"]*)" rel="next"', body)), "").replace("&amp;", "&")
    assert [code for page in pages for code in page] == [
        row["code"] for row in rows_of(client, f"?sort={sort}")
    ]
    assert [len(page) for page in pages] == [25] * 9 + [15]
    back = re.findall(r'href="([^"]*)" rel="prev"', body)[0].replace("&amp;", "&")
    assert codes_of(client.get(at(f"ranking/{back}")).content.decode()) == pages[-2]


def test_a_page_stays_where_it_is_when_a_code_is_unknown(client: Client, release: Release) -> None:
    first = codes_of(client.get(at("ranking/")).content.decode())
    for query in ("?after=nowhere", "?before=nowhere", f"?before={first[0]}", "?after=%00"):
        assert codes_of(client.get(at(f"ranking/{query}")).content.decode()) == first


def test_what_the_list_is_narrowed_to_can_be_taken_away_one_by_one(client: Client, release: Release) -> None:
    body = client.get(at("ranking/?department=02&class=1&q=ba&sort=name")).content.decode()
    taken = [address.replace("&amp;", "&") for address in re.findall(r'class="chip" href="([^"]*)"', body)]
    assert taken == [
        "?class=1&q=ba&sort=name",
        "?department=02&q=ba&sort=name",
        "?department=02&class=1&sort=name",
    ]
    assert 'class="chip"' not in client.get(at("ranking/")).content.decode()


def test_the_way_to_a_narrowed_list_leads_through_its_department(client: Client, release: Release) -> None:
    body = client.get(at("ranking/?department=02")).content.decode()
    trail = body[body.index('class="crumbs"') : body.index("</nav>", body.index('class="crumbs"'))]
    assert re.findall(r'href="([^"]*)"', trail) == [f"/en/countries/{COUNTRY}/", at("territories/02/")]


def test_a_list_that_is_empty_says_why_and_what_to_do(client: Client, release: Release) -> None:
    body = client.get(at("ranking/?q=nothing-begins-so")).content.decode()
    assert "No municipality passes these filters." in body
    assert "Take one of them away" in body


def test_htmx_gets_the_results_alone(client: Client, release: Release) -> None:
    part = client.get(at("ranking/?class=3"), headers={"HX-Request": "true", "HX-Target": "results"})
    assert part.content.decode().strip().startswith('<div id="results"')
    assert "HX-Target" in part.headers["Vary"]
    assert "hx-swap-oob" not in part.content.decode()


def test_the_map_s_picture_follows_what_the_table_is_narrowed_to(client: Client, release: Release) -> None:
    headers = {"HX-Request": "true", "HX-Target": "results"}
    part = client.get(at("map/?class=3"), headers=headers).content.decode()
    assert re.search(r'hx-swap-oob="innerHTML:#map-first">.*picture\.svg\?class=3', part, re.DOTALL)
    assert "picture.svg" not in client.get(at("map/?class=3&view=live"), headers=headers).content.decode()
    assert "<html" in client.get(at("ranking/?class=3")).content.decode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "=HYPERLINK(0)"])
def test_a_name_that_looks_like_a_formula_is_defused(client: Client, release: Release, text: str) -> None:
    assert downloads.defused(text) == f"'{text}"
    Territory.objects.filter(code="01001").update(name=text)
    row = next(row for row in rows_of(client) if row["code"] == "01001")
    assert row["name"] == f"'{text}"
    workbook = openpyxl.load_workbook(io.BytesIO(client.get(at("data/municipalities.xlsx")).content))
    cell = next(row[1] for row in workbook.worksheets[0].iter_rows(min_row=2) if row[0].value == "01001")
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


def test_numbers_below_zero_stay_numbers() -> None:
    assert downloads.defused(-1.5) == -1.5


def test_the_workbook_says_what_it_is(client: Client, release: Release) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(client.get(at("data/municipalities.xlsx")).content))
    values, about, meanings = workbook.worksheets
    assert [cell.value for cell in next(values.iter_rows())] == [column.name for column in columns(release)]
    first = next(values.iter_rows(min_row=2))
    assert first[0].data_type == "s", "codes keep their zeros"
    assert isinstance(first[4].value, float)
    facts = {row[0].value: row[1].value for row in about.iter_rows()}
    assert facts["Release"] == release.release_id
    assert "does not yet include" in str(facts["What the interval holds"])
    assert {row[0].value for row in meanings.iter_rows(min_row=2)} == {
        column.name for column in columns(release)
    }


def test_the_geojson_is_a_coverage_with_its_source(client: Client, release: Release) -> None:
    import shapely

    collection = json.loads(client.get(at("data/municipalities.geojson")).content)
    assert collection["about"]["release"] == release.release_id
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in collection["features"]]
    assert len(shapes) == 240
    assert all(shape.is_valid for shape in shapes)
    assert shapely.coverage_is_valid(shapes), "neighbours keep one border"


def test_the_map_s_layers_are_cached_by_their_content(client: Client, release: Release) -> None:
    assert len(map_areas(client, at("map/values.json"))) == 241
    assert len(client.get(at("map/values.json")).json()["departments"]) == 6
    page = client.get(at("map/")).content.decode()
    for name in ("values.json", "boundaries-0.arcs", "boundaries-1.arcs"):
        found = re.search(rf'="([^"]+/{name}\?v=\w+)"', page)
        assert found, "the page asks for this very content"
        answer = client.get(found[1])
        assert {"immutable", "max-age=31536000"} <= set(answer.headers["Cache-Control"].split(", "))
        other = client.get(at(f"map/{name}?v=another"))
        assert other.content == answer.content
        assert "immutable" not in other.headers["Cache-Control"]
        again = client.get(at(f"map/{name}"), headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert not again.content
    assert client.get(at("map/boundaries-2.arcs")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["ranking/", "territories/", "map/values.json", "map/boundaries-0.arcs", "data/municipalities.csv"],
)
def test_what_is_large_travels_compressed(client: Client, release: Release, path: str) -> None:
    plain, small = client.get(at(path)), client.get(at(path), headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert gzip.decompress(small.getvalue()) == plain.getvalue()


def test_a_withheld_value_leaves_no_trace(client: Client, release: Release) -> None:
    hidden = Estimate.objects.filter(release=release, rank=1).exclude(level="department").get()
    Estimate.objects.filter(pk=hidden.pk).update(reliability="withheld")
    row = next(row for row in rows_of(client) if row["code"] == hidden.territory.code)
    assert (row["risk"], row["ci_low"], row["expected"], row["class"], row["rank"]) == ("", "", "", "", "")
    assert rows_of(client)[-1]["code"] == hidden.territory.code, "not first, where its rank would show"
    assert hidden.territory.code not in codes_of(client.get(at("")).content.decode())
    assert hidden.territory.code not in codes_of(client.get(at("ranking/")).content.decode())
    areas = map_areas(client, at("map/values.json"))
    [area] = [area for area in areas if area["code"] == hidden.territory.code]
    assert "risk" not in area
    sheet = client.get(at(f"territories/{hidden.territory.code}/")).content.decode()
    assert f"{hidden.ci_low * 100:.1f}%" not in sheet
    assert f"{hidden.expected:,.0f}" not in sheet
    assert "withheld" in sheet
    assert hidden.territory.code not in {row["code"] for row in rows_of(client, "?class=3")}
