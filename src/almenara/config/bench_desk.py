"""The signed-in part under load: a real server, twenty people at once, on a database that is thrown away.

5,000 users, 200 institutions, 20,000 territories and a log of 10 thousand, then of a million rows (ten million with
`desk-long`). A page's 95th percentile stands beside that of the signed-in page with nothing on it, asked in turns.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from almenara.accounts.models import Grant, Institution, Kind, Office, Role, User
from almenara.accounts.role_names import ADMINISTRATOR, AUDITOR, CASE_WORKER
from almenara.accounts.simulated import with_second_factor
from almenara.common.errors import Fault, RefusedError
from almenara.config.database.base import as_owner
from almenara.places.models import Level, Territory
from almenara.witness.bench import fill

COUNTRY = "XD"
NO_PASSWORD = "!"  # noqa: S105 (no password has this hash)
PEOPLE, INSTITUTIONS, DEPARTMENTS, TERRITORIES = 5_000, 200, 100, 20_000
AT_ONCE, ROUNDS, WARMING = 20, 12, 2
SHORT_LOG, LOG, LONG_LOG = 10_000, 1_000_000, 10_000_000
MOST_TIMES, MOST_GROWTH = 4.0, 1.5
SECONDS_TO_START = 60
OK = 200
EMPTY = "/en/account/"
OF_ADMINISTRATORS = {
    "people": "/en/account/people/",
    "people_search": "/en/account/people/?text=person+12",
    "institutions": "/en/account/institutions/",
    "institutions_search": "/en/account/institutions/?text=body+1",
    "agreements": "/en/agreements/",
    "systems": "/en/agreements/systems/",
}
OF_AUDITORS = {
    "log": "/en/audit/",
    "log_kind": "/en/audit/?kind=refusal",
    "log_person": "/en/audit/?person=7",
}
Times = dict[str, list[float]]


@dataclass(frozen=True)
class Reader:
    cookie: str
    pages: dict[str, str]


def run(*, long: bool = False) -> bool:
    """Print a BENCH line a figure; True if one is over its limit. Raises RefusedError on a database that is used."""
    with as_owner():
        if User.objects.exists():
            raise RefusedError(
                Fault("This database has users: it would be filled with made-up ones.", "almenara bench desk",
                      "Set ALMENARA_DATA to an empty folder and run almenara migrate.")
            )  # fmt: skip
        lay()
        lengthen(SHORT_LOG)
    readers = sign_in()
    short_log = measured(readers)
    with as_owner():
        lengthen((LONG_LOG if long else LOG) - SHORT_LOG)
    full = measured(readers)
    return any([*pages(full), *growth(short_log, full, "10m" if long else "1m")])


def lengthen(rows: int) -> None:
    """The log by so many rows, tidied as the database does by itself within minutes: not while pages are asked for."""
    fill(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) witness_entry")


def pages(times: Times) -> Iterator[bool]:
    empty = p95(times["empty"])
    yield said("desk_empty_p95", empty * 1000, "ms", None)
    for name in (*OF_ADMINISTRATORS, *OF_AUDITORS):
        yield said(f"desk_{name}_p95_times_empty", p95(times[name]) / empty, "times", MOST_TIMES)


def growth(before: Times, after: Times, size: str) -> Iterator[bool]:
    """Of each page beside the empty one of its own run: minutes lie between the runs, and a machine's speed drifts."""
    empty = p95(after["empty"]) / p95(before["empty"])
    yield said(f"desk_empty_p95_10k_to_{size}", empty, "times", None)
    for name in OF_AUDITORS:
        ratio = p95(after[name]) / p95(before[name]) / empty
        yield said(f"desk_{name}_p95_10k_to_{size}_beside_empty", ratio, "times", MOST_GROWTH)


def said(name: str, value: float, unit: str, limit: float | None) -> bool:
    short = limit is not None and value > limit
    shown = "-" if limit is None else f"<={limit:g}"
    print(f"BENCH {name} {value:.3g} {unit} {shown} {'short' if short else 'ok'}", flush=True)  # noqa: T201
    return short


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def measured(readers: list[Reader]) -> Times:
    """Seconds of every page: each reader asks for theirs in turns, all readers at once."""
    with server() as port, ThreadPoolExecutor(len(readers)) as pool:
        for each in [pool.submit(asked, port, reader, WARMING) for reader in readers]:
            each.result()
        found: Times = defaultdict(list)
        for each in [pool.submit(asked, port, reader, ROUNDS) for reader in readers]:
            for name, seconds in each.result().items():
                found[name] += seconds
        return found


def asked(port: int, reader: Reader, rounds: int) -> Times:
    times: Times = defaultdict(list)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(rounds):
        for name, address in {"empty": EMPTY, **reader.pages}.items():
            start = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": reader.cookie})
            answer = connection.getresponse()
            answer.read()
            times[name].append(time.perf_counter() - start)
            if answer.status != OK:
                raise RefusedError(Fault(f"The page answered {answer.status}.", address, "See to it first."))
    connection.close()
    return times


@contextmanager
def server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "almenara", "serve", "--port", str(port), "--no-jobs"]
    unhurried = {**os.environ, "ALMENARA_PACE": "0"}
    process = subprocess.Popen(command, env=unhurried, stdout=subprocess.DEVNULL)  # noqa: S603 (our own command)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise RefusedError(Fault("The site did not start.", "almenara serve", "Start it by hand to see why."))


def lay() -> None:
    country = lay_territories()
    institutions = lay_institutions(country)
    people = User.objects.bulk_create(
        User(
            email=f"person-{number}@body.example", name=f"Person {number} (simulated)", password=NO_PASSWORD,
            simulated=True, institution=institutions[number % INSTITUTIONS],
        )
        for number in range(PEOPLE)
    )  # fmt: skip
    Office.objects.bulk_create(
        Office(institution=institution, name=f"Office of {institution.name}", territory=country)
        for institution in institutions
    )
    roles = Role.objects.in_bulk()
    Grant.objects.bulk_create(grant(number, person, roles, country) for number, person in enumerate(people))


def lay_territories() -> Territory:
    country = Territory.objects.create(country=COUNTRY, code=COUNTRY, level=Level.COUNTRY, name="Bench")
    departments = Territory.objects.bulk_create(
        Territory(
            country=COUNTRY, code=f"{n:03d}", level=Level.DEPARTMENT, name=f"Department {n}", parent=country
        )
        for n in range(DEPARTMENTS)
    )
    Territory.objects.bulk_create(
        Territory(
            country=COUNTRY, code=f"{n:06d}", level=Level.MUNICIPALITY, name=f"Place {n}",
            parent=departments[n % DEPARTMENTS],
        )
        for n in range(TERRITORIES - DEPARTMENTS - 1)
    )  # fmt: skip
    return country


def lay_institutions(country: Territory) -> list[Institution]:
    kinds = list(Kind)
    return Institution.objects.bulk_create(
        Institution(name=f"Body {number} (simulated)", kind=kinds[number % len(kinds)], seat=country)
        for number in range(INSTITUTIONS)
    )


def grant(number: int, person: User, roles: dict[str, Role], country: Territory) -> Grant:
    code = {0: ADMINISTRATOR, 1: AUDITOR}.get(number // AT_ONCE, CASE_WORKER)
    return Grant(
        person=person,
        role=roles[code],
        institution=person.institution,
        since=timezone.now().date(),
        territory=country,
    )


def sign_in() -> list[Reader]:
    """Half administrators, half auditors, each with a session of their own."""
    half = AT_ONCE // 2
    with as_owner():
        administrators = list(User.objects.filter(grants__role=ADMINISTRATOR)[:half])
        auditors = list(User.objects.filter(grants__role=AUDITOR)[:half])
        for person in administrators + auditors:
            with_second_factor(person)
    return [
        *(Reader(session_of(person), OF_ADMINISTRATORS) for person in administrators),
        *(Reader(session_of(person), OF_AUDITORS) for person in auditors),
    ]


def session_of(person: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
