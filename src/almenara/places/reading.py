"""Reading what `almenara places import` is given: a file of polygons, and tables (CSV or Excel)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import geopandas
import openpyxl
import shapely
from openpyxl.utils.exceptions import InvalidFileException
from pyogrio.errors import DataLayerError, DataSourceError

from almenara.common.errors import Fault, RefusedError
from almenara.places.records import PopulationRecord

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
        raise _refused(
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
        raise _refused("The file does not exist.", path, "Correct the path.")
    try:
        frame = geopandas.read_file(source)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise _refused(
            f"It cannot be read ({str(error).splitlines()[0]}).",
            path,
            "Give a GeoJSON, GeoPackage or shapefile.",
        ) from None
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise _refused("It holds no geometry.", path, "Give names and parents with --table, polygons here.")
    return frame if frame.crs is None or frame.crs.to_epsg() == 4326 else frame.to_crs(4326)


def _row(properties: dict[str, Any], geometry: shapely.Geometry | None, columns: Columns) -> Row:
    def text(name: str) -> str:
        return _text(properties.get(name))

    return Row(
        code=text(columns.code),
        name=text(columns.name),
        parent=text(columns.parent),
        parent_name=text(columns.parent_name),
        level=text(columns.level),
        geometry=None if geometry is None or geometry.is_empty else shapely.force_2d(geometry),
    )


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a decimal point, unknown values empty, blanks made single spaces."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _check_polygons(path: Path, rows: Sequence[Row]) -> None:
    nameless = [str(number) for number, row in enumerate(rows, start=1) if not row.code]
    if nameless:
        raise _refused("Features have no code.", path, "Fill in the code, or remove the features.", nameless)
    shapeless = [row.code for row in rows if row.geometry is None]
    if shapeless:
        raise _refused(
            "Features have no polygon.",
            path,
            "Draw them, or list these territories in --table only.",
            shapeless,
        )
    given = [(row.code, row.geometry) for row in rows if row.geometry is not None]
    others = [f"{code}: {shape.geom_type}" for code, shape in given if shape.geom_type not in POLYGONS]
    if others:
        raise _refused("Features are not polygons.", path, "Give polygons only.", others)
    outside = [code for code, shape in given if not _in_the_world(shape)]
    if outside:
        remedy = "Give the file with its coordinate system (a shapefile needs its .prj), or in longitude and latitude."
        raise _refused("Coordinates are not degrees of longitude and latitude.", path, remedy, outside)


def _in_the_world(geometry: shapely.Geometry) -> bool:
    west, south, east, north = geometry.bounds
    return bool(west >= WORLD[0] and south >= WORLD[1] and east <= WORLD[2] and north <= WORLD[3])


def read_table(path: Path) -> list[Row]:
    """Territories from CSV or Excel: code; and any of name, parent, parent_name, level, valid_from, valid_to."""
    known = ("code", "name", "parent", "parent_name", "level")
    return [
        Row(
            **{name: _text(cells.get(name)) for name in known},
            valid_from=_date(cells.get("valid_from"), path, line),
            valid_to=_date(cells.get("valid_to"), path, line),
        )
        for line, cells in _lines(path, required=("code",))
    ]


def read_population(path: Path) -> list[PopulationRecord]:
    """Counts from CSV or Excel: code, year, age_from, age_to, count; and sex, source."""
    return [
        PopulationRecord(
            code=_text(cells.get("code")),
            year=_whole(cells.get("year"), "year", path, line),
            age_from=_whole(cells.get("age_from"), "age_from", path, line),
            age_to=_whole(cells.get("age_to"), "age_to", path, line),
            sex=_text(cells.get("sex")),
            count=_number(cells.get("count"), "count", path, line),
            source=_text(cells.get("source")) or path.name,
        )
        for line, cells in _lines(path, required=POPULATION_COLUMNS)
    ]


def _lines(path: Path, required: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number (the header is the first) and cells by column."""
    if not path.exists():
        raise _refused("The file does not exist.", path, "Correct the path.")
    rows = iter(_excel(path) if path.suffix.lower() == ".xlsx" else _csv(path))
    header = [_text(cell).lower() for cell in next(rows, ())]
    missing = [name for name in required if name not in header]
    if missing:
        raise _refused("Columns are missing.", path, "Add them to the first line.", missing)
    for line, cells in enumerate(rows, start=2):
        if any(_text(cell) for cell in cells):
            yield line, dict(zip(header, cells, strict=False))


def _csv(path: Path) -> Iterator[Sequence[Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("It is not encoded in UTF-8.", path, "Save it as CSV UTF-8, or as .xlsx.") from None
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise _refused(f"It cannot be read ({error}).", path, "Save it as CSV UTF-8, or as .xlsx.") from None


def _excel(path: Path) -> Iterator[Sequence[Any]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise _refused(f"It cannot be read ({error}).", path, "Save it as .xlsx, or as CSV UTF-8.") from None
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _whole(value: Any, column: str, path: Path, line: int) -> int:
    number = _number(value, column, path, line)
    if not number.is_integer() or number < 0:
        raise _bad_cell(value, column, path, line, "a whole number")
    return int(number)


def _number(value: Any, column: str, path: Path, line: int) -> float:
    try:
        number = float(_text(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _bad_cell(value, column, path, line, "a number")
    return number


def _date(value: Any, path: Path, line: int) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    text = _text(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _bad_cell(value, "date", path, line, "a date such as 2014-03-31") from None


def _bad_cell(value: Any, column: str, path: Path, line: int, wanted: str) -> RefusedError:
    return _refused(
        f"'{_text(value)}' is not {wanted}.", f"{path}, line {line}, {column}", "Correct the cell."
    )


def _refused(what: str, where: Path | str, remedy: str, items: Iterable[str] = ()) -> RefusedError:
    return RefusedError(Fault(what, str(where), remedy, tuple(items)))
