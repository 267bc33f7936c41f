"""`almenara bench`: what a visitor and a publisher wait for, on a made-up country of 5,600 municipalities.

Everything happens in transactions that are taken back at the end. `almenara bench detection` measures what is found
of the personal data in simulated notes. `almenara bench desk` fills a database that is thrown away afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import shapely
from django.db import transaction

from almenara.config import bench_desk, bench_sheets
from almenara.config.database.base import as_owner
from almenara.places.actions import save_territories
from almenara.places.models import Level
from almenara.places.queries import search
from almenara.places.records import TerritoryRecord
from almenara.privacy.detection.measure import print_figures
from almenara.privacy.phonetics_trial import measures

COUNTRY = "XB"
DEPARTMENTS, COLUMNS, ROWS = 28, 20, 10
SYLLABLES = ("ba", "ko", "lu", "mi", "ra", "se", "to", "vi", "za", "ñe", "qui", "ple")
REPEATS = 20


def run(only: str = "") -> bool:
    """Print one BENCH line a measure; True if a measure is over its limit."""
    if only in ("desk", "desk-long"):
        return bench_desk.run(long=only == "desk-long")
    short = only in ("", "detection") and print_figures()
    if only not in ("detection", "sheets"):
        short |= _taken_back(lambda records: _measure(records, only) | _find_names(only))
    if only in ("", "sheets"):
        with as_owner():
            short |= _taken_back(_sheets)
    return short


def _taken_back(measure: Callable[[list[TerritoryRecord]], bool]) -> bool:
    with transaction.atomic():
        short = measure(_records())
        transaction.set_rollback(True)
    return short


def _sheets(records: list[TerritoryRecord]) -> bool:
    save_territories(country=COUNTRY, records=records, by=None)
    return bench_sheets.run(COUNTRY)


def _measure(records: list[TerritoryRecord], only: str) -> bool:
    measures: list[tuple[str, float, Callable[[], object], int]] = [
        ("import-places", 30.0, lambda: save_territories(country=COUNTRY, records=records, by=None), 1),
        ("search", 0.1, lambda: search("mira", "es", country=COUNTRY), REPEATS),
    ]
    short = False
    for name, limit, work, repeats in measures:
        seconds = _best_of(repeats, work)
        short |= seconds > limit
        if only in ("", name):
            verdict = "short" if seconds > limit else "ok"
            print(f"BENCH {name} {seconds:.3f} s <={limit:g} {verdict}", flush=True)  # noqa: T201
    return short


def _find_names(only: str) -> bool:
    """How well people are found by the sound of their names; simulated people, shares instead of seconds."""
    if only and not only.startswith("names"):
        return False
    short = False
    for name, share, limit in measures():
        short |= share < limit
        if only in ("", "names", name):
            verdict = "short" if share < limit else "ok"
            print(f"BENCH {name} {share:.3f} share >={limit:g} {verdict}", flush=True)  # noqa: T201
    return short


def _best_of(repeats: int, work: Callable[[], object]) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _records() -> list[TerritoryRecord]:
    rng = np.random.default_rng(1)
    names = ["".join(rng.choice(SYLLABLES, size=4)).capitalize() for _ in range(DEPARTMENTS * COLUMNS * ROWS)]
    records = [TerritoryRecord(COUNTRY, "Bench", Level.COUNTRY)]
    for department in range(DEPARTMENTS):
        code = f"{department:02d}"
        records.append(TerritoryRecord(code, names[department], Level.DEPARTMENT, COUNTRY))
        records += [
            TerritoryRecord(
                f"{code}{i:03d}",
                names[department * COLUMNS * ROWS + i],
                Level.MUNICIPALITY,
                code,
                _cell(department, i),
            )
            for i in range(COLUMNS * ROWS)
        ]
    return records


def _cell(department: int, i: int) -> shapely.Geometry:
    west, south = (
        -40 + 0.1 * (department % 7 * COLUMNS + i % COLUMNS),
        0.1 * (department // 7 * ROWS + i // COLUMNS),
    )
    return shapely.box(west, south, west + 0.1, south + 0.1)
