"""The map's first picture: every territory in the colour of its class, whatever was merged; kept, and hatched."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from almenara.common.caching import cache
from almenara.observatory import sketch
from almenara.observatory.geometry import Shapes
from almenara.observatory.presenters import mapdata, palette, picture
from almenara.observatory.warming import warm
from almenara.places import queries as places
from almenara.places.models import Boundary, Territory
from almenara.risk.models import Estimate, Release
from tests.support.observatory import published
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
AT = f"/en/countries/{COUNTRY}/map/picture.svg"


@pytest.fixture(scope="module")
def release(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    with published(tmp_path_factory.mktemp("release"), django_db_blocker, kind="bootstrap") as release:
        yield release


@pytest.fixture(autouse=True)
def _cold_cache() -> None:
    cache.clear()


def rings(path: str) -> list[list[tuple[int, int]]]:
    """The slow way to read a path of M, relative l, h, v and z."""
    found: list[list[tuple[int, int]]] = []
    for kind, text in re.findall(r"([Mlhvz])([^Mlhvz]*)", path):
        numbers = [int(number) for number in re.findall(r"-?\d+", text)]
        if kind == "M":
            found.append([(numbers[0], numbers[1])])
        else:
            for x, y in steps_of(kind, numbers):
                last = found[-1][-1]
                found[-1].append((last[0] + x, last[1] + y))
    return found


def steps_of(kind: str, numbers: list[int]) -> list[tuple[int, int]]:
    if kind == "l":
        return list(zip(numbers[::2], numbers[1::2], strict=True))
    return [(number, 0) if kind == "h" else (0, number) for number in numbers]


def area_of(path: str) -> float:
    """By even and odd, as the picture fills: shells less their holes."""
    return float(shapely.area(shape_of(path)))


def shape_of(path: str) -> shapely.Geometry:
    whole: shapely.Geometry = Polygon()
    for ring in rings(path):
        whole = whole.symmetric_difference(shapely.make_valid(Polygon(ring)))
    return whole


def parts(client: Client, query: str = "") -> list[ElementTree.Element]:
    response = client.get(AT + query)
    assert response.status_code == 200
    whole = ElementTree.fromstring(response.content)  # noqa: S314 (our own)
    return [element for element in whole if element.tag == f"{SVG}path"]


def test_each_class_covers_its_municipalities_and_no_other(client: Client, release: Release) -> None:
    drawn = {path.get("fill"): shape_of(path.get("d") or "") for path in parts(client) if path.get("fill")}
    rows = Estimate.objects.filter(release=release, level="municipality").exclude(reliability="withheld")
    drawing = mapdata.boundaries(release).sketch
    assert drawing is not None
    shapes, colours = drawing.shapes(), palette.colours(len(release.classes["classes"]))
    for estimate in rows.select_related("territory"):
        inside = shapely.point_on_surface(shapes[estimate.territory.code])
        [(x, y)] = drawing.frame.units(shapely.get_coordinates(inside)).tolist()
        holders = {colour for colour, shape in drawn.items() if shape.covers(shapely.Point(x, y))}
        assert colours[(estimate.risk_class or 0) - 1] in holders, estimate.territory.code
    assert set(drawn) <= set(colours)


def test_what_is_unreliable_or_withheld_is_hatched_and_what_has_no_value_dotted(
    client: Client, release: Release
) -> None:
    paths = {path.get("class"): path.get("d") or "" for path in parts(client)}
    by_class = {kind: area_of(paths[kind]) for kind in ("h", "d")}
    drawing = mapdata.boundaries(release).sketch
    assert drawing is not None
    hatched = Estimate.objects.filter(
        release=release, level="municipality", reliability__in=("C", "withheld")
    )
    codes = set(hatched.values_list("territory__code", flat=True))
    assert codes
    shapes = drawing.shapes()
    wanted = sum(shapely.area(shapes[code]) for code in codes) * drawing.frame.across * drawing.frame.down
    assert by_class["h"] == pytest.approx(wanted, rel=0.02)
    estimated = set(Estimate.objects.filter(release=release).values_list("territory__code", flat=True))
    without = [code for code in shapes if code not in estimated]
    assert without
    dotted = sum(shapely.area(shapes[code]) for code in without) * drawing.frame.across * drawing.frame.down
    assert by_class["d"] == pytest.approx(dotted, rel=0.02)


def test_a_layer_has_its_own_colours_and_types_are_not_hatched(client: Client, release: Release) -> None:
    spots = {path.get("fill") for path in parts(client, "?layer=spots")} - {None}
    assert spots <= set(palette.SPOTS.values())
    assert len(spots) > 1
    types = parts(client, "?layer=types")
    assert {path.get("fill") for path in types} - {None} <= set(
        palette.types(len(release.diagnostics["types"]))
    )
    assert "h" not in {path.get("class") for path in types}


@pytest.mark.parametrize(("query", "faint"), [("", 0), ("?class=2", None), ("?class=77", 0), ("?class=x", 0)])
def test_what_is_not_chosen_is_faint(client: Client, release: Release, query: str, faint: int | None) -> None:
    filled = [path for path in parts(client, query) if path.get("class") in (None, "n", "d")]
    wanted = len(filled) - 1 if faint is None else faint
    assert sum(path.get("opacity") == picture.DIMMED for path in filled) == wanted


def test_it_is_compressed_once_and_asked_for_once(client: Client, release: Release) -> None:
    page = client.get(f"/es/countries/{COUNTRY}/map/").content.decode()
    [address] = re.findall(r'src="([^"]*picture\.svg[^"]*)"', page)
    first = client.get(address.replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip"
    assert "immutable" in first["Cache-Control"]
    assert first["Content-Type"] == "image/svg+xml"
    assert gzip.decompress(first.content) == client.get(AT).content
    again = client.get(address.replace("&amp;", "&"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/fr/countries/{COUNTRY}/map/picture.svg").content == client.get(AT).content


def test_its_policy_names_its_own_style_and_nothing_else(client: Client, release: Release) -> None:
    response = client.get(AT)
    assert response["Content-Security-Policy"] == picture.POLICY
    assert response.content.decode().count("<style>") == 1
    assert "script" not in response.content.decode()
    assert "unsafe" not in picture.POLICY


def test_the_page_says_in_words_what_the_picture_shows(client: Client, release: Release) -> None:
    page = client.get(f"/en/countries/{COUNTRY}/map/?class=3").content.decode()
    [text] = re.findall(r'<img class="map-picture__image"[^>]*alt="([^"]*)"', page)
    assert text.startswith("Risk map, ")
    assert text.count("territories") == len(release.classes["classes"])
    assert re.search(r'<img[^>]*width="\d+"\s+height="\d+"', page), "it keeps its place while it comes"
    assert "class=3" in re.findall(r'src="([^"]*picture\.svg[^"]*)"', page)[0]


def test_without_boundaries_there_is_no_picture(client: Client, release: Release) -> None:
    Boundary.objects.all().delete()
    assert client.get(AT).status_code == 404
    for page in ("", "map/"):
        body = client.get(f"/en/countries/{COUNTRY}/{page}").content.decode()
        assert "no boundaries are known for this country" in body
        assert "picture.svg" not in body


def test_what_ends_while_its_boundary_is_kept_is_still_told_of(client: Client, release: Release) -> None:
    boundaries = mapdata.boundaries(release)
    Territory.objects.filter(country=COUNTRY, code="99001").update(valid_to="2020-01-01")
    areas = client.get(f"/en/countries/{COUNTRY}/map/values.json").json()["areas"]
    assert tuple(areas["code"]) == boundaries.codes
    assert areas["status"][areas["code"].index("99001")] == "no_census"


def test_after_publication_no_visitor_waits_for_what_takes_long(
    client: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm(release)
    cache.clear()  # another process

    def refuse(*_: object) -> None:
        raise AssertionError("made anew")

    for module, name in ((mapdata, "_make"), (mapdata, "_values"), (picture, "_paths")):
        monkeypatch.setattr(module, name, refuse)
    for layer in ("", "spots", "types"):
        assert client.get(f"/pt/countries/{COUNTRY}/map/?layer={layer}").status_code == 200
    assert client.get(f"/en/countries/{COUNTRY}/map/values.json").status_code == 200
    assert client.get(f"/en/countries/{COUNTRY}/").status_code == 200


def test_a_name_that_changes_is_not_kept_as_it_was(client: Client, release: Release) -> None:
    values = f"/en/countries/{COUNTRY}/map/values.json"
    assert "Renamed" not in client.get(values).json()["areas"]["name"]
    Territory.objects.filter(code="01001").update(name="Renamed")
    cache.clear()
    assert "Renamed" in client.get(values).json()["areas"]["name"]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**25 - 1), st.integers(2, 40))
def test_merged_parts_cover_what_they_covered_apart(members: int, size: int) -> None:
    cells = {n: box(n % 5, n // 5, n % 5 + 1, n // 5 + 1) for n in range(25)}
    frame = sketch.Frame.of((0, 0, size, size))
    chosen = [cell for n, cell in cells.items() if members >> n & 1]
    path = sketch.merged(frame, chosen)
    apart = [sketch.merged(frame, [cell]) for cell in chosen]
    assert shape_of(path).equals(shapely.union_all([shape_of(one) for one in apart]))


def test_each_line_is_drawn_once_and_by_what_it_parts() -> None:
    shapes = Shapes(tuple("abcd"), tuple(box(x, y, x + 1, y + 1) for y in range(2) for x in range(2)))
    frame = sketch.Frame.of(shapes.bounds)
    inner, outer = sketch.borders(frame, shapes, ["1", "1", "2", "2"], 1.0)
    lengths = [sum(shapely.LineString(line).length for line in rings(path)) for path in (inner, outer)]
    assert np.array(lengths) / frame.down == pytest.approx([2, 10], rel=0.01)


def test_an_island_smaller_than_a_unit_is_still_seen() -> None:
    shapes = [box(0, 0, 10, 10), box(20, 20, 20.001, 20.001)]
    frame = sketch.Frame.of((0, 0, 21, 21))
    assert len(rings(sketch.merged(frame, shapes))) == 2


def test_the_sketch_keeps_every_territory_of_the_map(release: Release) -> None:
    drawn = mapdata.boundaries(release)
    assert drawn.sketch is not None
    assert drawn.sketch.codes == drawn.codes
    kept = places.boundaries(Territory.objects.filter(code__in=drawn.codes).values_list("pk", flat=True))
    whole = shapely.area(list(kept.values())).sum()
    assert shapely.area(list(drawn.sketch.shapes().values())).sum() == pytest.approx(whole, rel=0.02)
