"""`almenara places import`, from files to rows, and what it refuses."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest
import shapely
from shapely.geometry import Polygon, box

from almenara.common.errors import RefusedError
from almenara.places.importing import Done, Request, import_files
from almenara.places.models import Boundary, Level, Population, Territory
from almenara.places.queries import boundaries
from almenara.places.reading import Columns

pytestmark = pytest.mark.django_db

DEPARTMENTS = "code,name,level\n01,Ñuble,department\n02,Oeste,department\n"


def square(i: int) -> Polygon:
    return box(-30 + i, 0, -29 + i, 1)


def feature(code: Any, geometry: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"Place {code}", **properties},
        "geometry": None if geometry is None else json.loads(shapely.to_geojson(geometry)),
    }


FEATURES = [feature("0101", square(0)), feature("0102", square(1)), feature("0201", square(2))]


def write(folder: Path, features: list[dict[str, Any]] | None = None, table: str = DEPARTMENTS) -> Request:
    text = json.dumps({"type": "FeatureCollection", "features": FEATURES if features is None else features})
    (folder / "polygons.geojson").write_text(text)
    (folder / "table.csv").write_text(table, encoding="utf-8")
    return Request(folder / "polygons.geojson", "ZZ", "Isla", folder / "table.csv", parent_digits=2)


def refusal(request: Request) -> str:
    with pytest.raises(RefusedError) as refused:
        import_files(request)
    assert Territory.objects.count() == Boundary.objects.count() == 0
    return str(refused.value)


def test_a_country_is_planted_with_the_boundaries_of_every_level(tmp_path: Path) -> None:
    done = import_files(write(tmp_path))
    assert (done.imported.saved.created, done.imported.saved.boundaries) == (6, 6)
    place = Territory.objects.get(code="0102")
    assert place.parent is not None
    assert (place.parent.name, place.level, place.bounds) == ("Ñuble", Level.MUNICIPALITY, (-29, 0, -28, 1))
    shapes = boundaries(Territory.objects.values_list("pk", flat=True))
    by_code = {Territory.objects.get(pk=key).code: shape for key, shape in shapes.items()}
    assert by_code["01"].equals(box(-30, 0, -28, 1))
    assert by_code["ZZ"].equals(box(-30, 0, -27, 1))


def test_importing_again_updates_and_adds_nothing(tmp_path: Path) -> None:
    import_files(write(tmp_path))
    renamed = [feature("0101", square(0), name="New Name"), *FEATURES[1:]]
    done = import_files(write(tmp_path, renamed))
    assert (done.imported.saved.created, done.imported.saved.updated) == (0, 6)
    assert Territory.objects.get(code="0101").search_name == "new name"
    assert Boundary.objects.count() == 6


def test_boundaries_alone_leave_known_places_where_they_hang_and_redraw_what_is_above(tmp_path: Path) -> None:
    import_files(write(tmp_path))
    nameless = [feature(code, square(i + 5), name=None) for i, code in enumerate(("0101", "0102"))]
    import_files(replace(write(tmp_path, nameless), country_name="", table=None, parent_digits=0))
    place = Territory.objects.select_related("parent").get(code="0101")
    assert place.parent is not None
    assert (place.name, place.parent.code) == ("Place 0101", "01")
    assert Territory.objects.get(code="01").bounds == (-25, 0, -23, 1)
    assert Territory.objects.get(code="02").bounds == (-28, 0, -27, 1)
    assert Territory.objects.get(code="ZZ").bounds == (-30, 0, -27, 1)


@pytest.mark.parametrize("form", [".gpkg", ".shp", ".geojson.gz"])
def test_other_formats_give_the_same_rows(tmp_path: Path, form: str) -> None:
    request = write(tmp_path)
    path = tmp_path / f"other{form}"
    if form == ".geojson.gz":
        path.write_bytes(gzip.compress((tmp_path / "polygons.geojson").read_bytes()))
    else:
        geopandas.read_file(tmp_path / "polygons.geojson").to_file(path)
    import_files(replace(request, polygons=path))
    assert Territory.objects.get(code="0102").bounds == pytest.approx((-29, 0, -28, 1))


def test_projected_coordinates_are_brought_to_degrees(tmp_path: Path) -> None:
    request = write(tmp_path)
    path = tmp_path / "metres.gpkg"
    geopandas.read_file(tmp_path / "polygons.geojson").to_crs(3857).to_file(path)
    import_files(replace(request, polygons=path))
    assert Territory.objects.get(code="0102").bounds == pytest.approx((-29, 0, -28, 1), abs=1e-6)


def test_metres_without_a_coordinate_system_are_refused(tmp_path: Path) -> None:
    request = write(tmp_path)
    path = tmp_path / "metres.shp"
    geopandas.read_file(tmp_path / "polygons.geojson").to_crs(3857).to_file(path)
    path.with_suffix(".prj").unlink()
    text = refusal(replace(request, polygons=path))
    assert "not degrees" in text
    assert ".prj" in text


def test_numeric_codes_are_read_without_a_decimal_point(tmp_path: Path) -> None:
    import_files(
        write(
            tmp_path,
            [feature(1101, square(0)), feature(1102, square(1))],
            "code,name,level\n11,Uno,department\n",
        )
    )
    assert set(Territory.objects.values_list("code", flat=True)) == {"ZZ", "11", "1101", "1102"}


def test_columns_are_named_and_departments_implied(tmp_path: Path) -> None:
    rows = [feature("x", square(0), COD="0101", NOM="Uno", DEP="01", parent_name="Ñuble")]
    request = write(tmp_path, rows, "code\n")
    import_files(replace(request, columns=Columns("COD", "NOM", "DEP"), parent_digits=0))
    assert list(Territory.objects.order_by("code").values_list("code", "name")) == [
        ("01", "Ñuble"), ("0101", "Uno"), ("ZZ", "Isla"),
    ]  # fmt: skip


def test_the_table_goes_before_the_polygons_file_and_adds_places_without_a_polygon(tmp_path: Path) -> None:
    table = DEPARTMENTS + "0101,El Nombre,\n0202,Sin Mapa,\n"
    import_files(write(tmp_path, table=table))
    assert Territory.objects.get(code="0101").name == "El Nombre"
    assert Territory.objects.get(code="0202").bounds is None


def test_excel_tables_with_dates_are_read(tmp_path: Path) -> None:
    request = write(tmp_path)
    book = openpyxl.Workbook()
    for row in (["code", "name", "level", "valid_from"], ["01", "Ñuble", "department", None],
                ["02", "Oeste", "department", None], ["0201", "Nueva", None, "2014-03-31"]):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    import_files(replace(request, table=tmp_path / "table.xlsx"))
    assert str(Territory.objects.get(code="0201").valid_from) == "2014-03-31"


def test_population_is_counted_by_year_age_and_sex_and_replaced_when_given_again(tmp_path: Path) -> None:
    counts = tmp_path / "population.csv"
    counts.write_text(
        "code;year;age_from;age_to;sex;count\n0101;2022;5;17;;1200\n0101;2022;5;17;female;590\n"
    )
    done = import_files(replace(write(tmp_path), population=counts))
    assert done.counts == 2
    counts.write_text("code;year;age_from;age_to;sex;count\n0101;2022;5;17;;1300\n")
    import_files(replace(write(tmp_path), population=counts))
    assert list(Population.objects.order_by("sex").values_list("sex", "count")) == [
        ("", 1300),
        ("female", 590),
    ]


def test_population_of_an_unknown_place_is_refused_with_all_the_rest(tmp_path: Path) -> None:
    counts = tmp_path / "population.csv"
    counts.write_text("code,year,age_from,age_to,count\n9999,2022,5,17,1\n")
    text = refusal(replace(write(tmp_path), population=counts))
    assert "9999" in text


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("0101,2022,5,17,,-3", ["below zero", "0101 2022 5-17"]),
        ("0101,2022,5,17,,nan", ["'nan' is not a number", "line 2, count"]),
        ("0101,2022,5,17,,inf", ["'inf' is not a number", "line 2, count"]),
        ("0101,2022,17,5,,3", ["youngest age is above the oldest", "0101 2022 17-5"]),
        ("0101,22022,5,17,,3", ["Years or ages are out of range", "0101 22022 5-17"]),
        ("0101,2022,5,17,,3\n0101,2022,5,17,,4", ["counted more than once", "0101 2022 5-17"]),
        ("0101,2022,5,17,neither of them,3", ["other words than female and male", "neither of them"]),
        ("0101,2022", ["'' is not a number", "line 2, age_from"]),
    ],
)
def test_faulty_counts_are_refused_with_the_list(tmp_path: Path, lines: str, said: list[str]) -> None:
    counts = tmp_path / "population.csv"
    counts.write_text(f"code,year,age_from,age_to,sex,count\n{lines}\n")
    text = refusal(replace(write(tmp_path), population=counts))
    for words in said:
        assert words in text


def test_names_are_kept_as_they_are_but_for_their_blanks(tmp_path: Path) -> None:
    name = '<b>O\'Hara</b> & "Q", ' + "x" * 70
    import_files(
        write(tmp_path, [feature("0101", square(0), name=f" {name}\n "), feature("0201", square(2))])
    )
    assert Territory.objects.get(code="0101").name == name


@pytest.mark.parametrize("names_encoding", ["latin1", "utf-8"])
def test_a_shapefile_s_names_are_read_in_its_own_encoding(tmp_path: Path, names_encoding: str) -> None:
    request = write(tmp_path, [feature("0101", square(0), name="Ñandú"), feature("0201", square(2))])
    path = tmp_path / "names.shp"
    geopandas.read_file(tmp_path / "polygons.geojson").to_file(path, encoding=names_encoding)
    import_files(replace(request, polygons=path))
    assert Territory.objects.get(code="0101").name == "Ñandú"


def test_a_shapefile_cut_short_is_refused(tmp_path: Path) -> None:
    request = write(tmp_path)
    path = tmp_path / "cut.shp"
    geopandas.read_file(tmp_path / "polygons.geojson").to_file(path)
    path.write_bytes(path.read_bytes()[:200])
    assert "0102" in refusal(replace(request, polygons=path))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("table.xlsx", b"rubbish", "cannot be read"),
        ("table.csv", b'code,name\n01,"' + b"x" * 200_000 + b'"\n', "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    request = replace(write(tmp_path), table=tmp_path / name)
    (tmp_path / name).write_bytes(content)
    text = refusal(request)
    assert said in text
    assert name in text


@pytest.mark.parametrize(
    ("features", "table", "said"),
    [
        ([*FEATURES, feature("0101", square(5))], DEPARTMENTS, ["Codes appear more than once", "(0101)"]),
        (FEATURES, DEPARTMENTS + "0101,A,\n0101,B,\n", ["Codes appear more than once", "(0101)"]),
        (FEATURES, "code,name,level\n01,Ñuble,department\n", ["parent that does not exist", "0201 → 02"]),
        (FEATURES, DEPARTMENTS.replace("Oeste", ""), ["have no name", "(02)"]),
        (FEATURES, DEPARTMENTS + "03,X,province\n", ["'province' is not a level", "municipality"]),
        (FEATURES, "name\nx\n", ["Columns are missing", "(code)"]),
        (FEATURES, "code,name,level,valid_from\n01,Ñuble,department,31/03/14\n",
         ["'31/03/14' is not a date", "line 2"]),
        ([*FEATURES, feature("0103", shapely.Point(1, 1))], DEPARTMENTS, ["not polygons", "0103: Point"]),
        ([*FEATURES, feature(None, square(6))], DEPARTMENTS, ["have no code", "(4)"]),
        ([*FEATURES, feature("0104", None)], DEPARTMENTS, ["have no polygon", "(0104)", "--table"]),
        ([*FEATURES, feature("01/5", square(5))], DEPARTMENTS, ["cannot be part of an address", "(01/5)"]),
        ([*FEATURES, feature("01" + "5" * 39, square(5))], DEPARTMENTS, ["longer than 40 characters", "0155"]),
        ([*FEATURES, feature("0105", square(5), name="x" * 201)], DEPARTMENTS, ["longer than 200", "(0105)"]),
        ([*FEATURES, feature("0105", square(5), name="a\u0001b")], DEPARTMENTS, ["control characters", "(0105)"]),
        (FEATURES, "code,name,level,valid_from,valid_to\n01,A,department,2020-01-01,2010-12-31\n02,B,department,,\n",
         ["end before they begin", "(01)"]),
    ],
)  # fmt: skip
def test_faulty_codes_names_and_parents_are_refused_whole_with_the_list(
    tmp_path: Path, features: list[dict[str, Any]], table: str, said: list[str]
) -> None:
    text = refusal(write(tmp_path, features, table))
    for words in said:
        assert words in text


def test_an_unknown_country_is_told_apart_from_unknown_departments(tmp_path: Path) -> None:
    text = refusal(replace(write(tmp_path), country_name=""))
    assert "The country ZZ is not known yet" in text
    assert "--country-name" in text
    assert "parent that does not exist" not in text


def test_a_place_cannot_hang_from_one_below_it(tmp_path: Path) -> None:
    table = DEPARTMENTS.replace("level", "level,parent").replace("department\n02", "department,0101\n02")
    assert "01 → 0101" in refusal(write(tmp_path, table=table))


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    text = refusal(write(tmp_path, [*FEATURES, feature("0101", square(5)), feature("0301", square(6))]))
    assert "Codes appear more than once" in text
    assert "0301 → 03" in text


BOWTIE = Polygon([(-27, 0), (-26, 1), (-26, 0), (-27, 1), (-27, 0)])
BROKEN = [
    *FEATURES,
    feature("0202", BOWTIE),
    feature("0203", box(-29.005, 0, -28, 1.0).intersection(box(-29.005, 0.5, -28.999, 1))),
]


def test_invalid_and_overlapping_polygons_are_refused_with_both_lists(tmp_path: Path) -> None:
    text = refusal(write(tmp_path, BROKEN))
    assert "0202: Self-intersection" in text
    assert "0101 and 0203 share" in text
    assert "--repair" in text


def test_repair_mends_and_reports_each_change_of_area(tmp_path: Path) -> None:
    small = [*FEATURES[:2], feature("0201", box(-28.001, 0, -27, 1))]
    done: Done = import_files(replace(write(tmp_path, small), repair=True))
    [change] = done.imported.repair.changes
    assert change.code == "0201"
    assert 0 < change.share < 0.002
    shapes = list(
        boundaries(Territory.objects.filter(level=Level.MUNICIPALITY).values_list("pk", flat=True)).values()
    )
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes))


def test_a_change_beyond_the_tolerance_is_refused_with_its_size(tmp_path: Path) -> None:
    request = replace(write(tmp_path, BROKEN), repair=True, tolerance=0.001)
    text = refusal(request)
    assert "more than 0.10%" in text
    assert "--tolerance" in text
    assert "0101" in text


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"type": "FeatureCollection", "features": []}', b"PK\x03\x04rubbish"]
)
def test_what_is_no_spatial_file_is_refused(tmp_path: Path, content: bytes) -> None:
    request = write(tmp_path)
    (tmp_path / "polygons.geojson").write_bytes(content)
    assert str(request.polygons) in refusal(request)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refusal(replace(write(tmp_path), polygons=tmp_path / "none.gpkg"))
    assert "does not exist" in refusal(replace(write(tmp_path), table=tmp_path / "none.csv"))


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    request = write(tmp_path)
    (tmp_path / "table.csv").write_bytes(DEPARTMENTS.encode("latin-1"))
    assert "UTF-8" in refusal(request)
