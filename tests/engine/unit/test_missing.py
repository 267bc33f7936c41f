"""Spreading missing values: children are conserved, and each step is what the rule says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mirti.errors import InputError
from mirti.io import missing
from mirti.io.missing import Counts, find_donors, merge, together
from mirti.tables import Covariate, Index

COVARIATES = (Covariate("a", ("0", "1")), Covariate("b", ("0", "1", "2")))


def random_counts(seed: int, rows: int = 400, areas: int = 6, strata: int = 5) -> Counts:
    rng = np.random.default_rng(seed)
    patterns = np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1, 2)], dtype=np.int16)
    return merge(
        Counts(
            rng.integers(0, areas, rows).astype(np.int32),
            rng.integers(0, strata, rows).astype(np.int32),
            rng.integers(0, len(patterns), rows).astype(np.int32),
            rng.integers(1, 9, rows).astype(np.float64),
            patterns,
        ),
        strata=True,
    )


def totals(counts: Counts) -> np.ndarray:
    found = np.zeros((6, 5))
    np.add.at(found, (counts.area, counts.stratum), counts.n)
    return found


def counts(*rows: tuple[int, int, int, int, float]) -> Counts:
    """Rows of area, stratum, code of a, code of b, children."""
    area, stratum, a, b, n = zip(*rows, strict=True)
    return Counts(
        np.array(area, dtype=np.int32),
        np.array(stratum, dtype=np.int32),
        np.arange(len(rows), dtype=np.int32),
        np.array(n, dtype=np.float64),
        np.column_stack([a, b]).astype(np.int16),
    )


def spread_missing(before: Counts, covariates: tuple[Covariate, ...], parents: Index | None = None) -> Counts:
    return missing.spread_missing(before, covariates, find_donors([before], covariates, parents))


def as_dict(spread: Counts) -> dict[tuple[int, ...], float]:
    found = merge(spread, strata=True)
    keys = zip(found.area, found.stratum, *found.patterns[found.pattern].T, strict=True)
    return {tuple(map(int, key)): float(n) for key, n in zip(keys, found.n, strict=True)}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("parents", [None, np.array([0, 0, 1, 1, 1, 2], dtype=np.int32)])
def test_children_of_each_area_age_and_sex_are_conserved(seed: int, parents: Index | None) -> None:
    before = random_counts(seed)

    after = spread_missing(before, COVARIATES, parents)

    assert (after.patterns >= 0).all()
    np.testing.assert_allclose(totals(after), totals(before), rtol=1e-12)


def test_known_values_stay_where_they_are() -> None:
    before = random_counts(9)
    whole = as_dict(before)

    after = as_dict(spread_missing(before, COVARIATES))

    assert all(after[key] >= n - 1e-9 for key, n in whole.items() if -1 not in key)


def test_peers_of_the_same_area_age_and_sex_decide() -> None:
    spread = spread_missing(
        counts((0, 0, 0, 0, 3), (0, 0, 1, 0, 1), (0, 0, -1, 0, 8), (0, 1, 1, 0, 50)), COVARIATES
    )

    assert as_dict(spread) == pytest.approx({(0, 0, 0, 0): 9, (0, 0, 1, 0): 3, (0, 1, 1, 0): 50})


def test_then_the_parent_then_the_nation_then_any_age_and_sex() -> None:
    alone = (0, 0, -1, 0, 4)
    sibling, nation, elsewhere = (1, 0, 1, 0, 5), (2, 0, 0, 0, 7), (2, 1, 0, 0, 9)
    parents = np.array([0, 0, 1], dtype=np.int32)

    by_parent = as_dict(spread_missing(counts(alone, sibling, nation), COVARIATES, parents))
    by_nation = as_dict(spread_missing(counts(alone, nation, (1, 1, 1, 0, 5)), COVARIATES, parents))
    by_all = as_dict(spread_missing(counts(alone, elsewhere), COVARIATES, parents))

    assert by_parent[0, 0, 1, 0] == 4
    assert by_nation[0, 0, 0, 0] == 4
    assert by_all[0, 0, 0, 0] == 4


def test_where_no_age_and_sex_is_like_theirs_the_area_decides_before_the_nation() -> None:
    unknown_sex = (0, 2, -1, 0, 4)  # a stratum in which nobody's code can be known
    here, sibling, elsewhere = (0, 0, 1, 0, 3), (1, 1, 0, 0, 5), (2, 1, 0, 0, 90)
    parents = np.array([0, 0, 1], dtype=np.int32)

    by_area = as_dict(spread_missing(counts(unknown_sex, here, sibling, elsewhere), COVARIATES, parents))
    by_parent = as_dict(spread_missing(counts(unknown_sex, (1, 1, 1, 0, 5), elsewhere), COVARIATES, parents))

    assert by_area[0, 2, 1, 0] == 4
    assert by_parent[0, 2, 1, 0] == 4


def test_two_missing_values_are_spread_independently() -> None:
    spread = spread_missing(
        counts((0, 0, 0, 0, 1), (0, 0, 1, 0, 1), (0, 0, 1, 2, 2), (0, 0, -1, -1, 8)), COVARIATES
    )

    got = as_dict(spread)

    assert got[0, 0, 0, 2] == pytest.approx(8 * 0.25 * 0.5)
    assert got[0, 0, 1, 2] == pytest.approx(2 + 8 * 0.75 * 0.5)


def test_a_covariate_that_nobody_has_is_refused() -> None:
    with pytest.raises(InputError, match="Covariate 'a' is missing for every child"):
        spread_missing(counts((0, 0, -1, 0, 1), (1, 0, -1, 1, 2)), COVARIATES)


@pytest.mark.parametrize("parents", [None, np.array([0, 0, 1, 1, 1, 2], dtype=np.int32)])
def test_some_areas_at_a_time_give_what_all_at_once_give(parents: Index | None) -> None:
    whole = random_counts(4)
    parts = [whole.take(np.isin(whole.area, areas)) for areas in ([0, 4], [3], [1, 2, 5])]
    donors = find_donors(parts, COVARIATES, parents)

    at_once = spread_missing(whole, COVARIATES, parents)
    found = together([merge(missing.spread_missing(part, COVARIATES, donors), strata=True) for part in parts])

    assert (np.diff(found.area) >= 0).all()
    assert as_dict(found) == pytest.approx(as_dict(at_once), rel=1e-12)


def test_parts_of_other_areas_become_one_in_the_order_of_areas_and_patterns() -> None:
    whole = random_counts(5)
    parts = [merge(whole.take(np.isin(whole.area, areas)), strata=True) for areas in ([1, 3], [0, 2, 4, 5])]

    found = together(parts)

    for name in ("area", "stratum", "n"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    np.testing.assert_array_equal(found.patterns[found.pattern], whole.patterns[whole.pattern])


def test_narrow_rows_hold_the_same_children_in_fewer_bytes() -> None:
    whole = replace(random_counts(7), n=random_counts(7).n * 1_000_003)

    narrow = whole.narrow()

    columns = ("area", "stratum", "pattern", "n")
    assert sum(getattr(narrow, name).nbytes for name in columns) < sum(
        getattr(whole, name).nbytes for name in columns
    )
    for name in columns:
        np.testing.assert_array_equal(getattr(narrow.widened(), name), getattr(whole, name), strict=True)
