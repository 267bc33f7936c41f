"""Collapse and projection of 20 million simulated persons beside DuckDB's time to scan and sum the same columns.

Two censuses. One repeats its patterns, as a census of coarse answers does: two million persons in 2,400 municipalities,
read ten times, each time with households of their own. The other is a simulated country of 20 million, in which most
cells hold one or two children. Both have missing values to spread and a projection by age and sex to apply. Each figure
comes from a process of its own with two threads and 1 GB for DuckDB, in turns with the scan, and is a median.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from ibis.backends.duckdb import Backend

from mirti.bench.figure import Figure
from mirti.declarations import Spec
from mirti.io.census import CensusResult, collapse_census
from mirti.io.readers import connect, open_source
from mirti.io.survey import collapse_survey
from mirti.pipeline import run, simulate
from mirti.pipeline.estimates import fit_model
from mirti.smallarea.projection import project
from mirti.spec import load

PERSONS, SEED, MUNICIPALITIES, COPIES = 20_000_000, 1, 2_400, 10
TURNS, THREADS, MEMORY = 5, 2, "1GB"
STORED, FEATURES = "model-stored.toml", "model.toml"
LIMITS = {STORED: 4.0, FEATURES: 10.0}
NAMES = {STORED: "stored", FEATURES: "features"}
PEAK_GIB = 2.0

# What a scan must read to answer the same question: the covariates' columns, and the households' keys for features.
SCANNED = {
    STORED: (
        "area", "age", "sex", "attendance", "zone", "lag", "head_schooling", "head_activity", "head_sex",
        "any_informal", "ethnicity", "birthplace", "lacking", "overcrowded",
    ),
    FEATURES: (
        "area", "age", "sex", "attendance", "zone", "schooling", "activity", "informal", "ethnicity", "birthplace",
        "water", "electricity", "sanitation", "rooms", "household", "relation",
    ),
}  # fmt: skip


def figures(work: Path) -> Iterator[Figure]:
    """Make both censuses in work, unless they are there, and measure."""
    work.mkdir(parents=True, exist_ok=True)
    repeated, country = make_repeated(work), _country(work)
    for model in (STORED, FEATURES):
        yield from _against_scan(repeated / model, f"collapse_{NAMES[model]}", LIMITS[model])
        yield from _against_scan(country / model, f"collapse_{NAMES[model]}_few_repeats", None)
    peak = measure("whole", country / FEATURES)["peak_gib"]
    yield Figure("run_20m_peak", peak, "GiB", f"<= {PEAK_GIB:g}", peak <= PEAK_GIB)


def _against_scan(model: Path, name: str, limit: float | None) -> Iterator[Figure]:
    measured = measure("collapse", model)
    ratio = measured["seconds"] / measured["scan"]
    promised = "" if limit is None else f"<= {limit:g}"
    yield Figure(f"{name}_scan", measured["scan"], "s")
    yield Figure(name, measured["seconds"], "s")
    yield Figure(f"{name}_ratio", ratio, "scans", promised, limit is None or ratio <= limit)
    yield Figure(f"{name}_cells", measured["cells"], "cells")
    yield Figure(f"{name}_patterns", measured["patterns"], "patterns")
    yield Figure(f"{name}_peak", measured["peak_gib"], "GiB")


# --- data -----------------------------------------------------------------------------------------------------------


def _country(work: Path) -> Path:
    country = work / "country-20m"
    if not country.exists():
        simulate(PERSONS, SEED, country)
    return country


def make_repeated(work: Path) -> Path:
    """A country of a tenth of the persons whose census is written ten times; what it is compared with stays."""
    country = work / "country-20m-repeated"
    if country.exists():
        return country
    partial = work / "country-20m-repeated.partial"
    simulate(PERSONS // COPIES, SEED, partial, municipalities=MUNICIPALITIES)
    parts = sorted((partial / "census").glob("*.parquet"))
    with duckdb.connect() as con:
        con.read_parquet([str(part) for part in parts]).create_view("once")
        (homes,) = con.execute("SELECT max(household) + 1 FROM once").fetchone() or (0,)
        for copy in range(1, COPIES):
            target = partial / "census" / f"copy-{copy}.parquet"
            rows = f"SELECT * REPLACE (household + {copy * homes} AS household) FROM once"
            con.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return partial.rename(country)


# --- one process a measurement --------------------------------------------------------------------------------------


def measure(what: str, model: Path) -> dict[str, float]:
    """In a process of its own, whose peak memory is told: "collapse", or "whole" for a run to its release."""
    command = [sys.executable, "-m", "mirti.bench.collapse", what, str(model)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _collapse(model: Path) -> dict[str, float]:
    """Medians of scan and of collapse with projection, in turns; the peak of the first time, as a run does it once."""
    spec = load(model)
    with TemporaryDirectory(prefix="mirti-bench-") as temp:
        con = connect(MEMORY, THREADS, temp=Path(temp))
        answer = _answer(con, spec)
        cells, patterns = _sizes(answer())
        peak = _peak()
        files = spec.declaration.census.source.file
        sums = ", ".join(f"sum({column})" for column in SCANNED[model.name])
        query = f"SELECT {sums} FROM read_parquet('{spec.resolve(files)}')"
        pairs = [(_seconds(lambda: con.raw_sql(query).fetchall()), _seconds(answer)) for _ in range(TURNS)]
    return {
        "scan": median(scan for scan, _ in pairs),
        "seconds": median(ours for _, ours in pairs),
        "cells": cells,
        "patterns": patterns,
        "peak_gib": peak,
    }


def _sizes(result: CensusResult) -> tuple[int, int]:
    """Cells and patterns; the cells themselves are let go before anything is measured."""
    return len(result.cells.n), result.patterns


def _answer(con: Backend, spec: Spec) -> Callable[[], CensusResult]:
    """From the files of the census to the rates of its areas; the survey and the fit are ready."""
    declared, base = spec.declaration, spec.path.parent
    survey = collapse_survey(con, open_source(con, declared.survey.source, base, "survey"), spec).cells
    model = fit_model(survey, spec)

    def answer() -> CensusResult:
        opened = open_source(con, declared.census.source, base, "census")
        result = collapse_census(con, opened, spec, survey.covariates)
        project(model.fit, model.matrix, result.cells)
        return result

    return answer


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _whole(model: Path) -> dict[str, float]:
    with TemporaryDirectory(prefix="mirti-bench-") as temp:
        run(model, Path(temp) / "release", memory=MEMORY)
    return {"peak_gib": _peak()}


def _peak() -> float:
    """Of this process until now, GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _main(what: str, model: Path) -> None:
    sys.stdout.write(json.dumps(_collapse(model) if what == "collapse" else _whole(model)))


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
