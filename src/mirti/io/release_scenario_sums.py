"""Do the scenarios of a release add up, and do the intervals of its differences hold them?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mirti.errors import Problem
from mirti.io.release_tables import Release, floats, texts

REMEDY = "Run the model again; if the fault stays, report it with this sentence."
CLOSE = 1e-9
NAME = "scenarios.parquet"


def check_scenarios(release: Release) -> Iterator[Problem]:
    """Faults between scenarios.parquet, if there is one, and the tables of the territories."""
    table = release.tables.get(NAME)
    if table is not None:
        for scenario in sorted(set(texts(table, "scenario"))):
            yield from _check_one(scenario, table.filter(pc.equal(table["scenario"], scenario)), release)


def check_intervals(release: Release) -> Iterator[Problem]:
    """Intervals of drivers and scenarios that do not hold their own estimate."""
    for name, estimate, key in (
        ("drivers.parquet", "contribution", "factor"),
        (NAME, "difference", "scenario"),
    ):
        table = release.tables.get(name)
        if table is not None:
            value = floats(table, estimate)
            outside = (floats(table, "ci_low") > value + CLOSE) | (floats(table, "ci_high") < value - CLOSE)
            rows = zip(texts(table, "code"), texts(table, key), strict=True)
            named = [f"{code} {word}" for code, word in rows]
            yield from _faults(f"The interval does not contain the {estimate}.", name, named, outside)


def _check_one(scenario: str, rows: pa.Table, release: Release) -> Iterator[Problem]:
    codes, risk, children = _territories(release)
    strange = sorted(set(texts(rows, "code")) ^ set(codes))
    if strange:
        what = f'Scenario "{scenario}" and territories are not the same.'
        yield Problem(what, NAME, REMEDY, items=tuple(strange))
        return
    place = {code: i for i, code in enumerate(codes)}
    at = np.array([place[code] for code in texts(rows, "code")])
    difference, expected = floats(rows, "difference"), floats(rows, "expected_difference")
    off = np.abs(floats(rows, "risk") - difference - risk[at]) > CLOSE
    what = f'Scenario "{scenario}": the difference is not its risk minus the risk.'
    yield from _faults(what, NAME, texts(rows, "code"), off)
    wrong = ~np.isclose(expected, difference * children[at], rtol=CLOSE, atol=CLOSE)
    what = f'Scenario "{scenario}": the expected difference is not difference × children.'
    yield from _faults(what, NAME, texts(rows, "code"), wrong)
    yield from _check_sums(scenario, dict(zip(texts(rows, "code"), expected.tolist(), strict=True)), release)


def _check_sums(scenario: str, expected: dict[str, float], release: Release) -> Iterator[Problem]:
    country = release.manifest.country
    sums: dict[str, float] = dict.fromkeys(texts(release.domains, "code"), 0.0)
    areas = zip(texts(release.areas, "code"), release.areas["parent"].to_pylist(), strict=True)
    for code, parent in areas:
        for above in {country, parent or country} & set(sums):
            sums[above] += expected[code]
    wrong = np.array(
        [not np.isclose(expected[code], total, rtol=CLOSE, atol=1e-6) for code, total in sums.items()]
    )
    what = f'Scenario "{scenario}": a domain is not the sum of its areas.'
    yield from _faults(what, NAME, list(sums), wrong)


def _territories(release: Release) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Codes, rates and children of areas and domains."""
    tables = (release.areas, release.domains)
    codes = [code for table in tables for code in texts(table, "code")]
    risk, children = (np.concatenate([floats(t, name) for t in tables]) for name in ("risk", "children"))
    return codes, risk, children


def _faults(what: str, where: str, codes: list[str], wrong: NDArray[np.bool_]) -> Iterator[Problem]:
    items = tuple(code for code, bad in zip(codes, wrong, strict=True) if bad)
    if items:
        yield Problem(what, where, REMEDY, count=len(items), items=items)
