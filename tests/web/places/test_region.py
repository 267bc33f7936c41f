"""The region's 33 countries: their codes, their names, and outlines that hold their capitals."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from almenara.common.errors import MachineError
from almenara.places import queries
from almenara.places.actions.region import Laid, lay_region
from almenara.places.models import Boundary, Country, Level, Territory, TerritoryCode, TerritoryName
from almenara.places.names import folded
from almenara.places.polygons import EARTH_RADIUS_KM
from almenara.places.region import FILE, OUTLINES, PACKAGE, REGION, outlines
from tests.support.database import owner_rights

ROOT = Path(__file__).resolve().parents[3]
SERIES = ROOT.parent / "shared" / "data" / "observatory" / "sdg_8_7_1.csv"
FEW_KM = 3  # an outline at 1:50 million cuts off the quay of a harbour


def km(shape: shapely.Geometry, longitude: float, latitude: float) -> float:
    """To the nearest point of the shape, on the sphere: near enough for a few kilometres."""
    nearest = shapely.shortest_line(shape, shapely.Point(longitude, latitude)).coords
    (x, y), (capital_x, capital_y) = np.radians(nearest[0]), np.radians(nearest[-1])
    return float(EARTH_RADIUS_KM * np.hypot((capital_x - x) * np.cos(capital_y), capital_y - y))


def test_every_outline_holds_its_capital_or_lies_within_a_few_km_and_is_of_nobody_else() -> None:
    shapes = outlines()
    assert len(shapes) == len(REGION) == 33
    for country in REGION:
        away = {
            other.alpha3: km(shapes[other.numeric], country.longitude, country.latitude) for other in REGION
        }
        assert away[country.alpha3] <= FEW_KM, country
        assert min(away, key=lambda code: away[code]) == country.alpha3


def test_outlines_are_valid_and_neighbours_share_no_ground() -> None:
    shapes = outlines()
    assert all(shape.is_valid and shape.area > 0 for shape in shapes.values())
    assert all(a.intersection(b).area == 0 for a, b in combinations(shapes.values(), 2))


def test_numeric_codes_are_those_of_the_atlas_and_names_agree() -> None:
    """The atlas and CLDR are two sources: the one has numeric codes, the other alpha-2, both have English names."""
    topology = json.loads((Path(settings.NODE_MODULES) / PACKAGE / FILE).read_bytes())
    atlas = {
        item["id"]: item["properties"]["name"]
        for item in topology["objects"]["countries"]["geometries"]
        if "id" in item
    }
    for country in REGION:
        first = folded(atlas[country.numeric].replace("St.", "Saint")).split()[0]
        assert folded(country.long_name).split()[0] == first, country


@pytest.mark.skipif(not SERIES.exists(), reason="the indicator series are not at ../shared/data/observatory")
def test_numeric_codes_are_those_of_the_united_nations() -> None:
    with SERIES.open(encoding="utf-8") as file:
        known = {row["geo_area"].zfill(3): row["name"] for row in csv.DictReader(file)}
    found = [country for country in REGION if country.numeric in known]
    assert len(found) > 10
    for country in found:
        assert folded(known[country.numeric]).split()[0] == folded(country.long_name).split()[0]


def test_each_code_is_one_countrys_and_has_its_form() -> None:
    for scheme, length in (("alpha2", 2), ("alpha3", 3), ("numeric", 3)):
        codes = [getattr(country, scheme) for country in REGION]
        assert len(set(codes)) == 33
        assert {len(code) for code in codes} == {length}
        assert all(code.isdecimal() if scheme == "numeric" else code.isupper() for code in codes)


@pytest.mark.django_db
def test_the_region_is_laid_once_and_found_in_every_language() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert lay_region(by=None) == Laid(countries=33, created=33, drawn=33)
    written = [query["sql"] for query in captured if "pg_advisory_xact_lock" not in query["sql"]]
    assert len(written) < len(REGION), "a few statements for all of them"
    rows = [model.objects.count() for model in (Territory, Country, Boundary, TerritoryCode, TerritoryName)]
    assert lay_region(by=None) == Laid(countries=33, created=0, drawn=33)
    assert rows == [
        model.objects.count() for model in (Territory, Country, Boundary, TerritoryCode, TerritoryName)
    ]
    for typed in ("brazil", "bresil", "Brasil", "BRA", "BR", "076"):
        assert [place.code for place in queries.search(typed, "es")] == ["BRA"], typed
    for typed in ("saint vincent and the gren", "san vicente", "névis", "saint-christophe"):
        assert len(queries.search(typed, "en")) == 1, typed
    assert Country.objects.get(alpha3="DOM").name("fr") == "République dominicaine"
    assert Country.objects.get(alpha3="KNA").name("pt") == "São Cristóvão e Névis"
    assert {country.alpha3 for country in Country.objects.all()} == {country.alpha3 for country in REGION}


@pytest.mark.django_db
def test_every_laid_country_has_four_names_its_codes_and_an_outline_with_its_capital() -> None:
    lay_region(by=None)
    shapes = queries.boundaries(Country.objects.values_list("territory", flat=True))
    for country in Country.objects.select_related("territory"):
        assert all(country.name(language) for language in ("es", "pt", "en", "fr"))
        assert country.territory.code == country.alpha3
        assert km(shapes[country.territory_id], country.capital_longitude, country.capital_latitude) <= FEW_KM
        assert queries.by_code(country.alpha3, "iso3166-numeric", country.numeric) == country.territory


@pytest.mark.django_db
def test_a_country_that_is_known_keeps_its_name_and_its_own_boundary() -> None:
    place = Territory.objects.create(code="DOM", country="DOM", level=Level.COUNTRY, name="Quisqueya")
    Boundary.objects.create(territory=place, wkb=shapely.to_wkb(shapely.box(0, 0, 1, 1)), source="census")
    assert lay_region(by=None) == Laid(countries=33, created=32, drawn=32)
    place.refresh_from_db()
    assert place.name == "Quisqueya"
    assert Boundary.objects.get(territory=place).source == "census"
    assert [found.code for found in queries.search("dominican rep", "en")] == ["DOM"]
    assert Boundary.objects.filter(source=OUTLINES).count() == 32


@pytest.mark.django_db
def test_without_the_package_nothing_is_laid_and_the_remedy_said(settings: Any, tmp_path: Path) -> None:
    settings.NODE_MODULES = tmp_path
    with pytest.raises(MachineError, match="npm ci"):
        lay_region(by=None)
    assert not Territory.objects.exists()


@pytest.mark.django_db
def test_countries_are_in_the_history() -> None:
    lay_region(by=None)
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute("SELECT kind, object_type, country FROM witness_entry")
        said = set(cursor.fetchall())
    assert ("insert", "places_country", "BOL") in said
    assert {table for _, table, _ in said} >= {"places_territorycode", "places_territoryname"}
