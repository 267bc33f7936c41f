"""TopoJSON: against polygons cut into shared arcs by hand and by chance."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from almenara.places.topojson import polygons

SHARED = [[1, 0], [1, 1]]  # of two squares side by side, from the bottom up


def topology(**changed: Any) -> dict[str, Any]:
    made = {
        "type": "Topology",
        "arcs": [SHARED, [[1, 1], [0, 1], [0, 0], [1, 0]], [[1, 0], [2, 0], [2, 1], [1, 1]]],
        "objects": {
            "lands": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "id": "west", "arcs": [[0, 1]]},
                    {"type": "Polygon", "id": "east", "arcs": [[~0, 2]]},
                    {"type": "Point", "id": "town", "coordinates": [0, 0]},
                    {"type": "Polygon", "arcs": [[0, 1]]},
                ],
            }
        },
    }
    return {**made, **changed}


def test_neighbours_share_an_arc_in_both_directions() -> None:
    found = polygons(topology(), "lands", {"west", "east", "town"})
    assert set(found) == {"west", "east"}
    assert found["west"].equals(box(0, 0, 1, 1))
    assert found["east"].equals(box(1, 0, 2, 1))


def test_only_what_is_wanted_is_decoded() -> None:
    found = polygons(topology(arcs=[SHARED, *topology()["arcs"][1:2], [["no numbers"]]]), "lands", {"west"})
    assert set(found) == {"west"}


def test_holes_and_parts_are_kept() -> None:
    ring = [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]
    hole = [[3, 3], [3, 6], [6, 6], [6, 3], [3, 3]]
    far = [[20, 0], [21, 0], [21, 1], [20, 0]]
    item = {"type": "MultiPolygon", "id": "a", "arcs": [[[0], [1]], [[2]]]}
    found = polygons({"arcs": [ring, hole, far], "objects": {"x": {"geometries": [item]}}}, "x", {"a"})["a"]
    assert found.equals(MultiPolygon([Polygon(ring, [hole]), Polygon(far)]))


points = st.lists(
    st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=4, max_size=12, unique=True
)  # places of a ring, in steps of the transform


@given(points, st.data())
def test_steps_and_a_transform_give_the_points_back(ring: list[tuple[int, int]], data: st.DataObject) -> None:
    """A ring cut into arcs anywhere, each turned round or not, its points written as differences."""
    closed = [*ring, ring[0]]
    cuts = data.draw(st.lists(st.integers(1, len(ring) - 1), unique=True).map(sorted))
    ends = [0, *cuts, len(ring)]
    arcs, indexes = [], []
    for number, (start, end) in enumerate(pairwise(ends)):
        part, turned = closed[start : end + 1], data.draw(st.booleans())
        part = part[::-1] if turned else part
        indexes.append(~number if turned else number)
        steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(part)]
        arcs.append([part[0], *steps])
    made = {
        "transform": {"scale": [0.5, 0.25], "translate": [-180, -90]},
        "arcs": arcs,
        "objects": {"x": {"geometries": [{"type": "Polygon", "id": "a", "arcs": [indexes]}]}},
    }
    found = polygons(made, "x", {"a"})["a"]
    assert shapely.get_coordinates(found).tolist() == [[x / 2 - 180, y / 4 - 90] for x, y in closed]
