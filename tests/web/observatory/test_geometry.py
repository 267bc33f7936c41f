"""Boundaries for the screen: whatever comes in, what is drawn is valid, and neighbours keep one border."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from almenara.observatory import geometry
from almenara.observatory.presenters.classes import Legend
from almenara.observatory.presenters.drawings import draw

BOWTIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
corner = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


def grid(size: int) -> dict[str, Polygon]:
    return {f"{x}-{y}": box(x, y, x + 1, y + 1) for x in range(size) for y in range(size)}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(corner, min_size=4, max_size=9, unique=True), min_size=2, max_size=5))
@example(
    [
        [(0, 0), (0, 1), (1, 0), (0, 0.5)],
        [(0, 1), (0, 0), (-1, 0), (1, 0)],
        [(1, 0), (0, 0), (0, 1), (0, 0.5)],
    ]
)
def test_polygons_that_cross_themselves_and_each_other_can_be_drawn(
    rings: list[list[tuple[float, float]]],
) -> None:
    shapes = geometry.simplify({str(i): Polygon(ring) for i, ring in enumerate(rings)})
    assert all(shape.is_valid for shape in shapes.polygons)
    shapely.coverage_union_all(list(shapes.polygons))
    if shapely.area(list(shapes.polygons)).sum() > 0:
        geometry.Drawing.of(shapes.bounds).path(shapes.polygons)


@pytest.mark.parametrize(
    "ring",
    [
        [(1e-200, 1e-300), (0, 1.0), (0, 0), (1.0, 0)],
        [(1e-200, 1e-300), (2.0, 0), (1.0, 0), (1.8, 1e-300)],
        [(2.3, 1.0), (0, 0), (1e-09, 0), (1e-200, 1e-300)],
    ],
    ids=["divides by nothing", "mends without success", "gives up"],
)
def test_differences_finer_than_any_survey_of_land_do_no_harm(ring: list[tuple[float, float]]) -> None:
    shapes = geometry.simplify({"hair": Polygon(ring), "land": box(1, 1, 2, 2)})
    assert all(shape.is_valid for shape in shapes.polygons)


def test_what_mending_leaves_over_is_no_polygon() -> None:
    spike = Polygon([(0, 0), (1, 0), (1, 1), (1, 3), (1, 1), (0, 1), (0, 0)])
    shapes = geometry.simplify({"spike": spike, "bowtie": BOWTIE}, 0.001)
    assert {shape.geom_type for shape in shapes.polygons} <= {"Polygon", "MultiPolygon"}


def test_neighbours_keep_one_border() -> None:
    tilted = {code: shapely.affinity.rotate(shape, 0.3, origin=(0, 0)) for code, shape in grid(6).items()}
    shapes = geometry.simplify(tilted)
    assert shapely.coverage_is_valid(np.array(shapes.polygons, dtype=object))


@pytest.mark.parametrize(("tolerance", "decimals"), [(0.0078, 3), (0.0007, 4), (0.0000001, 5), (0.5, 1)])
def test_coordinates_have_the_digits_that_the_tolerance_deserves(tolerance: float, decimals: int) -> None:
    third = {"a": Polygon([(0, 0), (100 / 3, 0), (100 / 3, 100 / 7), (0, 100 / 7)])}
    [polygon] = geometry.simplify(third, tolerance).polygons
    points = shapely.get_coordinates(polygon)
    assert np.array_equal(points, np.round(points, decimals))
    assert not np.array_equal(points, np.round(points, decimals - 1))


def test_a_polygon_too_small_for_the_grid_is_given_one_step_of_it() -> None:
    inside, alone = box(1.50001, 1.50001, 1.50002, 1.50002), box(9, 9, 9.00001, 9.00001)
    shapes = geometry.simplify({**grid(4), "inside": inside, "alone": alone}, 0.01)
    found = dict(zip(shapes.codes, shapes.polygons, strict=True))
    step = 10.0 ** -geometry.decimals_of(0.01)
    for code, own in (("inside", inside), ("alone", alone)):
        assert found[code].area == pytest.approx(step**2)
        assert found[code].distance(own) < step
    assert shapely.coverage_is_valid(np.array(shapes.polygons, dtype=object))
    assert shapely.union_all(shapes.polygons).area == pytest.approx(16 + step**2), (
        "the step was taken from one"
    )


def test_a_name_on_a_map_is_not_taken_for_one_of_its_patterns() -> None:
    shapes = geometry.Shapes(("1",), (shapely.box(0, 0, 1, 1),))
    drawn = draw(shapes, [], Legend((), "", ""), title="Map", names={"1": "Thatched no-data"})
    assert drawn is not None
    assert ">Thatched no-data</text>" in drawn.svg
    [filled] = set(re.findall(r"url\(#([^)]+)\)", drawn.svg))
    assert drawn.svg.count(f'id="{filled}"') == 1
