"""Expressions of a spec compute as Python does on known values, keep missing ones missing, and run no code."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mirti.errors import InputError
from mirti.expressions import condition, expression, uses

TABLE = pa.table(
    {
        "edad": ["12", "13", "x", None],
        "años": [1.0, 2.0, None, 3.0],
        "zona rural": ["a", "b", "1", "01"],
        "kin": [1, 2, 1, 3],
    }
)


@pytest.fixture(scope="module")
def table() -> ir.Table:
    return ibis.memtable(TABLE)


def values(text: str, table: ir.Table, na: tuple[str, ...] = ()) -> list[object]:
    found: list[object] = expression(text, table, "spec", na=na).to_pyarrow().to_pylist()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("edad - 6 - años", [5, 5, None, None]),
        ("10 <= edad < 13", [True, False, None, None]),
        ("`zona rural` == 'a' or kin in (3, 4)", [True, False, False, True]),
        ("col('zona rural') == '01'", [False, False, False, True]),
        ("kin not in (1, 2)", [False, False, False, True]),
        ("max(años, 2)", [2, 2, None, 3]),
        ("min(edad, 12.5, kin)", [1, 2, None, None]),
        ("abs(-años)", [1, 2, None, 3]),
        ("kin / (kin - 1)", [None, 2, None, 1.5]),
        ("-7 // 2 + -7 % 4 + kin - kin", [-3, -3, -3, -3]),
        ("missing(edad) or años == 1", [True, False, None, True]),
        ("not (edad > 12 and años == 2)", [True, False, None, True]),
        ("(kin == 1) + (edad == 12)", [2, 0, None, None]),
        ("kin", [1, 2, 1, 3]),
    ],
)
def test_values(table: ir.Table, text: str, expected: list[object]) -> None:
    assert values(text, table) == expected


def test_codes_that_mean_missing_are_missing_in_every_column(table: ir.Table) -> None:
    assert values("edad - kin", table, na=("12", "2")) == [None, None, None, None]
    assert values("edad - años", table, na=("12",)) == [None, 11, None, None]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("edda - 1", 'spec, character 1: there is no column "edda"\n  → Did you mean edad?'),
        ("`zona rural` == 1 and ñu == 3", 'spec, character 23: there is no column "ñu"'),
        ("edad = 1", "a single = compares nothing: write =="),
        ("edad == 1 1", "spec, character 11"),
        ("edad < 'a'", "cannot be compared so"),
        ("años + 'a'", "'a' is a text where a number is needed"),
        ("edad and kin", "edad is neither true nor false"),
        ("edad is None", "use ==, or missing(column)"),
        ("edad in kin", "after `in` stands a list"),
        ("min(edad)", "takes two values or more"),
        ("None", "None is not allowed"),
    ],
)
def test_mistakes_are_told_with_their_place(table: ir.Table, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        expression(text, table, "spec")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "edad.__class__",
        "(lambda: 1)()",
        "[x for x in edad]",
        "edad ** 9999",
        "f'{edad}'",
        "edad if kin else 1",
        "print(edad)",
        "edad[0]",
        "edad << 2",
        "(y := 1)",
        "*edad",
        "(" * 300 + "1" + ")" * 300,
    ],
)
def test_nothing_but_arithmetic_is_allowed(table: ir.Table, text: str) -> None:
    with pytest.raises(InputError) as caught:
        expression(text, table, "spec")
    assert "Allowed are columns, numbers" in str(caught.value)


def test_a_condition_is_true_or_false(table: ir.Table) -> None:
    assert condition("kin == 1", table, "spec").to_pyarrow().to_pylist() == [True, False, True, False]
    with pytest.raises(InputError, match="is no condition: it is neither true nor false"):
        condition("kin", table, "spec")


def test_uses_tells_columns_and_which_are_numbers() -> None:
    found = uses("kin == 'a' and edad - `zona rural` > 2", "spec")
    assert set(found.columns) == {"kin", "edad", "zona rural"}
    assert set(found.numeric) == {"edad", "zona rural"}


NUMBERS = {"a": 4.0, "b": -2.0, "c": 0.5, "d": 0.0}
leaves = st.sampled_from([*NUMBERS, "2", "7.5"])
powers_of_two = st.sampled_from(["a", "b", "c", "d", "0.25"])  # dividing by them is exact, so floors agree
formulas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            lambda t: f"({' '.join(t)})"
        ),
        inner.map(lambda text: f"(-{text})"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(formulas)
def test_arithmetic_is_pythons(formula: str) -> None:
    table = ibis.memtable(pa.table({name: [value] for name, value in NUMBERS.items()}))
    found = table.select(value=expression(formula, table, "spec")).to_pyarrow()["value"][0].as_py()
    try:
        expected = eval(formula, {"__builtins__": {}, "max": max}, NUMBERS)  # noqa: S307 - Python is the oracle
    except ZeroDivisionError:
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-6)
