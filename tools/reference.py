"""Rerun the R scripts whose kept outputs the reference tests are held against.

The test suite needs no R: it reads the outputs. This is for whoever changes a script or doubts an output.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.setup import install_with_apt

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "tests" / "reference"
DEBIAN = ("r-base-core", "r-cran-survey", "r-cran-lme4", "r-cran-jsonlite")


def main(only: str) -> None:
    if missing := missing_packages():
        print(f"reference: R or its packages {', '.join(missing)} are missing; installing", flush=True)
        install_with_apt(*DEBIAN, needed_for="the R oracles")
    scripts = sorted(SCRIPTS.glob(f"**/{only or '*'}.R"))
    if not scripts:
        sys.exit(f"reference: no script tests/reference/**/{only or '*'}.R")
    for script in scripts:
        print(f"reference: {script.relative_to(ROOT)}", flush=True)
        subprocess.run(["Rscript", "--vanilla", script.name], cwd=script.parent, check=True)
    print("reference: done; `git diff tests/reference` shows what changed")


def missing_packages() -> list[str]:
    if not shutil.which("Rscript"):
        return ["R"]
    asked = 'for (p in c("survey", "lme4", "jsonlite")) if (!requireNamespace(p, quietly = TRUE)) cat(p, "")'
    told = subprocess.run(
        ["Rscript", "--vanilla", "-e", asked],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.split()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
