"""A real map with real faults: 46 invalid polygons and 363 pairs of neighbours that overlap."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from shapely.geometry import mapping

from almenara.common.errors import RefusedError
from almenara.places.closing import gaps
from almenara.places.importing import Request, import_files
from almenara.places.models import Level, Territory
from almenara.places.polygons import ROUNDING, Shapes, invalid, mend, overlaps
from almenara.places.queries import boundaries
from almenara.places.reading import Columns, read_polygons

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT.parent / "shared" / "data" / "brazil" / "municipalities.geojson.gz"
NORTH_EAST = ("25", "26")  # two states of 408 municipalities with a good share of the overlaps

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the map is not at ../shared/data/brazil")


@pytest.fixture(scope="module")
def country() -> Shapes:
    return {row.code: row.geometry for row in read_polygons(FILE, Columns()) if row.geometry is not None}


def test_its_faults_are_all_found(country: Shapes) -> None:
    assert len(country) == 5564
    assert len(invalid(country)) == 46
    assert len(overlaps(country)) == 363


def test_it_is_mended_with_each_change_of_area_told(country: Shapes) -> None:
    mended, changes = mend(country)
    assert invalid(mended) == []
    assert overlaps(mended, ignore=ROUNDING) == []
    changed = {code for code, shape in country.items() if not shapely.equals_exact(shape, mended[code])}
    assert {change.code for change in changes} == changed
    # Four polygons had islands drawn as holes, or lay largely within a neighbour; the rest moves by less than 1 %.
    assert sum(change.share > 0.01 for change in changes) == 4


@pytest.fixture
def two_states(tmp_path: Path, country: Shapes) -> Request:
    shapes = {code: shape for code, shape in country.items() if code.startswith(NORTH_EAST)}
    features = [
        {"type": "Feature", "properties": {"code": code, "name": f"Place {code}"}, "geometry": mapping(shape)}
        for code, shape in shapes.items()
    ]
    (tmp_path / "states.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    states = "".join(f"{state},State {state},department\n" for state in NORTH_EAST)
    (tmp_path / "table.csv").write_text(f"code,name,level\n{states}")
    return Request(tmp_path / "states.geojson", "BR", "Brasil", tmp_path / "table.csv", parent_digits=2)


@pytest.mark.django_db
def test_two_states_are_refused_as_they_are_and_imported_once_mended(two_states: Request) -> None:
    with pytest.raises(RefusedError, match="overlap"):
        import_files(two_states)
    with pytest.raises(RefusedError, match=r"2611804: 340\.29 → 30"):
        import_files(replace(two_states, repair=True))
    assert not Territory.objects.exists()
    report = two_states.polygons.with_name("report.csv")
    done = import_files(replace(two_states, repair=True, accepted=("2611804",), report=report))
    places = Territory.objects.filter(level=Level.MUNICIPALITY)
    assert places.count() == 408
    assert done.imported.repair.changes[0].code == "2611804"
    lines = Counter(line.split(",")[0] for line in report.read_text().splitlines())
    repair = done.imported.repair
    wanted = {
        "invalid": repair.invalid,
        "overlap": repair.overlaps,
        "gap": repair.gaps,
        "changed": repair.changes,
    }
    assert lines == {"finding": 1} | {name: len(found) for name, found in wanted.items()}
    assert len(repair.overlaps) > 50
    states = boundaries(Territory.objects.filter(level=Level.DEPARTMENT).values_list("pk", flat=True))
    parts = boundaries(places.values_list("pk", flat=True))
    total = sum(shape.area for shape in parts.values())
    assert shapely.coverage_is_valid(list(parts.values()))
    assert gaps({str(key): shape for key, shape in parts.items()}) == []
    assert sum(shape.area for shape in states.values()) == pytest.approx(total, rel=1e-9)
