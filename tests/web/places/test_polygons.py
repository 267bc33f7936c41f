from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from almenara.places.dissolve import union
from almenara.places.polygons import ROUNDING, Shapes, areas_km2, invalid, mend, overlaps

BOWTIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])


def test_a_degree_square_at_the_equator_has_the_sphere_s_area() -> None:
    by_hand = 6371.0072**2 * np.radians(1) * np.sin(np.radians(1))
    assert areas_km2(np.array([box(10, 0, 11, 1)]))[0] == pytest.approx(by_hand)


def test_the_whole_world_has_the_sphere_s_area() -> None:
    assert areas_km2(np.array([box(-180, -90, 180, 90)]))[0] == pytest.approx(4 * np.pi * 6371.0072**2)


def test_sound_neighbours_that_share_a_border_have_no_fault() -> None:
    shapes: Shapes = {"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1), "c": box(0, 1, 2, 2)}
    assert (invalid(shapes), overlaps(shapes)) == ([], [])
    mended, changes = mend(shapes)
    assert (mended, changes) == (shapes, [])


def test_an_invalid_polygon_is_named_with_its_reason_and_mended() -> None:
    assert invalid({"a": box(0, 0, 1, 1), "x": BOWTIE}) == [f"x: {shapely.is_valid_reason(BOWTIE)}"]
    mended, [change] = mend({"x": BOWTIE})
    assert mended["x"].is_valid
    assert change.code == "x"


def test_overlaps_are_found_with_their_area_the_largest_first() -> None:
    shapes: Shapes = {"a": box(0, 0, 1, 1), "b": box(0.9, 0, 2, 1), "c": box(1.95, 0, 3, 1)}
    found = overlaps(shapes)
    assert [(o.first, o.second) for o in found] == [("a", "b"), ("b", "c")]
    assert found[0].km2 == pytest.approx(areas_km2(np.array([box(0.9, 0, 1, 1)]))[0])


def test_a_polygon_inside_another_overlaps_it() -> None:
    assert len(overlaps({"a": box(0, 0, 4, 4), "b": box(1, 1, 2, 2)})) == 1


def test_what_two_share_stays_with_the_smaller_one() -> None:
    shapes: Shapes = {"large": box(0, 0, 4, 1), "small": box(3.9, 0, 4.5, 1)}
    mended, [change] = mend(shapes)
    assert mended["small"].equals(shapes["small"])
    assert change.code == "large"
    assert change.share == pytest.approx(0.1 / 4, rel=1e-6)


def test_lines_and_points_that_mending_leaves_over_are_dropped() -> None:
    spike = Polygon([(0, 0), (1, 0), (1, 1), (1, 3), (1, 1), (0, 1), (0, 0)])
    mended, _ = mend({"x": spike})
    assert mended["x"].geom_type in {"Polygon", "MultiPolygon"}
    assert mended["x"].area == pytest.approx(1)


squares = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 12), st.integers(1, 12))


@settings(max_examples=40, deadline=None)
@given(st.lists(squares, min_size=2, max_size=6, unique=True))
def test_mended_polygons_are_valid_apart_and_cover_what_was_covered(
    boxes: list[tuple[int, int, int, int]],
) -> None:
    shapes: Shapes = {
        str(i): box(x / 10, y / 10, (x + w) / 10, (y + h) / 10) for i, (x, y, w, h) in enumerate(boxes)
    }
    mended, _ = mend(shapes)
    assert invalid(mended) == []
    assert overlaps(mended, ignore=ROUNDING) == []
    before, after = union(list(shapes.values())), union(list(mended.values()))
    assert after.area == pytest.approx(before.area)


def test_the_union_of_parts_with_an_invalid_one_is_valid() -> None:
    whole = union([BOWTIE, box(1, 0, 2, 1), MultiPolygon([box(5, 5, 6, 6)])])
    assert whole.is_valid
    assert whole.area == pytest.approx(0.5 + 1 + 1)
