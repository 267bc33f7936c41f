"""Files whose numbers are no longitude and latitude, or say that they are something else."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from shapely.geometry import box

from almenara.common.errors import RefusedError
from almenara.places.reading import Columns, read_polygons

ACRE = box(-70.5, -10.5, -68.5, -9.0)


def written(folder: Path, shape: shapely.Geometry, crs: int | None, said: int | None = None) -> Path:
    """The shape of EPSG:4326 in another system; said: what the file declares instead."""
    frame = geopandas.GeoDataFrame({"code": ["1"], "name": ["Place"]}, geometry=[shape], crs=4326)
    if crs:
        frame = frame.to_crs(crs)
    path = folder / "file.gpkg"
    frame.set_crs(said, allow_override=True).to_file(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RefusedError) as caught:
        read_polygons(path, Columns())
    return str(caught.value)


@pytest.mark.parametrize("system", [4326, 4674, 31979, 3857, 5880])
def test_a_system_that_is_declared_is_read(tmp_path: Path, system: int) -> None:
    [row] = read_polygons(written(tmp_path, ACRE, system, system), Columns())
    assert row.geometry is not None
    assert row.geometry.symmetric_difference(ACRE).area < 0.01 * ACRE.area


@pytest.mark.parametrize(("system", "words"), [(31979, "UTM"), (3857, "Web Mercator"), (5880, "x from")])
def test_metres_called_degrees_are_refused_with_what_they_look_like(
    tmp_path: Path, system: int, words: str
) -> None:
    text = refusal(written(tmp_path, ACRE, system, 4326))
    assert "not degrees of longitude and latitude" in text
    assert words in text
    assert ".prj" in text


def test_degrees_called_metres_are_refused(tmp_path: Path) -> None:
    text = refusal(written(tmp_path, ACRE, None, 31979))
    assert "UTM zone 19S" in text
    assert "EPSG:4326" in text


@pytest.mark.parametrize("shape", [ACRE, box(-74, -34, -34, 5), box(-117, 14, -86, 32)])
def test_swapped_axes_are_refused(tmp_path: Path, shape: shapely.Geometry) -> None:
    swapped = shapely.transform(shape, lambda points: points[:, ::-1])
    assert "swapped" in refusal(written(tmp_path, swapped, None, 4326))


def test_a_country_elsewhere_is_not_taken_for_a_swapped_one(tmp_path: Path) -> None:
    [row] = read_polygons(written(tmp_path, box(-9.5, 36, 3.3, 43.8), None, 4326), Columns())
    assert row.code == "1"
