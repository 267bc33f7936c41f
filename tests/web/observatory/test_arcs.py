"""Boundaries as arcs: what is read back is what was given, and every border was sent once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from almenara.observatory import coverage
from almenara.observatory.arcs import encode, topology

STEP = 0.5


def numbers(octets: bytes) -> Iterator[int]:
    value = shift = 0
    for octet in octets:
        value |= (octet & 127) << shift
        shift += 7
        if octet < 128:
            yield value
            value = shift = 0


def signed(number: int) -> int:
    return -(number + 1) // 2 if number % 2 else number // 2


def decode(octets: bytes, step: float) -> list[MultiPolygon]:
    """The slow and obvious reader."""
    read = numbers(octets)
    arcs, x, y = [], 0, 0
    for _ in range(next(read)):
        arc = []
        for _ in range(next(read)):
            x, y = x + signed(next(read)), y + signed(next(read))
            arc.append((x * step, y * step))
        arcs.append(arc)
    shapes, number = [], 0
    for _ in range(next(read)):
        polygons = []
        for _ in range(next(read)):
            rings: list[list[tuple[float, float]]] = []
            for _ in range(next(read)):
                rings.append([])
                for _ in range(next(read)):
                    walk = next(read)
                    number += signed(walk >> 1)
                    rings[-1] += (arcs[number][::-1] if walk & 1 else arcs[number])[:-1]
            polygons.append(Polygon(rings[0], rings[1:]))
        shapes.append(MultiPolygon(polygons))
    assert not list(read), "nothing is left over"
    return shapes


def assert_read_back(shapes: list[shapely.Geometry], step: float = STEP) -> None:
    for found, shape in zip(decode(encode(topology(shapes, step)), step), shapes, strict=True):
        assert found.normalize().equals_exact(MultiPolygon(shapely.get_parts(shape)).normalize(), step / 1e6)


def test_two_neighbours_are_three_arcs() -> None:
    pair = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    assert len(topology(pair, STEP).arcs) == 3
    assert_read_back(pair)


def test_an_enclave_and_the_hole_around_it_are_one_arc() -> None:
    around = Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 2, 2).exterior])
    for inner in (box(1, 1, 2, 2), Polygon([(2, 2), (2, 1), (1, 1), (1, 2)])):
        assert len(topology([around, inner], STEP).arcs) == 2
        assert_read_back([around, inner])


@pytest.mark.parametrize("far", [63, 64, 8191, 8192, 10**6, -(10**6)])
def test_numbers_of_any_length_and_sign_come_back(far: int) -> None:
    assert_read_back([box(far, -far, far + 1, 1 - far), box(-far, 0, 1 - far, 1)])


def test_nothing_is_nothing() -> None:
    assert decode(encode(topology([], STEP)), STEP) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30, unique=True))
def test_any_coverage_comes_back(corners: list[tuple[int, int]]) -> None:
    """Cells around points: islands, holes, enclaves and corners where four meet."""
    cells = [box(x, y, x + 1 + (x * y) % 3, y + 1) for x, y in corners]
    shapes = list(coverage.snapped(coverage.cleaned(np.array(cells, dtype=object), 0.0), STEP))
    assert_read_back(shapes)
    found = topology(shapes, STEP)
    stretches = [frozenset(map(tuple, ends)) for arc in found.arcs for ends in pairwise(arc)]
    assert len(stretches) == len(set(stretches)), "every border is sent once"
