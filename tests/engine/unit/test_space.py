"""Hot spots and types as a release carries them: whole tables, records that count them, sentences where none are."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from mirti.declarations import HotSpotsDeclaration, TypologyDeclaration
from mirti.io.boundaries import Boundaries
from mirti.pipeline.space import mapped, typed

SPOTS = HotSpotsDeclaration(permutations=999)
COLUMNS, ROWS = 8, 6


def country():
    """A grid whose left third is high, one island and one area without polygon."""
    polygons = [
        shapely.box(c * 0.1, r * 0.1, c * 0.1 + 0.1, r * 0.1 + 0.1)
        for c in range(COLUMNS)
        for r in range(ROWS)
    ]
    polygons.append(shapely.box(5, 5, 5.1, 5.1))
    codes = tuple(f"{i:02d}" for i in range(len(polygons)))
    boundaries = Boundaries("areas.geojson", codes, codes, np.array(polygons, dtype=object), ())
    rng = np.random.default_rng(1)
    risk = 0.1 + 0.1 * (np.arange(len(codes) + 1) < 18) + rng.normal(0, 0.01, len(codes) + 1)
    return (*codes, "99"), risk, boundaries


def test_the_table_has_every_area_and_the_record_counts_what_is_in_it():
    codes, risk, boundaries = country()
    found = mapped(codes, risk, boundaries, SPOTS, seed=1, replicates=np.repeat(risk[:, None], 4, axis=1))
    assert found.table is not None
    assert found.record is not None
    rows = {row["code"]: row for row in found.table.to_pylist()}
    assert list(rows) == list(codes)
    assert found.record.hot == sum(row["hot_spot"] for row in rows.values()) > 0
    assert found.record.cold == sum(row["cold_spot"] for row in rows.values())
    assert all(row["share_hot"] == row["hot_spot"] for row in rows.values() if row["neighbours"])
    assert found.record.pairs == 8 * 5 + 7 * 6 + 2 * 7 * 5
    for alone in ("48", "99"):
        assert rows[alone]["neighbours"] == 0
        assert {
            rows[alone][c] for c in ("local_moran", "p_value", "p_adjusted", "quadrant", "share_hot")
        } == {None}
    assert (found.record.islands, found.record.left_out) == (("48",), ("99",))
    assert "48" in found.warnings[0]


def test_without_boundaries_there_is_nothing_and_with_too_few_areas_a_sentence():
    codes, risk, boundaries = country()
    assert mapped(codes, risk, None, SPOTS, seed=1).table is None
    few = mapped(codes[:6], risk[:6], boundaries, SPOTS, seed=1)
    assert (few.table, few.record) == (None, None)
    assert "fewer than 10 areas" in few.warnings[0]
    same = mapped(codes, np.full(len(codes), 0.1), boundaries, SPOTS, seed=1)
    assert "same rate" in same.warnings[0]


def test_types_are_described_by_their_markers_and_an_index_has_no_children_of_them():
    rng = np.random.default_rng(1)
    kind = np.arange(60) % 3
    parts = np.column_stack([0.03 * (kind - 1), rng.normal(0, 0.001, 60), rng.normal(0, 0.5, 60)])
    codes, risk, children = [f"{i:02d}" for i in range(60)], 0.1 + parts[:, 0], np.full(60, 50.0)
    factors = ("schooling", "sex", "remainder")
    found = typed(codes, factors, parts, risk, children, TypologyDeclaration(), seed=1)
    assert found.table is not None
    assert found.table["type"].to_pylist() == (kind + 1).tolist()
    assert found.typology is not None
    assert not found.typology.weak
    assert [list(each.markers) for each in found.types] == [["schooling"], [], ["schooling"]]
    assert found.types[2].contributions["schooling"] == pytest.approx(0.03)
    assert found.types[0].expected == pytest.approx(found.types[0].risk * found.types[0].children)
    index = typed(codes, factors, parts, risk, children, TypologyDeclaration(groups=2), seed=1, is_rate=False)
    assert [each.expected for each in index.types] == [None, None]


def test_too_few_areas_for_types_get_a_sentence():
    found = typed(["a"], ["f"], np.zeros((1, 1)), np.ones(1), np.ones(1), TypologyDeclaration(), seed=1)
    assert found.table is None
    assert "fewer than 10 areas" in found.warnings[0]
