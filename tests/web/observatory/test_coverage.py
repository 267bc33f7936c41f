"""Coarser boundaries of a real map: no gaps, no overlaps, nobody lost, and neighbours stay neighbours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import box

from almenara.observatory import coverage
from almenara.observatory.geometry import decimals_of
from almenara.places.reading import Columns, read_polygons

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT.parent / "shared" / "data" / "brazil" / "municipalities.geojson.gz"
NORTH_EAST = ("25", "26")  # two states of 408 municipalities with a good share of the overlaps
TOLERANCES = (0.1, 0.03, 0.01)


@pytest.fixture(scope="module")
def given() -> coverage.Geometries:
    if not FILE.exists():
        pytest.skip("the map is not at ../shared/data/brazil")
    rows = [row for row in read_polygons(FILE, Columns()) if row.code.startswith(NORTH_EAST)]
    shapes = np.array([row.geometry for row in rows], dtype=object)
    return coverage.cleaned(shapely.make_valid(shapes), 0.001)


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_simplifying_keeps_a_coverage_of_all_with_the_same_neighbours(
    given: coverage.Geometries, tolerance: float
) -> None:
    assert shapely.coverage_is_valid(given)
    coarse = shapely.coverage_simplify(given, tolerance)
    assert shapely.coverage_is_valid(coarse)
    assert not shapely.is_empty(coarse).any()
    assert coverage.neighbours(coarse) == coverage.neighbours(given)


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_what_is_sent_is_a_valid_coverage_on_the_grid_without_new_gaps(
    given: coverage.Geometries, tolerance: float
) -> None:
    step = 10.0 ** -decimals_of(tolerance)
    sent = coverage.simplified(given, tolerance, step)
    assert shapely.is_valid(sent).all()
    assert shapely.coverage_is_valid(sent)
    assert not shapely.is_empty(sent).any()
    whole = shapely.union_all(sent)
    assert shapely.area(sent).sum() == pytest.approx(whole.area, rel=1e-12), "no overlap"
    assert holes(whole) <= holes(shapely.union_all(given)), "no gap"
    steps = shapely.get_coordinates(sent) / step
    assert np.abs(steps - np.rint(steps)).max() < 1e-6


@pytest.mark.parametrize(("tolerance", "share"), [(0.03, 0.002), (0.01, 0.002)])
def test_neighbours_stay_neighbours_on_the_grid(
    given: coverage.Geometries, tolerance: float, share: float
) -> None:
    before = coverage.neighbours(given)
    step = 10.0 ** -decimals_of(tolerance)
    sent = coverage.simplified(given, tolerance, step)
    after = coverage.neighbours(sent)
    # Borders far shorter than a step, four of which run together, are the few that the grid makes a point of.
    assert len(before ^ after) <= share * len(before)
    assert all(sent[a].distance(sent[b]) <= step for a, b in before)


def holes(whole: shapely.Geometry) -> int:
    return sum(len(part.interiors) for part in shapely.get_parts(whole))


def test_a_border_shorter_than_a_step_is_drawn_one_step_long() -> None:
    """Left and right share 0.002 of a border between above and below; by rounding alone they would only touch."""
    left = shapely.Polygon([(0, 0), (4.999, 4.999), (5, 5.001), (0, 10)])
    right = shapely.Polygon([(10, 0), (10, 10), (5, 5.001), (4.999, 4.999)])
    above = shapely.Polygon([(0, 10), (5, 5.001), (10, 10)])
    below = shapely.Polygon([(0, 0), (10, 0), (4.999, 4.999)])
    shapes = np.array([left, right, above, below], dtype=object)
    sent = coverage.snapped(shapes, 0.1)
    assert coverage.neighbours(shapes) == coverage.neighbours(sent)
    rounded = shapely.transform(shapes, lambda points: np.round(points, 1))
    assert (0, 1) not in coverage.neighbours(rounded)


def test_what_two_share_goes_to_the_smaller() -> None:
    shapes = np.array([box(0, 0, 4, 1), box(3.5, 0, 5, 1)], dtype=object)
    large, small = coverage.cleaned(shapes, 0.0)
    assert (large.area, small.area) == pytest.approx((3.5, 1.5))


def test_a_gap_narrower_than_asked_is_closed_and_a_wide_one_is_not() -> None:
    around = shapely.Polygon(
        box(0, 0, 6, 6).exterior, [box(1, 1, 2, 1.01).exterior, box(3, 3, 4, 4).exterior]
    )
    [whole, _] = coverage.cleaned(np.array([around, box(6, 0, 7, 6)], dtype=object), 0.05)
    assert whole.area == pytest.approx(35)


def test_twins_both_keep_a_polygon() -> None:
    sent = coverage.simplified(
        coverage.cleaned(np.array([box(0, 0, 4, 4)] * 2, dtype=object), 0.01), 0.1, 0.01
    )
    assert shapely.area(sent).min() > 0
    assert shapely.coverage_is_valid(sent)
