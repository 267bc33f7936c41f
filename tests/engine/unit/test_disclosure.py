"""What may leave the house."""

from __future__ import annotations

import pytest

from mirti.disclosure import public_columns
from tests.support.releases import synthetic_release

SECRET = {"sample_n", "direct", "direct_se"}


@pytest.mark.parametrize(
    ("table", "secret"), [("areas.parquet", SECRET | {"sample_share"}), ("domains.parquet", SECRET)]
)
def test_the_sample_and_the_direct_rate_never_leave(table, secret):
    columns = synthetic_release().tables[table].column_names
    assert set(columns) - set(public_columns(table, columns)) == secret


def test_the_order_is_kept_and_probabilities_of_classes_are_public():
    assert public_columns("areas.parquet", ["p_2", "code", "direct", "p_1"]) == ["p_2", "code", "p_1"]


def test_what_nobody_declared_is_not_public():
    assert public_columns("areas.parquet", ["code", "psu", "p_"]) == ["code"]
    assert public_columns("unknown.parquet", ["code"]) == []
