"""Reading what `almenara places import` is given: a file of polygons, and tables (CSV or Excel)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from almenara.places.degrees import check_degrees
from almenara.places.records import PopulationRecord
from almenara.places.tables import cell_text, day, lines, number, refused, whole

WORLD = (-180.0, -90.0, 180.0, 90.0)
POLYGONS = {"Polygon", "MultiPolygon"}
POPULATION_COLUMNS = ("code", "year", "age_from", "age_to", "count")


@dataclass(frozen=True)
class Columns:
    """Names of the columns of the polygons' file."""

    code: str = "code"
    name: str = "name"
    parent: str = "parent"
    parent_name: str = "parent_name"
    level: str = "level"


@dataclass(frozen=True)
class Row:
    """One territory as a file gives it: empty texts for what it does not say."""

    code: str
    name: str = ""
    parent: str = ""
    parent_name: str = ""
    level: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    geometry: shapely.Geometry | None = None


def read_polygons(path: Path, columns: Columns) -> list[Row]:
    """One row a feature, in degrees of WGS 84. Raises RefusedError: unreadable, no codes, no polygons, no degrees."""
    frame = _frame(path)
    if columns.code not in frame.columns:
        raise refused(
            f"There is no column '{columns.code}'.",
            path,
            "Name the code's column with --code.",
            map(str, frame.columns),
        )
    geometries = list(frame.geometry) if isinstance(frame, geopandas.GeoDataFrame) else []
    rows = [
        _row(properties, geometry, columns)
        for properties, geometry in zip(frame.to_dict("records"), geometries, strict=True)
    ]
    _check_polygons(path, rows)
    return rows


def _frame(path: Path) -> Any:
    source = f"/vsigzip/{path.resolve()}" if path.suffix == ".gz" else str(path)
    if not path.exists():
        raise refused("The file does not exist.", path, "Correct the path.")
    try:
        frame = geopandas.read_file(source)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise refused(
            f"It cannot be read ({str(error).splitlines()[0]}).",
            path,
            "Give a GeoJSON, GeoPackage or shapefile.",
        ) from None
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise refused("It holds no geometry.", path, "Give names and parents with --table, polygons here.")
    bounds = frame.total_bounds.tolist()
    if not any(map(math.isnan, bounds)):
        check_degrees(path, tuple(bounds), frame.crs)
    return frame if frame.crs is None or frame.crs.to_epsg() == 4326 else frame.to_crs(4326)


def _row(properties: dict[str, Any], geometry: shapely.Geometry | None, columns: Columns) -> Row:
    def text(name: str) -> str:
        return cell_text(properties.get(name))

    return Row(
        code=text(columns.code),
        name=text(columns.name),
        parent=text(columns.parent),
        parent_name=text(columns.parent_name),
        level=text(columns.level),
        geometry=None if geometry is None or geometry.is_empty else shapely.force_2d(geometry),
    )


def _check_polygons(path: Path, rows: Sequence[Row]) -> None:
    nameless = [str(number) for number, row in enumerate(rows, start=1) if not row.code]
    if nameless:
        raise refused("Features have no code.", path, "Fill in the code, or remove the features.", nameless)
    shapeless = [row.code for row in rows if row.geometry is None]
    if shapeless:
        raise refused(
            "Features have no polygon.",
            path,
            "Draw them, or list these territories in --table only.",
            shapeless,
        )
    given = [(row.code, row.geometry) for row in rows if row.geometry is not None]
    others = [f"{code}: {shape.geom_type}" for code, shape in given if shape.geom_type not in POLYGONS]
    if others:
        raise refused("Features are not polygons.", path, "Give polygons only.", others)
    outside = [code for code, shape in given if not _in_the_world(shape)]
    if outside:
        remedy = "Give the file with its coordinate system (a shapefile needs its .prj), or in longitude and latitude."
        raise refused("Coordinates are not degrees of longitude and latitude.", path, remedy, outside)


def _in_the_world(geometry: shapely.Geometry) -> bool:
    west, south, east, north = geometry.bounds
    return bool(west >= WORLD[0] and south >= WORLD[1] and east <= WORLD[2] and north <= WORLD[3])


def read_table(path: Path, encoding: str = "") -> list[Row]:
    """Territories from CSV or Excel: code; and any of name, parent, parent_name, level, valid_from, valid_to."""
    known = ("code", "name", "parent", "parent_name", "level")
    return [
        Row(
            **{name: cell_text(cells.get(name)) for name in known},
            valid_from=day(cells.get("valid_from"), path, line),
            valid_to=day(cells.get("valid_to"), path, line),
        )
        for line, cells in lines(path, ("code",), encoding)
    ]


def read_population(path: Path, encoding: str = "") -> list[PopulationRecord]:
    """Counts from CSV or Excel: code, year, age_from, age_to, count; and sex, source."""
    return [
        PopulationRecord(
            code=cell_text(cells.get("code")),
            year=whole(cells.get("year"), "year", path, line),
            age_from=whole(cells.get("age_from"), "age_from", path, line),
            age_to=whole(cells.get("age_to"), "age_to", path, line),
            sex=cell_text(cells.get("sex")),
            count=number(cells.get("count"), "count", path, line),
            source=cell_text(cells.get("source")) or path.name,
        )
        for line, cells in lines(path, POPULATION_COLUMNS, encoding)
    ]
