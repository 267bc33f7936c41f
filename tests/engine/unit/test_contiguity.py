"""Who borders whom: shared borders, corners, slivers, overlaps, enclaves; and islands that nobody borders."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import shapely

from mirti.declarations import BoundariesDeclaration
from mirti.io.boundaries import read_boundaries
from mirti.maps.contiguity import queen_neighbours

BRAZIL = Path(__file__).parents[4] / "shared" / "data" / "brazil" / "municipalities.geojson.gz"
DEGREE = 111_195.0


def boxes(columns=4, rows=3, size=0.1, south=0.0):
    return [
        shapely.box(c * size, south + r * size, (c + 1) * size, south + (r + 1) * size)
        for c in range(columns)
        for r in range(rows)
    ]


def found(polygons, **options):
    codes = [str(i) for i in range(len(polygons))]
    neighbours = queen_neighbours(codes, np.array(polygons, dtype=object), **options)
    return neighbours, {
        (i, int(j))
        for i in range(len(polygons))
        for j in neighbours.others[neighbours.start[i] : neighbours.start[i + 1]]
    }


def touching(polygons):
    """The slow obvious version: every pair held against each other."""
    pairs = {(i, j) for i, j in combinations(range(len(polygons)), 2) if polygons[i].intersects(polygons[j])}
    return pairs | {(j, i) for i, j in pairs}


def test_borders_and_corners_make_neighbours_as_every_pair_held_against_each_other():
    polygons = boxes()
    _, pairs = found(polygons)
    assert pairs == touching(polygons)
    assert len(pairs) / 2 == 3 * 3 + 4 * 2 + 2 * 3 * 2  # across, along, and both diagonals of 3 × 2 corners


def test_a_sliver_narrower_than_the_tolerance_parts_nobody_and_a_wider_one_does():
    gap = 80 / DEGREE
    polygons = [shapely.box(0, 0, 0.1, 0.1), shapely.box(0.1 + gap, 0, 0.2, 0.1)]
    assert found(polygons)[1] == {(0, 1), (1, 0)}
    assert found(polygons, tolerance=50)[1] == set()


def test_the_tolerance_is_in_metres_also_far_from_the_equator():
    gap = 80 / DEGREE  # of longitude: 40 m at 60° south
    polygons = [shapely.box(0, -60.05, 0.1, -59.95), shapely.box(0.1 + gap, -60.05, 0.2, -59.95)]
    assert found(polygons, tolerance=45)[1] == {(0, 1), (1, 0)}
    assert found(polygons, tolerance=35)[1] == set()


def test_overlaps_and_enclaves_are_neighbours():
    overlap = [shapely.box(0, 0, 0.11, 0.1), shapely.box(0.1, 0, 0.2, 0.1)]
    enclave = [shapely.box(0, 0, 0.3, 0.3), shapely.box(0.1, 0.1, 0.2, 0.2)]
    assert found(overlap)[1] == found(enclave)[1] == {(0, 1), (1, 0)}


def test_islands_are_listed_and_nobody_is_its_own_neighbour():
    neighbours, pairs = found([*boxes(2, 1), shapely.box(3, 3, 3.1, 3.1)])
    assert neighbours.islands == ("2",)
    assert pairs == {(0, 1), (1, 0)}
    assert neighbours.degree.tolist() == [1, 1, 0]
    assert neighbours.sums(np.array([5.0, 7.0, 9.0])).tolist() == [7.0, 5.0, 0.0]


def test_areas_taken_in_another_order_keep_their_neighbours():
    neighbours, pairs = found(boxes())
    order = np.array([7, 2, 4, 5, 1])
    taken = neighbours.taken(order)
    assert taken.codes == ("7", "2", "4", "5", "1")
    own = np.repeat(order, taken.degree)
    kept = set(zip(own.tolist(), order[taken.others].tolist(), strict=True))
    assert kept == {(i, j) for i, j in pairs if i in order and j in order}


def test_no_area_has_no_neighbours():
    assert queen_neighbours([], np.zeros(0, dtype=object)).degree.tolist() == []


@pytest.mark.skipif(not BRAZIL.exists(), reason="the real boundaries are not on this machine")
def test_the_map_of_brazil_with_its_slivers_has_two_islands_and_few_doubtful_borders():
    boundaries = read_boundaries(BRAZIL, BoundariesDeclaration(file=BRAZIL.name, name=None))
    neighbours = queen_neighbours(boundaries.codes, boundaries.polygons)
    strict = queen_neighbours(boundaries.codes, boundaries.polygons, tolerance=0)
    assert neighbours.islands == ("2605459", "3520400")  # Fernando de Noronha, Ilhabela
    assert 1 < len(neighbours.others) / len(strict.others) < 1.01
    forwards = set(zip(neighbours._own().tolist(), neighbours.others.tolist(), strict=True))
    assert forwards == {(j, i) for i, j in forwards}
