"""Bad input of every kind: what, where, how many, what next; and after each refusal nothing is half-done.

At the command that an operator meets, one of them is refused, advised and taken in test_commands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import geopandas
import pytest
import shapely
from shapely.geometry import Polygon, box

from almenara.common.errors import RefusedError
from almenara.places.importing import Request, import_files
from almenara.places.importing_tables import Tables, import_tables
from almenara.places.models import Boundary, Change, Territory

COUNTRY = "QQ"
LEFT, RIGHT = box(-60, -10, -59, -9), box(-59, -10, -58, -9)
HEAD = "rank,code,level,name_es,name_pt,name_en,name_fr,plural_es,plural_pt,plural_en,plural_fr\n"
WITHOUT_DEPARTMENTS = HEAD + "".join(
    f"{rank},{code},{of}," + ",".join([f"{code} x"] * 8) + "\n"
    for rank, code, of in ((0, "country", "country"), (1, "parish", "municipality"))
)
PLACES = "code,name,level,parent\nA,Alba,municipality,\nB,Boca,municipality,\n"


@dataclass(frozen=True)
class Case:
    """wanted: words of the refusal. polygons: by code. crs: of the file; said: what it declares. tables: by option."""

    wanted: tuple[str, ...]
    polygons: dict[str, shapely.Geometry] = field(default_factory=dict)
    crs: int = 4326
    said: int = 4326
    tables: dict[str, bytes] = field(default_factory=dict)


def whole(text: str) -> bytes:
    return text.encode()


CASES = {
    "a sliver between two": Case(
        ("leave hairline gaps between them", "A and B leave", "--repair"),
        {"A": box(-60, -10, -59, -9).difference(box(-59.0005, -9.8, -59, -9.2)), "B": RIGHT},
    ),
    "a sliver that two share": Case(
        ("level municipality overlap", "A and B share", "km²", "--repair"),
        {"A": LEFT, "B": box(-59.0005, -10, -58, -9)},
    ),
    "a self-intersection": Case(
        ("level municipality are invalid", "B: Self-intersection", "--repair"),
        {"A": LEFT, "B": Polygon([(-59, -10), (-58, -9), (-58, -10), (-59, -9), (-59, -10)])},
    ),
    "metres called degrees": Case(
        ("polygons.gpkg", "not degrees", "Web Mercator", "coordinate system"), {"A": LEFT, "B": RIGHT}, crs=3857
    ),
    "degrees called metres": Case(
        ("polygons.gpkg", "and they are degrees", "EPSG:4326"), {"A": LEFT, "B": RIGHT}, said=31979
    ),
    "swapped axes": Case(
        ("polygons.gpkg", "Latitude seems to stand before longitude", "longitude first"),
        {code: shapely.transform(shape, lambda at: at[:, ::-1]) for code, shape in (("A", LEFT), ("B", RIGHT))},
    ),
    "two encodings in one file, beside polygons": Case(
        ("table.csv", "Some lines are encoded in UTF-8, and others are not", "(line 3)", "--encoding mixed"),
        {"A": LEFT, "B": RIGHT},
        tables={"table": "code,name\nA,Ñuble\n".encode() + "B,Peña\n".encode("latin-1")},
    ),
    "two encodings in one table": Case(
        ("territories.csv", "Some lines are encoded in UTF-8, and others are not", "(line 4)", "--encoding mixed"),
        tables={"territories": PLACES.replace("Alba", "Ñuble").encode() + "C,Peña,,\n".encode("latin-1")},
    ),
    "a split whose parts are not the whole": Case(
        ("changes", "do not add up to the whole", "A in x: shares of 0.9 in all", "--tolerance"),
        tables={
            "territories": whole(PLACES),
            "changes": b"change,kind,day,predecessor,successor,weight\n"
            b"x,split,2001-01-01,A,A,0.5\nx,split,2001-01-01,A,B,0.4\n",
        },
    ),
    "a department where the country has none": Case(
        ("'department' is not a level", "territory 01", "Use one of country, parish"),
        tables={
            "levels": whole(WITHOUT_DEPARTMENTS),
            "territories": b"code,name,level,parent\n01,Uno,department,\nA,Alba,parish,01\n",
        },
    ),
    "a parent where the country has no departments": Case(
        ("name a parent that does not exist", "A → 01", "Add the parents"),
        tables={
            "levels": whole(WITHOUT_DEPARTMENTS),
            "territories": b"code,name,level,parent\nA,Alba,parish,01\n",
        },
    ),
}  # fmt: skip


def laid(case: Case, folder: Path) -> tuple[Path | None, dict[str, Path]]:
    """The case's files: polygons if there are any, and tables by option."""
    tables = {name: folder / f"{name}.csv" for name in case.tables}
    for name, path in tables.items():
        path.write_bytes(case.tables[name])
    if not case.polygons:
        return None, tables
    codes = list(case.polygons)
    frame = geopandas.GeoDataFrame(
        {"code": codes, "name": [f"Place {code}" for code in codes]},
        geometry=list(case.polygons.values()),
        crs=4326,
    )
    path = folder / "polygons.gpkg"
    frame.to_crs(case.crs).set_crs(case.said, allow_override=True).to_file(path)
    return path, tables


def brought(polygons: Path | None, tables: dict[str, Path]) -> None:
    if polygons:
        import_files(Request(polygons, COUNTRY, "Tierra", **tables))  # type: ignore[arg-type]
    else:
        import_tables(Tables(COUNTRY, "Tierra", **tables))  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_in_whole_sentences_and_nothing_is_kept(tmp_path: Path, name: str) -> None:
    polygons, tables = laid(CASES[name], tmp_path)
    with pytest.raises(RefusedError) as refused:
        brought(polygons, tables)
    for said in CASES[name].wanted:
        assert said in str(refused.value)
    for fault in refused.value.faults:
        assert fault.what.endswith(".")
        assert fault.remedy
        assert fault.where
    assert Territory.objects.count() == Boundary.objects.count() == Change.objects.count() == 0


@pytest.mark.django_db
def test_what_is_advised_helps(tmp_path: Path) -> None:
    """Slivers are mended by --repair, two encodings are read by --encoding mixed."""
    for name in ("a sliver between two", "two encodings in one file, beside polygons"):
        polygons, tables = laid(CASES[name], tmp_path)
        assert polygons is not None
        asked = Request(polygons, COUNTRY, "Tierra", repair=True, encoding="mixed", **tables)  # type: ignore[arg-type]
        import_files(asked)
    assert set(Territory.objects.values_list("name", flat=True)) == {"Tierra", "Ñuble", "Peña"}
    shapes = [
        shapely.from_wkb(bytes(row.wkb)) for row in Boundary.objects.filter(territory__level="municipality")
    ]
    assert shapely.coverage_is_valid(shapes, gap_width=0.001)


@pytest.mark.django_db
def test_a_country_without_departments_and_names_of_ninety_characters_are_taken(tmp_path: Path) -> None:
    long = "Municipality of the Very Long Name by the Lighthouse, the Two Rivers and the Old Salt Road"
    assert len(long) == 90
    territories = whole(f'code,name,level\nA,"{long}",parish\n')
    tables = {"levels": whole(WITHOUT_DEPARTMENTS), "territories": territories}
    brought(*laid(Case((), tables=tables), tmp_path))
    place = Territory.objects.get(code="A")
    assert place.name == long
    assert place.parent is not None
    assert place.parent == place.listed_in == Territory.objects.get(code=COUNTRY)
