"""Scenarios of a release that do not add up are found, and intervals that lie beside what they are of."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from mirti.io.release_reader import verify_release
from mirti.io.release_writer import write_release
from tests.support.releases import synthetic_release

SCENARIOS, DRIVERS = "scenarios.parquet", "drivers.parquet"


def spoilt(name, column, change):
    """The synthetic release with one column's first value changed."""
    release = synthetic_release(kind="bootstrap")
    table = release.tables[name]
    values = table[column].to_pylist()
    values[0] = change(values[0])
    at = table.column_names.index(column)
    changed = table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type))
    return replace(release, tables=release.tables | {name: changed})


def told(release, folder):
    write_release(folder / "release", release)
    return "\n".join(str(problem) for problem in verify_release(folder / "release"))


def test_a_sound_release_has_no_fault(tmp_path):
    assert told(synthetic_release(kind="bootstrap"), tmp_path) == ""


@pytest.mark.parametrize(
    ("name", "column", "change", "message"),
    [
        (SCENARIOS, "code", lambda code: "nowhere", "and territories are not the same. (01001, nowhere)"),
        (
            SCENARIOS,
            "risk",
            lambda risk: risk + 1e-6,
            "the difference is not its risk minus the risk. (01001)",
        ),
        (SCENARIOS, "expected_difference", lambda n: n + 1, "is not difference × children. (01001)"),
        (SCENARIOS, "expected_difference", lambda n: n + 1, "a domain is not the sum of its areas. (XX, 01)"),
        (
            SCENARIOS,
            "ci_high",
            lambda high: -0.5,
            "The interval does not contain the difference. (01001 schooling_98)",
        ),
        (DRIVERS, "ci_low", lambda low: 0.9, "The interval does not contain the contribution. (01001 sex)"),
    ],
)
def test_what_does_not_add_up_is_found(tmp_path, name, column, change, message):
    assert message in told(spoilt(name, column, change), tmp_path)
