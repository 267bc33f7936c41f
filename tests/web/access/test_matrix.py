"""The matrix: role × route × object, made from the routes of the site, so that none can be left out.

`matrix.csv` says for every route and place of an object what each person meets: what is written there was read by
people, and this test tries it. After a change of routes or roles, write it anew with

    ALMENARA_WRITE_MATRIX=1 pytest tests/web/access/test_matrix.py -n 0

and read every line of the difference before it is committed.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from almenara.accounts.access import Door
from almenara.accounts.models import User
from almenara.config.access import ROUTES
from almenara.config.database.roles import SITE
from tests.support.acting import signed_in
from tests.support.everything import OBJECTS, Everything, everything

MATRIX = Path(__file__).with_name("matrix.csv")
WRITING = os.environ.get("ALMENARA_WRITE_MATRIX") == "1"
READERS = ("stranger", "nobody", "case_worker", "supervisor", "coordinator", "administrator", "link", "statistician",
           "auditor", "secretariat", "editor", "foreign_administrator", "foreigner")  # fmt: skip
ROUTES_TRIED = sorted(
    name for name, access in ROUTES.items() if access.door not in (Door.PUBLIC, Door.SERVICE)
)
# What each person meets: the page, sign-in, a refusal, nothing there, a form that says what it lacks, or another page.
IN, SIGN_IN, REFUSED, HIDDEN, ELSEWHERE = "in", "sign in", "refused", "hidden", "elsewhere"
Row = tuple[str, ...]

pytestmark = pytest.mark.django_db


def met(answer: HttpResponseBase) -> str:
    if answer.status_code == 302:
        return SIGN_IN if "/login/" in answer.headers["Location"] else ELSEWHERE
    return {200: IN, 403: REFUSED, 404: HIDDEN, 400: IN, 422: IN}[answer.status_code]


def tried(client: Client, address: str) -> str:
    """By GET, and by an empty POST where the route takes only that; nothing of it stays."""
    with transaction.atomic():
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address)
        transaction.set_rollback(True)
    return met(answer)


@pytest.fixture(scope="module")
def expected() -> dict[tuple[str, str], Row]:
    with MATRIX.open(newline="") as file:
        head, *rows = csv.reader(file)
    assert tuple(head[2:]) == READERS
    return {(route, place): tuple(row) for route, place, *row in rows}


@dataclass(frozen=True)
class Reader:
    person: User | None  # none who is a stranger
    client: Client


def readers(made: Everything) -> dict[str, Reader]:
    """Each signed in once: what a request does to a session is taken back with the rest of it."""
    people = {name: None if name == "stranger" else made.person(name) for name in READERS}
    return {
        name: Reader(person, signed_in(person) if person else Client()) for name, person in people.items()
    }


def rows_of(route: str, made: Everything, readers: dict[str, Reader]) -> Iterator[tuple[str, Row]]:
    places = OBJECTS.get(route, {"": lambda made, reader: {}})
    for place, arguments in places.items():
        yield (
            place,
            tuple(
                tried(
                    reader.client,
                    reverse(route, kwargs=arguments(made, reader.person or made.person("case_worker"))),
                )
                for reader in readers.values()
            ),
        )


def test_the_matrix_is_tried_as_a_role_that_policies_hold() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (SITE, False)


def test_each_person_meets_what_the_matrix_says(expected: dict[tuple[str, str], Row]) -> None:
    """One test, as laying everything takes longer than trying many routes: it tells of all that differ."""
    made = everything()
    signed = readers(made)
    found = {(route, place): row for route in ROUTES_TRIED for place, row in rows_of(route, made, signed)}
    if WRITING:
        with MATRIX.open("a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows((*key, *row) for key, row in found.items())
        return
    lacking = {route for route in ROUTES_TRIED if route not in {name for name, _ in expected}}
    assert not lacking, f"Routes without a line in {MATRIX.name}: write it anew and read it."
    assert differences(found, expected) == {}


def differences(
    found: dict[tuple[str, str], Row], expected: dict[tuple[str, str], Row]
) -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
    """By route and place, what each person met and should have met, where that is not the same."""
    nothing = ("no line",) * len(READERS)
    told = {}
    for key in found.keys() | expected.keys():
        rows = zip(READERS, found.get(key, nothing), expected.get(key, nothing), strict=True)
        other = {reader: (seen, wanted) for reader, seen, wanted in rows if seen != wanted}
        if other:
            told[key] = other
    return told


def test_the_matrix_has_no_line_of_a_route_that_is_gone(expected: dict[tuple[str, str], Row]) -> None:
    assert {route for route, _ in expected} == set(ROUTES_TRIED)


def test_no_stranger_meets_anything_but_sign_in(expected: dict[tuple[str, str], Row]) -> None:
    strangers = READERS.index("stranger")
    assert {row[strangers] for row in expected.values()} == {SIGN_IN}


def test_nothing_of_another_country_is_met_from_here(expected: dict[tuple[str, str], Row]) -> None:
    """Institutions are public knowledge among those signed in, and the secretariat reaches the whole region."""
    abroad = {key: row for key, row in expected.items() if "other country's" in key[1]}
    allowed = {("accounts:institution", "other country's")}
    assert len(abroad) > 30
    for key, row in abroad.items():
        inside = {name for name, outcome in zip(READERS, row, strict=True) if outcome == IN}
        assert key in allowed or not inside - {"secretariat", "foreign_administrator", "foreigner"}, key
