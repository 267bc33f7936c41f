"""200 bootstrap replicates with refit, 1,100 areas and a census of 20 million: seconds, and peak memory of the run.

A whole run on a simulated country, in a process of its own, as a user starts it: spec to release, two threads and 1 GB
for DuckDB. The seconds are those of the stage in which the worlds are drawn and everything is estimated again in them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pyarrow import parquet

from mirti.bench.figure import Figure
from mirti.errors import InputError, Problem
from mirti.pipeline import run, simulate

PERSONS, SEED, MUNICIPALITIES, REPLICATES = 20_000_000, 1, 1_100, 200
MEMORY = "1GB"
SECONDS, PEAK_GIB = 120.0, 2.0


def figures(work: Path) -> Iterator[Figure]:
    """Make the country in work, unless it is there, and run."""
    country = work / f"country-{PERSONS // 10**6}m-{MUNICIPALITIES}"
    if not country.exists():
        simulate(PERSONS, SEED, country, municipalities=MUNICIPALITIES)
    command = [sys.executable, "-m", "mirti.bench.bootstrap", str(country / "model.toml")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    yield from compare(json.loads(done.stdout))


def compare(measured: dict[str, float]) -> Iterator[Figure]:
    """The figures of a run beside their limits."""
    seconds, peak = measured["worlds"], measured["peak_gib"]
    yield Figure("bootstrap_200", seconds, "s", f"<= {SECONDS:g}", seconds <= SECONDS)
    yield Figure("bootstrap_200_peak", peak, "GiB", f"<= {PEAK_GIB:g}", peak <= PEAK_GIB)
    yield Figure("bootstrap_200_redrawn", measured["redrawn"], "worlds")
    yield Figure("bootstrap_200_areas", measured["areas"], "areas")
    yield Figure("bootstrap_200_whole_run", measured["seconds"], "s")


def _main(model: Path) -> None:
    with TemporaryDirectory(prefix="mirti-bench-") as temp:
        start = time.perf_counter()
        out = run(model, Path(temp) / "release", memory=MEMORY)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        manifest, diagnostics = (
            json.loads((out / name).read_text(encoding="utf-8"))
            for name in ("manifest.json", "diagnostics.json")
        )
        areas = parquet.read_metadata(out / "areas.parquet").num_rows
    drawn = diagnostics["uncertainty"] or {"replicates": 0}
    if drawn["replicates"] != REPLICATES:
        what = f"The run drew {drawn['replicates']} worlds, not {REPLICATES}."
        raise InputError(
            Problem(what, str(model), "Let the simulated country's spec ask for the mixed model.")
        )
    measured = {
        "worlds": manifest["timings"]["worlds"],
        "seconds": seconds,
        "peak_gib": peak,
        "redrawn": drawn["redrawn"],
        "areas": areas,
    }
    sys.stdout.write(json.dumps(measured))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
