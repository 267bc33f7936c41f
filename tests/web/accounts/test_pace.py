"""Who asks too fast is held off, alone and for as long as it says; what is costly sooner than what is not."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from almenara.accounts import pace
from almenara.accounts.actions import services
from almenara.accounts.pace import OF_AN_ADDRESS, OF_ONE, Buckets
from almenara.config.access import ROUTES
from tests.support.acting import acting, signed_in
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights
from tests.support.repository import ROOT

PEOPLE, HOME, WHOAMI, ROBOTS = "/en/account/people/", "/en/account/", "/api/v1/whoami", "/robots.txt"
PAGE = ROOT / "docs/reference/what-is-costly.md"


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the buckets see."""
    now = [1000.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture(autouse=True)
def narrow(settings: Any) -> None:
    settings.PACE = 0.05  # 3 costly pages a minute, 15 of all; of an address 12 and 60


def statuses(client: Client, address: str, times: int, **headers: str) -> list[int]:
    return [client.get(address, headers=headers).status_code for _ in range(times)]


def refusals() -> list[dict[str, Any]]:
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT detail FROM witness_entry WHERE kind = 'refusal' AND detail ? 'pace' ORDER BY id"
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_who_asks_too_fast_waits_as_long_as_it_says(people: Cast, clock: list[float]) -> None:
    client = signed_in(people["administrator"])
    assert statuses(client, PEOPLE, 4) == [200, 200, 200, 429]
    refused = client.get(PEOPLE)
    assert (refused.headers["Retry-After"], refused.headers["Content-Type"]) == (
        "20", "text/plain; charset=utf-8",
    )  # fmt: skip
    assert b"Try again in 20 seconds." in refused.content
    clock[0] += 19
    assert b"Try again in 1 second." in client.get(PEOPLE).content
    clock[0] += 1.01
    assert statuses(client, PEOPLE, 2) == [200, 429]


def test_a_page_that_costs_little_still_opens_and_nobody_else_is_held_off(
    people: Cast, clock: list[float]
) -> None:
    client = signed_in(people["administrator"])
    statuses(client, PEOPLE, 5)
    assert statuses(client, HOME, 11)[-2:] == [200, 429]  # 15 in all
    assert statuses(signed_in(people["second_administrator"]), PEOPLE, 1) == [200]


def test_the_log_holds_that_it_began_and_not_each(people: Cast, clock: list[float]) -> None:
    client = signed_in(people["administrator"])
    statuses(client, PEOPLE, 9)
    assert refusals() == [{"path": PEOPLE, "method": "GET", "pace": True}]
    clock[0] += 21
    statuses(client, PEOPLE, 3)
    assert len(refusals()) == 2


def test_a_post_counts_as_a_get_does(people: Cast, clock: list[float]) -> None:
    client = signed_in(people["administrator"])
    answers = [client.post("/en/account/people/invite/sheet/").status_code for _ in range(4)]
    assert answers[-1] == 429


@pytest.mark.django_db
def test_strangers_are_counted_by_their_address_which_they_do_not_choose(clock: list[float]) -> None:
    here, there = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="203.0.113.10")
    invented = [
        here.get(ROBOTS, headers={"x-forwarded-for": f"198.51.100.{n}"}).status_code for n in range(61)
    ]
    assert invented == [200] * 60 + [429]
    assert statuses(there, ROBOTS, 1) == [200]


@pytest.mark.django_db
def test_behind_the_proxy_an_address_is_the_one_that_the_proxy_saw(clock: list[float], settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(REMOTE_ADDR="127.0.0.1")
    seen = [
        client.get(ROBOTS, headers={"x-forwarded-for": f"198.51.100.{n}, 203.0.113.9"}).status_code
        for n in range(61)
    ]
    assert seen == [200] * 60 + [429]
    assert statuses(client, ROBOTS, 1, **{"x-forwarded-for": "203.0.113.10"}) == [200]


def test_a_system_is_counted_by_its_key_and_whoever_tries_keys_by_address(
    people: Cast, clock: list[float]
) -> None:
    by = people["administrator"]
    with acting(by):
        account = services.add_service(
            by=by, institution=people.institutions["police"], name="R", purpose="P"
        )
        [one, other] = [
            services.issue_key(by=by, account=account, scopes=["agreements.view"], days=3)[1] for _ in "12"
        ]
    client = Client()
    known = statuses(client, WHOAMI, 16, authorization=f"Bearer {one}")
    assert known == [200] * 15 + [429]
    english = {"authorization": f"Bearer {one}", "accept-language": "en"}
    assert "requests" in client.get(WHOAMI, headers=english).json()["error"]
    assert statuses(client, WHOAMI, 1, authorization=f"Bearer {other}") == [200]
    guessed = [client.get(WHOAMI, headers={"authorization": f"Bearer {n}"}).status_code for n in range(61)]
    assert guessed == [401] * 60 + [429]


def test_the_operator_can_leave_it_to_another(people: Cast, settings: Any) -> None:
    settings.PACE = 0
    assert set(statuses(signed_in(people["administrator"]), PEOPLE, 8)) == {200}


def test_what_it_remembers_has_an_end(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    monkeypatch.setattr(pace, "SOURCES", 100)
    buckets = Buckets()
    for number in range(1000):
        buckets.take(f"address {number}", costly=False, size=1)
    assert len(buckets._of) == 100
    assert buckets.take("address 999", costly=False, size=1)[0] > 0


def test_threads_take_no_more_than_there_is(clock: list[float]) -> None:
    buckets, taken = Buckets(), []

    def take() -> None:
        taken.extend(buckets.take("one", costly=True, size=500)[0] == 0 for _ in range(200))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 500


def test_the_documentation_names_what_is_costly_and_the_paces() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = {
        line.split("`")[1]
        for line in page.splitlines()
        if line.startswith("| `") and ":" in line.split("`")[1]
    }
    assert named == {name for name, access in ROUTES.items() if access.costly}
    for limits in (OF_ONE, OF_AN_ADDRESS):
        assert f"| {limits.all} | {limits.costly} |" in page
