"""The map of a simulated country: an exact partition in open ocean, and surfaces that neighbours share."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from mirti.simulate.boundaries import Partition, dissolve, partition
from mirti.simulate.fields import area_variable, smooth_field
from mirti.simulate.names import place_names

SIZES = [(40, 6, 1), (56, 7, 2), (120, 10, 3), (300, 16, 4), (900, 20, 5)]
OCEAN = (
    -132.0,
    -38.5,
    -118.0,
    -27.5,
)  # no land in it: Ducie Island lies at 24.7° S, Easter Island at 109.4° W


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]} areas", scope="module")
def country(request: pytest.FixtureRequest) -> Partition:
    areas, departments, seed = request.param
    return partition(areas, departments, np.random.default_rng(seed))


def moran(values: np.ndarray, pairs: np.ndarray) -> float:
    """Moran's I with binary weights."""
    deviation = values - values.mean()
    return float((deviation[pairs[:, 0]] * deviation[pairs[:, 1]]).mean() / np.square(deviation).mean())


def test_municipalities_neither_overlap_nor_leave_gaps(country: Partition) -> None:
    assert shapely.is_valid(country.polygons).all()
    assert shapely.coverage_is_valid(country.polygons)
    assert shapely.area(country.polygons).min() > 0


def test_each_level_is_the_union_of_the_one_below(country: Partition) -> None:
    departments = dissolve(country.polygons, country.department)
    whole = shapely.coverage_union_all(country.polygons)
    assert shapely.coverage_is_valid(departments)
    assert shapely.coverage_union_all(departments).equals(whole)
    assert sum(shapely.area(departments)) == pytest.approx(shapely.area(country.polygons).sum(), rel=1e-12)


def test_departments_are_connected_and_hold_several_municipalities(country: Partition) -> None:
    for shape in dissolve(country.polygons, country.department):
        assert shape.geom_type == "Polygon"
    assert np.bincount(country.department).min() >= 3


def test_the_country_lies_in_open_ocean(country: Partition) -> None:
    assert shapely.box(*OCEAN).contains(shapely.MultiPolygon(list(country.polygons)))


def test_neighbours_are_the_pairs_that_share_a_border(country: Partition) -> None:
    """Oracle: shapely's own test of each pair whose boxes touch."""
    tree = shapely.STRtree(country.polygons)
    left, right = tree.query(country.polygons, predicate="intersects")
    lines = shapely.length(shapely.intersection(country.polygons[left], country.polygons[right]))
    sharing = {(int(a), int(b)) for a, b, line in zip(left, right, lines, strict=True) if a < b and line > 0}
    assert {tuple(sorted(map(int, pair))) for pair in country.neighbours} == sharing


def test_borders_are_irregular(country: Partition) -> None:
    """A convex cell fills its hull; these do not, and a coast is longer than its hull's by far."""
    hulls = shapely.convex_hull(country.polygons)
    assert np.median(shapely.area(country.polygons) / shapely.area(hulls)) < 0.93
    whole = shapely.coverage_union_all(country.polygons)
    assert whole.length > 1.3 * whole.convex_hull.length


def test_smooth_field_has_the_stated_covariance() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    draws = np.array([smooth_field(points, 1.0, np.random.default_rng(seed)) for seed in range(2000)])
    distance = np.abs(points[:, 0][:, None] - points[:, 0][None, :])
    assert np.cov(draws.T, bias=True) == pytest.approx(np.exp(-(distance**2) / 2), abs=0.12)


def test_area_variables_are_alike_among_neighbours(country: Partition) -> None:
    """Over twenty draws; pure noise has Moran's I of -1 / (D - 1) on average."""
    draws = [np.random.default_rng(seed) for seed in range(20)]
    smooth = [area_variable(country.points, 0.6, rng) for rng in draws]
    noise = [area_variable(country.points, 0.0, rng) for rng in draws]
    assert (smooth[0].mean(), smooth[0].std()) == pytest.approx((0.0, 1.0))
    assert np.mean([moran(values, country.neighbours) for values in smooth]) > 0.25
    assert abs(np.mean([moran(values, country.neighbours) for values in noise])) < 0.12


def test_names_are_unlike_each_other_and_some_are_very_long() -> None:
    assert {len(place_names(3, np.random.default_rng(seed))[2]) for seed in range(200)} == {90}
    names = place_names(2000, np.random.default_rng(5))
    assert len(set(names)) == 2000
    assert len(names[2]) == 90
    assert len(names[1]) > 60
    assert max(map(len, names[3:])) < 60
    assert any("ñ" in name for name in names)
    assert any(set("áéíóú") & set(name) for name in names)
    assert all(name == name.strip() and "  " not in name for name in names)
