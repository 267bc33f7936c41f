"""The line locator finds what tomllib does not say."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirti.spec.lines import LineMap, Loc

TEXT = '''a = 1  # a comment = 2
"b c" = 2

[table]
key.inner = 3
note = """
key = "not a key"
[not.a.table]
"""
[[many]]
x = 1
[many.sub]
y = 2
[[many]]
x = 3
list = [
  { u = 1 },
  { u = 2 },
]
[[many.deep]]
z = 1
[[many.deep]]
z = 2
'''


def test_each_key_is_on_its_line() -> None:
    line = LineMap.of(TEXT).line_of
    expected: dict[Loc, int] = {
        ("a",): 1,
        ("b c",): 2,
        ("table",): 4,
        ("table", "key", "inner"): 5,
        ("many", 0, "x"): 11,
        ("many", 0, "sub", "y"): 13,
        ("many", 1): 14,
        ("many", 1, "x"): 15,
        ("many", 1, "list", 0): 17,
        ("many", 1, "list", 1, "u"): 18,
        ("many", 1, "deep", 0, "z"): 21,
        ("many", 1, "deep", 1, "z"): 23,
    }
    assert {loc: line(loc) for loc in expected} == expected


def test_a_key_that_is_not_there_is_on_the_line_of_its_table() -> None:
    line = LineMap.of(TEXT).line_of
    assert line(("table", "absent", "deeper")) == 4
    assert line(("absent",)) == 1


keys = st.text("abcxyz_-01", min_size=1, max_size=5)


@given(
    st.lists(
        st.tuples(keys, st.lists(keys, unique=True, max_size=4)), unique_by=lambda table: table[0], max_size=5
    )
)
def test_every_key_that_tomllib_reads_is_on_the_line_it_was_written(
    tables: list[tuple[str, list[str]]],
) -> None:
    lines = [
        part
        for name, inner in tables
        for part in (f"[[{name}]]", *(f"{key} = '{name}.{key}'" for key in inner))
    ]
    text = "\n".join(lines)
    read: dict[str, Any] = tomllib.loads(text)
    where = LineMap.of(text)
    for name, written in read.items():
        for key, value in written[0].items():
            assert lines[where.line_of((name, 0, key)) - 1] == f"{key} = '{value}'"
