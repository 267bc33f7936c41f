"""Polygons of the areas: read, joined by code, thinned to what a map on a page needs, as GeoJSON in WGS84."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from mirti.declarations import BoundariesDeclaration
from mirti.documents import BoundaryRecord
from mirti.errors import InputError, Problem
from mirti.io.files import require_file

if TYPE_CHECKING:
    import geopandas  # slow to import, and only a run with boundaries needs it

Polygons: TypeAlias = NDArray[np.object_]

WGS84 = 4326
VERTICES = 150_000  # about 3 MB of GeoJSON
FIRST_TOLERANCE = 0.0005  # degrees, some 50 m
DECIMALS = 6  # 0.1 m
POLYGONAL = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Boundaries:
    """codes, names: (B,) texts; polygons: (B,) valid polygons in WGS84; mended: codes of polygons found invalid."""

    file: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    polygons: Polygons
    mended: tuple[str, ...]


def read_boundaries(path: Path, declaration: BoundariesDeclaration) -> Boundaries:
    """The polygons of a GeoJSON (.gz too), GeoPackage or shapefile.

    Raises InputError for a file that cannot be read, lacks a property that was named, repeats or lacks codes, or holds
    something else than polygons.
    """
    require_file(path, "boundaries")
    frame = _frame(path)
    codes = _codes(frame, declaration.code, path)
    names = _names(frame, declaration, codes, path)
    polygons = np.asarray(frame.geometry.values, dtype=object)
    _check_polygons(polygons, codes, path)
    invalid = ~shapely.is_valid(polygons)
    mended = np.where(invalid, _only_polygons(shapely.make_valid(polygons)), polygons)
    return Boundaries(path.name, codes, names, mended, tuple(np.array(codes, dtype=object)[invalid]))


def join(boundaries: Boundaries, area_codes: Sequence[str]) -> BoundaryRecord:
    """Which polygons belong to the areas. Raises InputError if none does, with the first ten codes of each side."""
    areas, polygons = set(area_codes), set(boundaries.codes)
    both = areas & polygons
    if not both:
        raise InputError(
            Problem(
                "No polygon's code is the code of an area. "
                f"The areas' codes begin {_first(area_codes)}; the polygons' begin {_first(boundaries.codes)}.",
                boundaries.file,
                "Name the property that holds the area code under boundaries.code, or form census.area to match it.",
            )
        )
    return BoundaryRecord(
        file=boundaries.file,
        polygons=len(polygons),
        joined=len(both),
        no_polygon=tuple(sorted(areas - polygons)),
        no_census=tuple(sorted(polygons - areas)),
    )


def feature_collection(
    boundaries: Boundaries, names: dict[str, str], parents: dict[str, str | None]
) -> dict[str, Any]:
    """GeoJSON (RFC 7946) with code, name, parent and status of every polygon.

    names: of the release's areas, whose polygons have the status "ok"; the others keep the file's name, "no_census".
    """
    thinned = simplify(boundaries.polygons)
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(
                code, names.get(code, own), parents.get(code), "ok" if code in names else "no_census", polygon
            )
            for code, own, polygon in zip(boundaries.codes, boundaries.names, thinned, strict=True)
        ],
    }


def simplify(polygons: Polygons, vertices: int = VERTICES) -> Polygons:
    """Thin to at most about `vertices`, neighbours keeping their common border (coverage simplification)."""
    thinned, tolerance = polygons, FIRST_TOLERANCE
    while shapely.get_num_coordinates(thinned).sum() > vertices and tolerance < 1:
        thinned = np.asarray(shapely.coverage_simplify(polygons, tolerance), dtype=object)
        tolerance *= 2
    # The same rounding on both sides of a border keeps it common.
    rounded = shapely.transform(thinned, lambda xy: np.round(xy, DECIMALS))
    valid = shapely.is_valid(rounded)
    return np.where(valid, rounded, _only_polygons(shapely.make_valid(rounded)))


def _frame(path: Path) -> geopandas.GeoDataFrame:
    source = f"/vsigzip/{path.resolve()}" if path.suffix == ".gz" else str(path)
    try:
        frame = pyogrio.read_dataframe(source)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        what = f"The boundaries cannot be read ({str(error).splitlines()[0]})."
        remedy = "Give a GeoJSON, a GeoPackage or a shapefile with all its parts (.shp, .shx, .dbf, .prj)."
        raise InputError(Problem(what, str(path), remedy)) from None
    if "geometry" not in frame.columns or not len(frame):
        raise InputError(
            Problem("The file holds no polygons.", str(path), "Give a file of the areas' boundaries.")
        )
    if frame.crs is None:
        what, remedy = (
            "The file does not say its coordinate system.",
            "Add the .prj file, or convert it to WGS84.",
        )
        raise InputError(Problem(what, str(path), remedy))
    return frame if frame.crs.to_epsg() == WGS84 else frame.to_crs(WGS84)


def _require_property(frame: geopandas.GeoDataFrame, column: str, key: str, path: Path) -> None:
    if column not in frame.columns:
        found = tuple(name for name in frame.columns if name != "geometry")
        remedy = f"Name one of the file's properties under {key}."
        raise InputError(Problem(f"There is no property '{column}'.", str(path), remedy, len(found), found))


def _names(
    frame: geopandas.GeoDataFrame, declaration: BoundariesDeclaration, codes: tuple[str, ...], path: Path
) -> tuple[str, ...]:
    """The areas' names; their codes where there are none. Only a property that was asked for must exist."""
    column = declaration.name
    if column is not None and "name" in declaration.model_fields_set:
        _require_property(frame, column, "boundaries.name", path)
    if column is None or column not in frame.columns:
        return codes
    return tuple(name or code for name, code in zip(_texts(frame, column), codes, strict=True))


def _codes(frame: geopandas.GeoDataFrame, column: str, path: Path) -> tuple[str, ...]:
    _require_property(frame, column, "boundaries.code", path)
    codes = _texts(frame, column)
    without = [str(i + 1) for i, code in enumerate(codes) if not code]
    if without:
        what, remedy = (
            "Polygons have no code.",
            "Give each a code, or take it out of the file (feature numbers shown).",
        )
        raise InputError(Problem(what, str(path), remedy, len(without), tuple(without)))
    seen: set[str] = set()
    repeated = tuple(dict.fromkeys(code for code in codes if code in seen or seen.add(code)))  # type: ignore[func-returns-value]
    if repeated:
        what, remedy = (
            "Polygons repeat a code.",
            "Merge the parts of an area into one polygon, or correct the codes.",
        )
        raise InputError(Problem(what, str(path), remedy, len(repeated), repeated))
    return tuple(codes)


def _texts(frame: geopandas.GeoDataFrame, column: str) -> list[str]:
    """Values as texts; whole numbers without a decimal point, missing ones empty."""
    return [_text(value) for value in frame[column].tolist()]


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _check_polygons(polygons: Polygons, codes: tuple[str, ...], path: Path) -> None:
    kinds = [polygon.geom_type if polygon is not None else "nothing" for polygon in polygons]
    wrong = tuple(f"{c}: {k}" for c, k in zip(codes, kinds, strict=True) if k not in POLYGONAL)
    if wrong:
        what = "Areas are drawn as something else than polygons."
        remedy = "Give each area a Polygon or a MultiPolygon, or take it out of the file."
        raise InputError(Problem(what, str(path), remedy, len(wrong), wrong))


def _only_polygons(geometries: Polygons) -> Polygons:
    """What mending left of lines and points is dropped."""
    kept = [
        geometry if geometry.geom_type in POLYGONAL else _union_of_polygons(geometry)
        for geometry in geometries
    ]
    result = np.empty(len(kept), dtype=object)
    result[:] = kept
    return result


def _union_of_polygons(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.union_all([part for part in shapely.get_parts(geometry) if part.geom_type in POLYGONAL])


def _feature(
    code: str, name: str, parent: str | None, status: str, polygon: shapely.Geometry
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "parent": parent, "status": status},
        "geometry": json.loads(shapely.to_geojson(shapely.orient_polygons(polygon))),
    }


def _first(codes: Sequence[str]) -> str:
    return ", ".join(codes[:10])
