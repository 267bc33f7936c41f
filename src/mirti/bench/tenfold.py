"""Collapse and projection of 200 million persons beside 20 million: the census read ten times under ten area codes.

Medians of runs in processes of their own, as in the benchmark `collapse`, whose census of repeating patterns is the 20
million. Ten times the areas hold ten times the cells: the arrays that hold them grow, what collapses them does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy2, copytree
from statistics import mean

import duckdb

from mirti.bench.collapse import COPIES, STORED, make_repeated, measure
from mirti.bench.figure import Figure

TIMES = 10.5
PEAK = 1.5  # of the 20 million's: the cells of ten times the areas
AREA_STEP = 100_000  # area codes have five digits
PROJECTION = "population.csv"


def figures(work: Path) -> Iterator[Figure]:
    """Make both censuses in work, unless they are there, and measure."""
    once = make_repeated(work)
    ten = _tenfold(work, once)
    small, large, again = (measure("collapse", country / STORED) for country in (once, ten, once))
    seconds = mean(
        [small["seconds"], again["seconds"]]
    )  # before and after: a machine's speed drifts in minutes
    ratio = large["seconds"] / seconds
    peak = large["peak_gib"] / small["peak_gib"]
    yield Figure("tenfold_20m", seconds, "s")
    yield Figure("tenfold_200m", large["seconds"], "s")
    yield Figure("tenfold_ratio", ratio, "times", f"<= {TIMES:g}", ratio <= TIMES)
    yield Figure("tenfold_20m_peak", small["peak_gib"], "GiB")
    yield Figure("tenfold_200m_peak", large["peak_gib"], "GiB")
    yield Figure("tenfold_peak_ratio", peak, "times", f"<= {PEAK:g}", peak <= PEAK)
    yield Figure("tenfold_200m_cells", large["cells"], "cells")


def _tenfold(work: Path, once: Path) -> Path:
    """The country of 20 million and nine more whose area codes are moved on; survey and spec stay."""
    country = work / "country-200m-tenfold"
    if country.exists():
        return country
    partial = work / "country-200m-tenfold.partial"
    (partial / "census").mkdir(parents=True)
    for path in once.iterdir():
        if path.name != "census":
            (copytree if path.is_dir() else copy2)(path, partial / path.name)
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '2GB'; SET preserve_insertion_order = false")
        _project_tenfold(con, once / PROJECTION, partial / PROJECTION)
        for copy in range(COPIES):
            for part in sorted((once / "census").glob("*.parquet")):
                target = partial / "census" / f"{copy}-{part.name}"
                rows = f"SELECT * REPLACE (area + {copy * AREA_STEP} AS area) FROM read_parquet('{part}')"
                con.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return partial.rename(country)


def _project_tenfold(con: duckdb.DuckDBPyConnection, once: Path, ten: Path) -> None:
    """The projected children of every copy's areas."""
    copies = f"(SELECT unnest(range({COPIES})) AS copy)"
    rows = f"SELECT * EXCLUDE (copy) REPLACE (area + copy * {AREA_STEP} AS area) FROM '{once}', {copies}"
    con.execute(f"COPY ({rows}) TO '{ten}' (FORMAT csv, HEADER)")
