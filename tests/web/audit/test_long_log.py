"""A page of the log costs the same in a long log: the same queries, each along an index, few rows looked at."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from almenara.accounts.models import User
from almenara.accounts.role_names import AUDITOR
from almenara.audit.queries import Filters, Place, page, sight
from almenara.common.identity import Identity, acting_as
from tests.support.acting import signed_in
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.log import say_many

SHORT, LONG = 400, 200_000
# Of 200,000 entries, a page of 50 may look at so many: what a filter without an index of its own leaves out, too.
LOOKED_AT = 2_000
ALONG_AN_INDEX = {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
COUNTRIES = ["ZZ", "YY", "XX"]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def asked_for(people: Cast) -> dict[str, Filters]:
    officer = people["officer"].pk
    day = dt.date(2026, 1, 2)
    return {
        "everything": Filters(),
        "a person": Filters(person=officer),
        "a kind": Filters(kind="refusal"),
        "an unheard-of kind": Filters(kind="unheard_of"),
        "a kind that only another country has": Filters(kind="export"),
        "an object": Filters(object_type="accounts_user", object_id="17"),
        "a request": Filters(origin="request-1234"),
        "a country": Filters(country="ZZ"),
        "a day": Filters(since=day, until=day),
        "a person's refusals of a day": Filters(person=officer, kind="refusal", since=day, until=day),
    }


def plans(
    person: User, filters: Filters, before: Place | None, oldest_first: bool
) -> Iterator[dict[str, Any]]:
    """Of each query on the log that a page asks, as PostgreSQL carried it out under the policies."""
    with acting_as(Identity(person=person.pk)):
        reached = sight(person)
        with CaptureQueriesContext(connection) as captured:
            page(reached, filters, before=before, oldest_first=oldest_first)
        for query in captured:
            if "witness_entry" in query["sql"]:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                    [found] = cursor.fetchone()
                yield (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def nodes(top: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield top
    for below in top.get("Plans", []):
        yield from nodes(below)


def looked_at(node: dict[str, Any]) -> float:
    left_out = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    return float((node["Actual Rows"] + left_out) * node["Actual Loops"])


@pytest.fixture
def everyone(people: Cast) -> list[int]:
    return [person.pk for person in people.people.values()]


def test_a_long_log_asks_no_more_queries(client: Client, people: Cast, everyone: list[int]) -> None:
    auditor = signed_in(people["auditor"], client)
    say_many(SHORT, people=everyone, countries=COUNTRIES)
    addresses = [
        "/en/audit/", "/en/audit/?kind=refusal", f"/en/audit/?person={people['officer'].pk}",
        "/en/audit/?origin=request-7", "/en/audit/?since=2026-01-01&until=2026-01-01", "/en/audit/seals/",
    ]  # fmt: skip
    for address in addresses:
        auditor.get(address)  # what is asked once a process
    few = [queries(auditor, address) for address in addresses]
    say_many(LONG, people=everyone, countries=COUNTRIES)
    assert [queries(auditor, address) for address in addresses] == few


def test_every_filter_goes_along_an_index(people: Cast, everyone: list[int]) -> None:
    """For an auditor of a country, and for one who reaches every country there is."""
    say_many(LONG, people=everyone, countries=COUNTRIES)
    say_many(LOOKED_AT * 2, people=everyone, countries=["XX"], kinds=["export"])
    with owner_rights():
        people.grant("nobody", AUDITOR, "ZZ")
        people.grant("nobody", AUDITOR, "YY")
    middle = Place(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), 1)
    ways = ((None, False), (middle, False), (None, True))  # from the end, from the middle, from the beginning
    for auditor, (name, filters), (before, oldest_first) in itertools.product(
        ("auditor", "nobody"), asked_for(people).items(), ways
    ):
        shown = list(plans(people[auditor], filters, before, oldest_first))
        assert shown, name
        scans = [
            node for plan in shown for node in nodes(plan) if node.get("Relation Name") == "witness_entry"
        ]
        assert {node["Node Type"] for node in scans} <= ALONG_AN_INDEX, (auditor, name)
        assert sum(map(looked_at, scans)) <= LOOKED_AT, (
            auditor,
            name,
            before,
            oldest_first,
            json.dumps(shown),
        )
