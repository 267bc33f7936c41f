"""A census counted by blocks of areas: the same cells, and no row read twice more than allowed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirti.io import blocks, census_counts
from mirti.io.blocks import RowGroups, last_of_blocks, row_groups
from mirti.io.census import collapse_census
from mirti.io.readers import connect, open_source
from mirti.io.survey import collapse_survey
from mirti.pipeline import simulate
from mirti.spec import load

SPANS = st.lists(
    st.tuples(st.integers(1, 50), st.integers(0, 30), st.integers(0, 30)).map(
        lambda one: (one[0], min(one[1:]), max(one[1:]))
    ),
    min_size=1,
    max_size=12,
)


def groups_of(spans: list[tuple[int, int, int]]) -> RowGroups:
    return RowGroups(*np.array(spans, dtype=np.int64).T)


@given(SPANS)
def test_rows_read_twice_are_those_of_groups_on_both_sides_of_a_cut(
    spans: list[tuple[int, int, int]],
) -> None:
    cuts = np.arange(-1, 32)
    slowly = [sum(rows for rows, low, high in spans if low <= cut < high) for cut in cuts]
    assert groups_of(spans).across(cuts).tolist() == slowly


@given(SPANS, st.lists(st.integers(0, 9), min_size=31, max_size=31), st.integers(1, 60))
def test_blocks_hold_no_more_than_they_may_unless_one_area_does(
    spans: list[tuple[int, int, int]], held: list[int], most: int
) -> None:
    values, children, groups = np.arange(31), np.array(held, dtype=float), groups_of(spans)
    cuts = last_of_blocks(values, children, groups, most)
    if not len(cuts):
        return
    assert (np.diff(cuts) > 0).all()
    assert cuts[-1] < values[-1]
    assert groups.across(cuts).sum() <= blocks.READ_TWICE * groups.rows.sum()
    for block in np.split(children, cuts + 1):
        assert block.sum() <= most or block[:-1].sum() <= most / 2


def test_a_census_written_area_by_area_is_cut_where_files_end() -> None:
    groups = groups_of([(100, 0, 4), (100, 0, 4), (100, 5, 9), (100, 10, 14)])
    assert last_of_blocks(np.arange(15), np.full(15, 10.0), groups, 70).tolist() == [4, 9]


def test_a_census_in_no_order_stays_whole() -> None:
    assert not len(last_of_blocks(np.arange(15), np.full(15, 10.0), groups_of([(100, 0, 14)] * 3), 70))


def test_a_column_of_texts_or_without_ranges_tells_no_blocks(tmp_path: Path) -> None:
    table = pa.table({"area": ["01", "02"], "n": [1, 2]})
    pq.write_table(table, tmp_path / "texts.parquet")
    pq.write_table(table, tmp_path / "plain.parquet", write_statistics=False)
    assert row_groups([tmp_path / "texts.parquet"], "area") is None
    assert row_groups([tmp_path / "texts.parquet"], "absent") is None
    assert row_groups([tmp_path / "texts.parquet", tmp_path / "plain.parquet"], "n") is None
    told = row_groups([tmp_path / "texts.parquet"], "n")
    assert told is not None
    assert (told.rows.tolist(), told.lowest.tolist(), told.highest.tolist()) == ([2], [1], [2])


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its census written area by area in small row groups, as a census of a nation is in large ones."""
    folder = simulate(60_000, 8, tmp_path_factory.mktemp("blocks") / "country").parent
    files = sorted((folder / "census").glob("*.parquet"))
    rows = pa.concat_tables(pq.read_table(file) for file in files).sort_by("area")
    for file in files:
        file.unlink()
    pq.write_table(rows, folder / "census" / "all.parquet", row_group_size=1_000)
    return folder


@pytest.mark.parametrize("model", ["model.toml", "model-stored.toml"])
def test_blocks_give_the_cells_that_the_whole_gives(
    country: Path, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = load(country / model)
    con = connect(threads=1, temp=tmp_path)
    declared, base = spec.declaration, spec.path.parent
    covariates = collapse_survey(
        con, open_source(con, declared.survey.source, base, "survey"), spec
    ).cells.covariates
    opened = open_source(con, declared.census.source, base, "census")
    whole = collapse_census(con, opened, spec, covariates)
    parts = []
    monkeypatch.setattr(census_counts, "CHILDREN", 0)
    monkeypatch.setattr(
        census_counts,
        "last_of_blocks",
        lambda *known: parts.append(last_of_blocks(*known, most=3_000)) or parts[-1],
    )

    found = collapse_census(con, opened, spec, covariates)

    assert len(parts[0]) > 2
    for name in ("area", "codes", "n", "pattern"):
        np.testing.assert_array_equal(getattr(found.cells, name), getattr(whole.cells, name))
    assert (found.missing, found.counted, found.patterns) == (whole.missing, whole.counted, whole.patterns)
    np.testing.assert_array_equal(found.children_by_area, whole.children_by_area)
