"""Lighthouse on the demonstration's main pages: lines `BENCH lighthouse_<page>_<category> value points >=95 ok|short`.

Each page is opened as Lighthouse opens it by default, on a telephone four times slower than this machine with a slow
line, which it reckons with. Performance is the median of RUNS visits, what is left comes from the first. For a value
that is short the audits that lost points stand on the standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.browser import NoBrowserError
from tools.pictures import running
from tools.setup import BROWSERS

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
PAGES = {
    "home": "en/countries/XM/",
    "map": "en/countries/XM/map/",
    "fact_sheet": "en/countries/XM/territories/10012/",
    "ranking": "en/countries/XM/ranking/",
    "sign_in": "en/account/login/",
}
ALWAYS = ("accessibility", "best-practices", "seo")
PERFORMANCE = "performance"
LEAST, RUNS = 95, 3
LONGEST = 150  # seconds for one visit
TRIES = 2  # on a machine at work a browser now and then keeps no trace of the visit
Report = dict[str, Any]


class LighthouseError(Exception):
    """A visit that ended without a report."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Lighthouse on the demonstration's main pages")
    parser.add_argument("--port", type=int, help="of a demonstration that runs; without, one is started")
    parser.add_argument(
        "--runs", type=int, default=RUNS, help="visits of each page for its performance; 0: none"
    )
    parser.add_argument("--only", nargs="*", choices=PAGES, help="pages")
    asked = parser.parse_args()
    short = False
    with running(asked.port) as origin:
        for name in asked.only or PAGES:
            try:
                short |= measured(name, f"{origin}/{PAGES[name]}", asked.runs)
            except LighthouseError as error:
                print(f"lighthouse: {error}", file=sys.stderr)
                short = line(name, "visit", 0)
    return int(short)


def measured(name: str, address: str, runs: int) -> bool:
    """Prints the page's lines; True if one is short."""
    wanted = (*ALWAYS, PERFORMANCE) if runs else ALWAYS
    reports = [visit(address, wanted), *(visit(address, (PERFORMANCE,)) for _ in range(runs - 1))]
    short = False
    for category in wanted:
        found = reports if category == PERFORMANCE else reports[:1]
        value = statistics.median(score(report, category) for report in found)
        if line(name, category, value):
            short = True
            print("\n".join(lost(found[0], category)), file=sys.stderr)
    return short


def line(name: str, category: str, value: float) -> bool:
    short = value < LEAST
    label = f"lighthouse_{name}_{category.replace('-', '_')}"
    print(f"BENCH {label} {value:.0f} points >={LEAST} {'short' if short else 'ok'}", flush=True)
    return short


def visit(address: str, categories: tuple[str, ...]) -> Report:
    """Raises LighthouseError where no report comes in time, nor at another try."""
    for _ in range(TRIES - 1):
        with suppress(LighthouseError):
            return tried(address, categories)
    return tried(address, categories)


def tried(address: str, categories: tuple[str, ...]) -> Report:
    with tempfile.TemporaryDirectory(prefix="almenara-lighthouse-") as folder:
        target = Path(folder) / "report.json"
        command = [
            node(),
            str(PROGRAM),
            address,
            "--quiet",
            "--no-enable-error-reporting",
            "--output=json",
            f"--output-path={target}",
        ]
        command += [f"--only-categories={','.join(categories)}"]
        command += ["--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"]
        surroundings = {**os.environ, "CHROME_PATH": browser(), "LIGHTHOUSE_NO_UPDATE_CHECK": "1"}
        try:
            subprocess.run(
                command, env=surroundings, check=True, timeout=LONGEST, stdout=subprocess.DEVNULL, cwd=folder
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise LighthouseError(f"no report of {address}: {error}") from error
        report: Report = json.loads(target.read_text(encoding="utf-8"))
    if report.get("runtimeError"):
        raise LighthouseError(f"no report of {address}: {report['runtimeError']['message']}")
    return report


def score(report: Report, category: str) -> float:
    """Points of a hundred; 0 where Lighthouse gave none."""
    return 100 * float(report["categories"][category]["score"] or 0)


def lost(report: Report, category: str) -> Iterator[str]:
    """What cost points, with the first elements that it names."""
    for entry in report["categories"][category]["auditRefs"]:
        audit = report["audits"][entry["id"]]
        if entry["weight"] and audit.get("score") is not None and audit["score"] < 1:
            items = (audit.get("details") or {}).get("items", [])[:3]
            named = [str((item.get("node") or {}).get("snippet", ""))[:120] for item in items]
            yield f"  {category}: {audit['title']} {audit.get('displayValue', '')} {' '.join(filter(None, named))}"


def browser() -> str:
    """Raises NoBrowserError."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        raise NoBrowserError
    return found


def node() -> str:
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None:
        sys.exit("lighthouse: Node was not found; make setup installs it.")
    return found


if __name__ == "__main__":
    sys.exit(main())
