"""Comparing two releases: what is refused, what is judged, what is listed, and the tables that come of it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from mirti import pipeline
from mirti.errors import InputError
from mirti.io.release_tables import floats, replicate_matrix, texts
from mirti.io.release_writer import write_release
from mirti.pipeline.comparison import compare_releases
from tests.support.drawn import drawn_release
from tests.support.releases import synthetic_release

MOVED = np.where(np.arange(240) < 40, 1.0, 0.0)  # the first department


def pair(**changes):
    earlier, later = drawn_release(1), drawn_release(2, moved=MOVED, name="second", survey="2")
    return earlier, changed(later, **changes)


def changed(release, **fields):
    return replace(release, manifest=release.manifest.model_copy(update=fields))


def refused(earlier, later, tmp_path, **options):
    write_release(tmp_path / "earlier", earlier)
    write_release(tmp_path / "later", later)
    with pytest.raises(InputError) as error:
        pipeline.compare(tmp_path / "earlier", tmp_path / "later", **options)
    return str(error.value)


@pytest.fixture(scope="module")
def made():
    return compare_releases(*pair())


def test_areas_that_moved_are_found_and_few_others(made):
    rows = made.changes.to_pylist()
    up = {row["code"] for row in rows if row["verdict"] == "up"}
    assert len([code for code in up if code.startswith("01")]) > 36
    assert made.record.up + made.record.down - 40 < 6
    assert (made.record.up, made.record.down) == (
        len(up),
        sum(row["verdict"] == "down" for row in rows),
    )


def test_every_row_hangs_together(made):
    for row in made.changes.to_pylist():
        assert row["difference"] == row["later"] - row["earlier"]
        assert row["ci_low"] < row["difference"] < row["ci_high"]
        assert row["p_value"] <= row["p_adjusted"]
        assert (row["verdict"] != "none") == (row["p_adjusted"] <= 0.05)


def test_the_nation_and_departments_change_by_what_their_areas_do(made):
    earlier, later = pair()
    national = [
        float(np.average(floats(r.areas, "risk"), weights=floats(r.areas, "children")))
        for r in (earlier, later)
    ]
    nation = made.record.nation
    assert nation.difference == pytest.approx(national[1] - national[0])
    assert nation.low < nation.difference < nation.high
    assert [d.verdict for d in made.record.departments] == ["up", *["none"] * 5]


def test_classes_of_both_are_cut_by_the_earlier_ones_breaks(made):
    earlier, later = pair()
    breaks = np.array(earlier.classes.breaks)
    after = np.searchsorted(breaks, floats(later.areas, "risk"), side="left") + 1
    assert made.changes["class_after"].to_pylist() == after.tolist()
    assert sum(t.areas for t in made.record.transitions) == 240
    for number in (1, 2, 3):
        rows = [t for t in made.record.transitions if t.after == number]
        assert sum(t.areas for t in rows) == (after == number).sum()
    children = sum(t.children_after for t in made.record.transitions)
    assert children == pytest.approx(floats(later.areas, "children").sum())


def test_areas_of_one_release_alone_are_listed_and_not_compared():
    earlier, later = pair()
    fewer = replace(earlier, tables=earlier.tables | {"areas.parquet": earlier.areas.slice(3)})
    found = compare_releases(fewer, later)
    assert found.record.appeared == tuple(texts(later.areas, "code")[:3])
    assert found.record.disappeared == ()
    assert found.record.compared == found.changes.num_rows == 237
    back = compare_releases(later, fewer)
    assert back.record.disappeared == found.record.appeared


def test_the_order_of_rows_does_not_matter():
    earlier, later = pair()
    order = np.random.default_rng(1).permutation(240)
    turned = replace(earlier, tables=earlier.tables | {"areas.parquet": earlier.areas.take(order)})
    assert compare_releases(turned, later).changes.equals(compare_releases(earlier, later).changes)


def test_without_replicates_nothing_is_judged_and_the_reader_is_told():
    later = pair()[1]
    for earlier in (synthetic_release(1), changed(drawn_release(1), interval_kind="coefficients")):
        found = compare_releases(earlier, later)
        assert not found.record.judged
        for column in ("ci_low", "ci_high", "p_value", "p_adjusted", "p_up", "verdict"):
            assert found.changes[column].null_count == 240
        assert found.record.nation.low is None
        told = next(r for r in found.record.remarks if r.key == "no_replicates")
        assert told.items == ("bootstrap", "coefficients")


def test_what_the_releases_share_and_where_they_differ_is_said(made):
    assert made.record.shared == ("census",)
    assert [r.key for r in made.record.remarks] == ["independent", "same_census"]
    other = compare_releases(*pair(spec={"model": {"estimator": "logistic"}}))
    assert "other_model" in [r.key for r in other.record.remarks]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"country": "YY"}, "XX and YY"),
        ({"ages": (10, 17)}, "5–17 and 10–17"),
        ({"outcome": "other"}, "not measured by the same rule"),
    ],
)
def test_another_country_outcome_or_age_is_refused_unless_there_is_a_reason(change, said, tmp_path):
    earlier, later = pair()
    if "outcome" in change:
        rule = {"kind": "child_labour", "ages": (5, 17)}
        change = {"outcome": later.manifest.outcome.model_copy(update={"rule": rule})}
    message = refused(earlier, changed(later, **change), tmp_path)
    assert said in message
    assert "--accept" in message
    found = pipeline.compare(tmp_path / "earlier", tmp_path / "later", accept="The law changed.")
    assert found.record.accepted == "The law changed."
    assert found.record.remarks[0].key == "differing"


def test_a_rule_with_other_column_names_is_the_same_rule():
    earlier, later = pair()
    rules = (
        {"kind": "child_labour", "hours": "h1", "branch": None, "economic": []},
        {"kind": "child_labour", "hours": "p21", "branch": None, "economic": []},
    )
    earlier, later = (
        changed(release, outcome=release.manifest.outcome.model_copy(update={"rule": rule}))
        for release, rule in zip((earlier, later), rules, strict=True)
    )
    assert "differing" not in [r.key for r in compare_releases(earlier, later).record.remarks]


def test_one_survey_behind_both_is_refused_and_never_judged(tmp_path):
    earlier, later = drawn_release(1), drawn_release(2, name="second")
    assert "same survey" in refused(earlier, later, tmp_path)
    found = pipeline.compare(tmp_path / "earlier", tmp_path / "later", accept="Two models.")
    assert not found.record.judged
    assert "same_survey" in [r.key for r in found.record.remarks]


def test_the_same_release_twice_and_a_folder_that_is_none_are_refused(tmp_path):
    write_release(tmp_path / "one", drawn_release(1))
    with pytest.raises(InputError, match="same release twice"):
        pipeline.compare(tmp_path / "one", tmp_path / "one")
    with pytest.raises(InputError, match="no release here"):
        pipeline.compare(tmp_path / "one", tmp_path)


def test_an_index_and_a_rate_are_not_compared(tmp_path):
    earlier, later = pair(measure="index")
    assert "not of one kind" in refused(earlier, later, tmp_path, accept="No.")


def test_releases_without_a_common_area_show_both_codes(tmp_path):
    earlier, later = pair()
    codes = pa.array([f"x{code}" for code in texts(later.areas, "code")])
    areas = later.areas.set_column(0, later.areas.schema.field("code"), codes)
    message = refused(earlier, replace(later, tables=later.tables | {"areas.parquet": areas}), tmp_path)
    assert "01001" in message
    assert "x01001" in message


def test_replicates_that_lack_areas_are_refused():
    earlier, later = pair()
    short = later.tables["replicates.parquet"].slice(120)
    broken = replace(later, tables=later.tables | {"replicates.parquet": short})
    with pytest.raises(InputError, match="01001"):
        compare_releases(earlier, broken)


def test_replicates_come_in_the_order_asked_for_whatever_the_order_of_rows():
    release = drawn_release(1)
    codes = texts(release.areas, "code")
    one = replicate_matrix(release, codes)
    table = release.tables["replicates.parquet"]
    shuffled = table.take(np.random.default_rng(1).permutation(table.num_rows))
    other = replace(release, tables=release.tables | {"replicates.parquet": shuffled})
    assert np.array_equal(replicate_matrix(other, codes[::-1]), one[::-1])


def test_the_folder_holds_the_same_table_twice_and_is_never_written_over(tmp_path):
    for release, name in zip(pair(), ("one", "two"), strict=True):
        write_release(tmp_path / name, release)
    found = pipeline.compare(tmp_path / "one", tmp_path / "two", out=tmp_path / "change")
    assert sorted(p.name for p in (tmp_path / "change").iterdir()) == [
        "changes.csv",
        "changes.parquet",
        "comparison.html",
        "comparison.json",
    ]
    stored = pq.read_table(tmp_path / "change" / "changes.parquet")
    assert stored.equals(found.changes)
    options = pyarrow.csv.ConvertOptions(column_types={"code": pa.string(), "parent": pa.string()})
    listed = pyarrow.csv.read_csv(tmp_path / "change" / "changes.csv", convert_options=options)
    assert listed["later"].to_pylist() == stored["later"].to_pylist()
    assert listed["code"].to_pylist() == stored["code"].to_pylist()
    record = json.loads((tmp_path / "change" / "comparison.json").read_text())
    assert record["nation"]["difference"] == found.record.nation.difference
    with pytest.raises(InputError, match="already exists"):
        pipeline.compare(tmp_path / "one", tmp_path / "two", out=tmp_path / "change")
