"""Types of territories: found again where they were put, in any order of rows, and honest where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirti.characterise import typology as module
from mirti.characterise.typology import _silhouettes, typology

FACTORS = ("schooling", "rural", "sex", "area_effect", "remainder")
CENTRES = np.array([[-0.04, -0.03, 0.0], [0.0, 0.03, 0.0], [0.05, 0.02, 0.0], [0.03, -0.03, 0.0]])


def country(size=200, seed=1, noise=0.004):
    """Four kinds of areas, their rates the national one plus their contributions, the own rows pure noise."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 4, size)
    parts = CENTRES[kind] + rng.normal(0, noise, (size, 3)) * [1, 1, 0.05]
    own = rng.normal(0, 0.2, (size, 2))
    return kind, np.column_stack([parts, own]), 0.15 + parts.sum(axis=1), rng.uniform(100, 9000, size)


def same_groups(one, two):
    pairs = set(zip(one.tolist(), two.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(two.tolist()))


def test_the_kinds_that_were_put_in_are_found_and_their_number_too():
    kind, parts, risk, children = country()
    types = typology(FACTORS, parts, risk, children)
    assert same_groups(kind, types.number)
    assert set(types.tried) == set(range(3, 10))
    assert not types.weak


def test_types_part_the_areas_and_are_numbered_by_their_childrens_mean_rate():
    _, parts, risk, children = country()
    types = typology(FACTORS, parts, risk, children)
    assert [t.number for t in types.types] == [1, 2, 3, 4]
    assert [t.risk for t in types.types] == sorted(t.risk for t in types.types)
    assert sum(t.areas for t in types.types) == len(risk)
    assert sum(t.children for t in types.types) == pytest.approx(children.sum())
    assert sum(t.expected for t in types.types) == pytest.approx((risk * children).sum())
    for t in types.types:
        inside = types.number == t.number
        assert t.risk == pytest.approx(np.average(risk[inside], weights=children[inside]))


def test_a_type_is_marked_by_what_sets_it_apart_and_never_by_rows_of_its_own():
    kind, parts, risk, children = country()
    types = typology(FACTORS, parts, risk, children)
    highest = types.types[-1]
    assert (types.number == highest.number).tolist() == (kind == 2).tolist()
    assert [(m.factor, m.distance > 0) for m in highest.marks] == [("schooling", True), ("rural", True)]
    assert [(m.factor, m.distance > 0) for m in types.types[0].marks] == [
        ("schooling", False),
        ("rural", False),
    ]
    assert highest.marks[0].mean == pytest.approx(parts[kind == 2, 0].mean())


def test_a_factor_that_moves_no_rate_parts_no_areas():
    """Its spread is small but sharply split in two: dividing by it would make it the leading factor."""
    kind, parts, risk, children = country()
    parts[:, 2] = 1e-5 * (np.arange(len(parts)) % 2)
    assert same_groups(kind, typology(FACTORS, parts, risk, children).number)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_neither_the_order_of_areas_nor_the_seed_changes_the_types(seed):
    _, parts, risk, children = country(size=80, seed=seed, noise=0.02)
    order = np.random.default_rng(seed).permutation(80)
    one = typology(FACTORS, parts, risk, children, groups=4, seed=1)
    two = typology(FACTORS, parts[order], risk[order], children[order], groups=4, seed=2)
    assert one.number[order].tolist() == two.number.tolist()


def slow_silhouette(points, labels, i):
    def mean_distance(group):
        others = [j for j in range(len(points)) if labels[j] == group and j != i]
        return np.mean([np.linalg.norm(points[i] - points[j]) for j in others]) if others else None

    a = mean_distance(labels[i])
    b = min(mean_distance(group) for group in set(labels.tolist()) - {labels[i]})
    return 0.0 if a is None else (b - a) / max(a, b)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 6))
def test_silhouettes_are_those_of_the_definition(seed, groups):
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(size=(40, 3)), rng.integers(0, groups, 40)
    labels[:groups] = np.arange(groups)
    slow = [slow_silhouette(points, labels, i) for i in range(40)]
    assert _silhouettes(points, labels.astype(np.int32)) == pytest.approx(np.array(slow))


def test_every_area_lies_nearest_to_the_mean_of_its_own_type():
    _, parts, risk, children = country(noise=0.02)
    points = parts[:, :3]
    types = typology(FACTORS, parts, risk, children)
    means = np.array([points[types.number == t.number].mean(axis=0) for t in types.types])
    nearest = ((points[:, None] - means) ** 2).sum(axis=2).argmin(axis=1) + 1
    assert nearest.tolist() == types.number.tolist()


def test_a_number_of_types_asked_for_is_kept_unless_there_are_fewer_kinds_of_areas():
    _, parts, risk, children = country()
    assert len(typology(FACTORS, parts, risk, children, groups=6).types) == 6
    assert (
        len(typology(FACTORS, np.round(CENTRES[np.arange(40) % 2], 3), risk[:40], children[:40]).types) == 2
    )


def test_a_cloud_without_groups_is_called_weak():
    rng = np.random.default_rng(1)
    points = rng.normal(0, 0.02, (300, 6))
    types = typology([f"f{i}" for i in range(6)], points, 0.2 + points.sum(axis=1), np.ones(300))
    assert types.weak


def test_few_areas_and_equal_composition_have_no_types_and_say_why():
    _, parts, risk, children = country()
    few = typology(FACTORS, parts[:9], risk[:9], children[:9])
    same = typology(FACTORS, np.zeros((20, 5)), risk[:20], children[:20])
    assert (few.unassessed, same.unassessed) == ("few_areas", "same_composition")
    assert few.types == same.types == ()
    assert set(few.number) == {0}


def test_more_areas_than_ward_can_hold_are_grouped_from_a_seeded_sample(monkeypatch):
    monkeypatch.setattr(module, "SAMPLED", 60)
    kind, parts, risk, children = country(size=400)
    one = typology(FACTORS, parts, risk, children, groups=4, seed=7)
    two = typology(FACTORS, parts, risk, children, groups=4, seed=7)
    assert same_groups(kind, one.number)
    assert one.number.tolist() == two.number.tolist()
