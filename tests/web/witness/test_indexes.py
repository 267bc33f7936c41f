"""Pages of the log go along an index, however long it is, also under the policies that hold an auditor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from almenara.config.database.base import as_owner
from almenara.config.database.roles import SITE
from almenara.witness.bench import fill
from tests.support.witness import Log, Row, connected

OPENERS = {"almenara_may": "wanted text", "almenara_log_everywhere": ""}
PAGE = "SELECT * FROM witness_entry WHERE {filters} ORDER BY at DESC, id DESC LIMIT 51"
ENTRIES = 100_000


@pytest.fixture
def opened(clean: Log) -> Iterator[Log]:
    """A log that whoever asks may read: the functions that the policies ask say yes."""
    with connected() as owner:
        former = owner.execute(
            "SELECT proname, pg_get_functiondef(oid) AS text FROM pg_proc WHERE proname = ANY (%s)",
            [list(OPENERS)],
        ).fetchall()
        for row in former:
            arguments = OPENERS[row["proname"]]
            owner.execute(
                f"CREATE OR REPLACE FUNCTION {row['proname']}({arguments}) RETURNS boolean LANGUAGE sql STABLE"
                " AS $$ SELECT true $$"
            )
        yield clean
        for row in former:
            owner.execute(row["text"])


def nodes(top: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield top
    for below in top.get("Plans", []):
        yield from nodes(below)


def filters(row: Row) -> list[str]:
    days = f"at >= '{row['at'] - timedelta(days=3)}' AND at < '{row['at']}'"
    one = f"object_type = '{row['object_type']}'"
    return [
        "true", "kind = 'read'", "kind = 'refusal'", "kind = 'unheard_of'", f"person = {row['person']}",
        f"person = {row['person']} AND kind = 'export'", one, f"{one} AND object_id = '{row['object_id']}'",
        f"country = '{row['country']}'", f"institution = {row['institution']}",
        f"origin = '{row['origin']}' AND origin <> ''", days, f"kind = 'search' AND {days}",
    ]  # fmt: skip


def test_every_filter_goes_along_an_index_in_a_long_log(opened: Log) -> None:
    with as_owner():
        fill(ENTRIES)
    [row] = opened.owner.execute(
        "SELECT * FROM witness_entry WHERE kind = 'read' ORDER BY at LIMIT 1 OFFSET 20000"
    )
    [size] = opened.owner.execute(
        "SELECT pg_relation_size('witness_entry') / current_setting('block_size')::int AS pages"
    )
    far = f"at <= '{row['at']}' AND (at < '{row['at']}' OR id < {row['id']})"
    with connected(SITE) as site:
        site.execute(PAGE.format(filters="true"))  # a new connection reads the catalogue first
        for wanted in filters(row):
            for statement in (PAGE.format(filters=wanted), PAGE.format(filters=f"{wanted} AND {far}")):
                [explained] = site.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
                top = explained["QUERY PLAN"][0]["Plan"]
                on_log = [node for node in nodes(top) if node.get("Relation Name") == "witness_entry"]
                assert {node["Node Type"] for node in on_log} <= {"Index Scan", "Bitmap Heap Scan"}, statement
                touched = top["Shared Hit Blocks"] + top["Shared Read Blocks"]
                assert touched < size["pages"] / 10, (statement, touched, json.dumps(top))


def test_the_made_up_log_is_as_long_as_asked_for_and_in_order(clean: Log) -> None:
    with as_owner():
        fill(2_000)
    rows = clean.entries()
    assert len(rows) == 2_000
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    kinds = [row["kind"] for row in rows]
    assert {"read", "search", "update", "signin"} <= set(kinds)
    assert 0.6 < kinds.count("read") / 2_000 < 0.72
