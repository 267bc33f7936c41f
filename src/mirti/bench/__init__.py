"""Benchmarks: what the engine promises of speed, memory and accuracy, measured and held to its limits."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from mirti.bench.figure import Figure
from mirti.errors import InputError, Problem

# Each module has `figures(work: Path) -> Iterable[Figure]`; work is a folder to make data in.
BENCHMARKS = {
    "fit": "mirti.bench.fit",
    "mixed": "mirti.bench.mixed",
    "collapse": "mirti.bench.collapse",
    "size": "mirti.bench.size",
    "bootstrap": "mirti.bench.bootstrap",
    "truth": "mirti.bench.truth",
}
LONG = {
    "full_size": "mirti.bench.full_size",
    "tenfold": "mirti.bench.tenfold",
    "study": "mirti.bench.study.run",
}  # run by name, and with the evidence


def run_benchmarks(only: str | None, work: Path | None, print_line: Callable[[str], None]) -> bool:
    """Run all benchmarks, or the one named `only`, printing a line a figure; whether every limit was kept.

    Raises InputError for a name that is not among them.
    """
    known = BENCHMARKS | LONG
    if only is not None and only not in known:
        remedy = f"Use one of {', '.join(known)}."
        raise InputError(Problem(f"There is no benchmark '{only}'.", "--only", remedy))
    kept = True
    with tempfile.TemporaryDirectory(prefix="mirti-bench-") as temporary:
        for name in [only] if only else BENCHMARKS:
            module = import_module(known[name])
            print_line(f"# {name}: {(module.__doc__ or '').splitlines()[0]}")
            for figure in module.figures(work or Path(temporary)):
                print_line(line(figure))
                kept &= figure.ok
    return kept


def line(figure: Figure) -> str:
    """BENCH name value unit limit ok|short; no limit is written "-"."""
    limit = figure.limit.replace(" ", "") or "-"
    return f"BENCH {figure.name} {figure.value:.4g} {figure.unit} {limit} {'ok' if figure.ok else 'short'}"
