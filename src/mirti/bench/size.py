"""Time and peak memory of writing a simulated country of 20 million persons.

The country is written by a process of its own, whose peak the operating system keeps.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mirti.bench.figure import Figure
from mirti.pipeline import simulate

PERSONS, SEED = 20_000_000, 20
PEAK_GIB = 2.0


def figures(work: Path, persons: int = PERSONS) -> Iterator[Figure]:
    """Seconds, peak and size on disk; the country is removed with work."""
    name = f"simulate_{persons // 1_000_000}m"
    country = work / name
    command = [sys.executable, "-m", "mirti.bench.size", str(persons), str(country)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    measured: dict[str, float] = json.loads(done.stdout)
    written = sum(file.stat().st_size for file in country.rglob("*") if file.is_file())
    yield Figure(name, measured["seconds"], "s")
    yield Figure(
        f"{name}_peak", measured["peak_gib"], "GiB", f"<= {PEAK_GIB:g}", measured["peak_gib"] <= PEAK_GIB
    )
    yield Figure(f"{name}_on_disk", written / 2**30, "GiB")


def _main(persons: int, out: Path) -> None:
    start = time.perf_counter()
    simulate(persons, SEED, out)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_gib": peak}))


if __name__ == "__main__":
    _main(int(sys.argv[1]), Path(sys.argv[2]))
