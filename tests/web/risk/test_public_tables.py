"""What the site's role may read holds nothing of the survey's own figures of an area."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from almenara.risk.actions import publish
from tests.support.releases import Kind, write_synthetic_release

PRIVATE = {"sample_n", "direct", "direct_se", "sample_share"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_the_site() -> None:
    """The tests' connection is the site's own, or they would show nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreatedb,"
            " (SELECT count(*) FROM pg_tables WHERE tableowner = current_user)"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("almenara_site", False, False, False, 0)


def readable() -> list[tuple[str, str, str]]:
    """Table, column and type of all that the role may read, whatever the schema, views included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema || '.' || table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
            " AND has_column_privilege(table_schema || '.' || table_name, column_name, 'SELECT')"
        )
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    return rows


def test_no_readable_column_is_named_after_them() -> None:
    columns = readable()
    assert ("public.risk_estimate", "risk", "double precision") in columns
    assert not {column for _, column, _ in columns} & PRIVATE


@pytest.mark.parametrize("kind", ["coefficients", "bootstrap", "index"])
def test_no_readable_document_holds_them(tmp_path: Path, kind: Kind) -> None:
    write_synthetic_release(tmp_path / "release", kind=kind)
    publish(folder=tmp_path / "release", by=None, create_territories=True)
    documents = [(table, column) for table, column, kind in readable() if kind in ("json", "jsonb")]
    assert ("public.risk_release", "diagnostics") in documents
    for table, column in documents:
        with connection.cursor() as cursor:
            schema, name = table.split(".")
            cursor.execute(f'SELECT "{column}" FROM "{schema}"."{name}"')
            for (document,) in cursor.fetchall():
                assert not set(keys(_loaded(document))) & PRIVATE


def _loaded(document: Any) -> Any:
    return json.loads(document) if isinstance(document, str) else document


def keys(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        yield from document
    children = (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    )
    for child in children:
        yield from keys(child)


@pytest.mark.parametrize(
    "statement", ["TRUNCATE risk_estimate", "DROP TABLE risk_estimate", "CREATE TABLE x (y int)"]
)
def test_the_site_cannot_change_tables(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
