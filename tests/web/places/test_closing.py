from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from almenara.places.closing import close, gaps
from almenara.places.mending import Repair, mended_records
from almenara.places.polygons import Shapes, areas_km2
from almenara.places.records import TerritoryRecord
from almenara.places.repair_report import HEADER, summary, write_report

HAIRLINE, LAKE = box(1, 1, 1.0005, 2), box(3, 1, 4, 2)
AROUND: Shapes = {
    "left": Polygon([(0, 0), (1, 0), (1, 3), (0, 3)]),
    "right": Polygon(
        [(1, 0), (5, 0), (5, 3), (1, 3), (1, 2), (1.0005, 2), (1.0005, 1), (1, 1)], [LAKE.exterior.coords]
    ),
}


def test_a_hairline_between_neighbours_is_found_with_its_area_and_a_lake_is_none() -> None:
    [found] = gaps(AROUND)
    assert found.near == ("left", "right")
    assert found.km2 == pytest.approx(areas_km2(np.array([HAIRLINE]))[0])


def test_it_is_closed_and_the_lake_stays() -> None:
    closed = close(AROUND)
    assert gaps(closed) == []
    whole = shapely.union_all(list(closed.values()))
    assert whole.area == pytest.approx(15 - 1)
    assert shapely.coverage_is_valid(list(closed.values()))


def test_a_coverage_is_left_as_it_is() -> None:
    shapes: Shapes = {"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1)}
    assert close(shapes) is shapes
    assert close({}) == {}


def test_the_report_has_a_line_for_each_finding(tmp_path: Path) -> None:
    bowtie = Polygon([(7, 0), (8, 1), (8, 0), (7, 1)])
    shapes = AROUND | {"x": bowtie, "y": box(4.9, 0, 6, 3)}
    records = [TerritoryRecord(code, code, "municipality", "C", shape) for code, shape in shapes.items()]
    mended, repair = mended_records(records, 0.05, accepted=["x"])
    assert len(mended) == 4
    write_report(tmp_path / "report.csv", repair)
    with (tmp_path / "report.csv").open(newline="") as file:
        header, *lines = csv.reader(file)
    assert tuple(header) == HEADER
    assert [line[:2] for line in lines[:3]] == [
        ["invalid", "x"],
        ["overlap", "right y"],
        ["gap", "left right"],
    ]
    assert {line[1] for line in lines if line[0] == "changed"} >= {"right"}
    said = " ".join(summary(repair))
    assert "Invalid polygons: 1." in said
    assert "Pairs that overlap, however little: 1; by more than 1 m²: 1" in said
    assert summary(Repair()) == []
