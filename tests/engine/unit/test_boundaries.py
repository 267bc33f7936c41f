"""Boundaries: read from every format, joined by code with a list of what does not join, thinned without gaps."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import shapely

from mirti.declarations import BoundariesDeclaration
from mirti.errors import InputError
from mirti.io.boundaries import feature_collection, join, read_boundaries, simplify

DECLARATION = BoundariesDeclaration(file="areas")


def grid(columns=4, rows=3):
    """Squares side by side, their common sides wavy: a coverage."""
    rng = np.random.default_rng(1)
    steps = np.linspace(0, 1, 41)
    wave = rng.uniform(-0.01, 0.01, (2, columns + 1, rows + 1, 41)) * (steps % 1 > 0)

    def side(kind, i, j):
        offset = wave[kind, i, j]
        along, across = (i if kind == 0 else j) + steps, (j if kind == 0 else i) + offset
        return np.column_stack([along, across] if kind == 0 else [across, along])

    def cell(i, j):
        ring = [side(0, i, j), side(1, i + 1, j), side(0, i, j + 1)[::-1], side(1, i, j)[::-1]]
        return shapely.Polygon(np.concatenate(ring))

    polygons = [cell(i, j) for i in range(columns) for j in range(rows)]
    codes = [f"{k:03d}" for k in range(len(polygons))]
    return geopandas.GeoDataFrame(
        {"code": codes, "name": [f"N{c}" for c in codes]}, geometry=polygons, crs=4326
    )


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp"])
def test_the_formats_give_the_same_polygons(tmp_path, suffix):
    frame = grid()
    frame.to_file(tmp_path / f"areas{suffix}")
    boundaries = read_boundaries(tmp_path / f"areas{suffix}", DECLARATION)
    assert boundaries.codes == tuple(frame["code"])
    assert boundaries.names == tuple(frame["name"])
    assert shapely.area(boundaries.polygons) == pytest.approx(shapely.area(frame.geometry.values), rel=1e-6)


def test_another_coordinate_system_becomes_wgs84(tmp_path):
    frame = grid()
    frame.to_crs(3857).to_file(tmp_path / "areas.gpkg")
    boundaries = read_boundaries(tmp_path / "areas.gpkg", DECLARATION)
    assert shapely.total_bounds(boundaries.polygons) == pytest.approx(frame.total_bounds, abs=1e-6)


def test_numeric_codes_lose_no_digit(tmp_path):
    frame = grid().assign(code=np.arange(12) + 901.0)
    frame.to_file(tmp_path / "areas.gpkg")
    assert read_boundaries(tmp_path / "areas.gpkg", DECLARATION).codes[0] == "901"


def test_thinning_keeps_common_borders(tmp_path):
    polygons = np.asarray(grid().geometry.values, dtype=object)
    before = shapely.get_num_coordinates(polygons).sum()
    thinned = simplify(polygons, vertices=before // 4)
    assert shapely.get_num_coordinates(thinned).sum() <= before // 4
    assert shapely.is_valid(thinned).all()
    assert shapely.coverage_is_valid(thinned)
    assert shapely.union_all(thinned).interiors.__len__() == 0


def test_small_maps_are_only_rounded():
    polygons = np.asarray(grid().geometry.values, dtype=object)
    thinned = simplify(polygons)
    assert (shapely.get_num_coordinates(thinned) == shapely.get_num_coordinates(polygons)).all()
    assert shapely.coverage_is_valid(thinned)


def test_what_does_not_join_is_listed_and_kept_without_a_value(tmp_path):
    grid().to_file(tmp_path / "areas.gpkg")
    boundaries = read_boundaries(tmp_path / "areas.gpkg", DECLARATION)
    record = join(boundaries, [*boundaries.codes[:-2], "900"])
    assert (record.polygons, record.joined) == (12, 10)
    assert record.no_polygon == ("900",)
    assert record.no_census == ("010", "011")
    features = feature_collection(boundaries, dict.fromkeys(boundaries.codes[:-2], "x"), {})["features"]
    assert [f["properties"]["status"] for f in features] == ["ok"] * 10 + ["no_census"] * 2
    assert features[-1]["properties"]["name"] == "N011"


def test_codes_of_which_none_joins_are_refused_with_both_sides(tmp_path):
    grid().to_file(tmp_path / "areas.gpkg")
    boundaries = read_boundaries(tmp_path / "areas.gpkg", DECLARATION)
    with pytest.raises(InputError, match="No polygon's code") as error:
        join(boundaries, ["DO001", "DO002"])
    assert "begin DO001, DO002; the polygons' begin 000, 001" in str(error.value)


def broken(frame, how):
    polygons = list(frame.geometry)
    if how == "point":
        polygons[3] = shapely.Point(0, 0)
    codes = list(frame["code"])
    if how == "repeated":
        codes[1] = codes[0]
    if how == "without":
        codes[1] = None
    return geopandas.GeoDataFrame({"code": codes}, geometry=polygons, crs=None if how == "no crs" else 4326)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("point", "something else than polygons. (003: Point)"),
        ("repeated", "repeat a code. (000)"),
        ("without", "have no code. (2)"),
        ("no crs", "does not say its coordinate system"),
    ],
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_faulty_boundaries_are_refused_in_words(tmp_path, how, message):
    broken(grid(), how).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(InputError) as error:
        read_boundaries(tmp_path / "areas.gpkg", DECLARATION)
    assert message in str(error.value)


def test_an_unknown_property_is_refused_with_those_that_exist(tmp_path):
    grid().to_file(tmp_path / "areas.gpkg")
    with pytest.raises(InputError, match=r"no property 'id'. \(code, name\)"):
        read_boundaries(tmp_path / "areas.gpkg", BoundariesDeclaration(file="areas", code="id"))


def test_a_named_property_of_names_must_exist_and_the_default_one_need_not(tmp_path):
    path = tmp_path / "municipalities.geojson"
    grid().drop(columns="name").to_file(path)
    with pytest.raises(InputError, match=r"(?s)no property 'nombre'. \(code\).*boundaries.name"):
        read_boundaries(path, BoundariesDeclaration(file=path.name, name="nombre"))
    unnamed = read_boundaries(path, BoundariesDeclaration(file=path.name))
    assert unnamed.names == unnamed.codes


def test_a_file_that_is_no_map_is_refused(tmp_path):
    (tmp_path / "areas.geojson").write_text("not a map")
    with pytest.raises(InputError, match="cannot be read"):
        read_boundaries(tmp_path / "areas.geojson", DECLARATION)


def test_an_invalid_polygon_is_mended_and_named(tmp_path):
    frame = grid()
    polygons = list(frame.geometry)
    polygons[0] = shapely.Polygon([(9, 9), (10, 10), (10, 9), (9, 10)])
    frame.set_geometry(geopandas.GeoSeries(polygons, crs=4326)).to_file(tmp_path / "areas.gpkg")
    boundaries = read_boundaries(tmp_path / "areas.gpkg", DECLARATION)
    assert boundaries.mended == ("000",)
    assert shapely.is_valid(boundaries.polygons).all()
