"""Rerun the R scripts whose kept outputs the reference tests are held against.

The test suite needs no R: it reads the outputs. This is for whoever changes a script or doubts an output. A script that
needs data which are not part of the repository runs when `DATA` names the folder above them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.setup import install_with_apt

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "tests" / "reference"
SHARED = "common.R"
NEEDS_DATA = {"dominican_republic.R": "dominican-republic"}


def main(only: str) -> None:
    scripts = [path for path in sorted(SCRIPTS.glob(f"{only or '*'}.R")) if path.name != SHARED]
    if not scripts:
        sys.exit(f"reference: there is no script tests/reference/{only or '*'}.R")
    install_missing(packages_of([*scripts, SCRIPTS / SHARED]))
    for script in scripts:
        run(script)
    print("reference: done; `git diff tests/reference` shows what changed")


def packages_of(scripts: list[Path]) -> list[str]:
    texts = "\n".join(script.read_text(encoding="utf-8") for script in scripts)
    return sorted({*re.findall(r"library\((\w+)\)", texts), *re.findall(r"(\w+)::", texts)})


def install_missing(packages: list[str]) -> None:
    if missing := [package for package in packages if not has(package)]:
        print(f"reference: R lacks {', '.join(missing)}; installing", flush=True)
        debian = [f"r-cran-{package.lower()}" for package in missing]
        install_with_apt("r-base-core", *debian, needed_for="the R oracles")


def has(package: str) -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
    return subprocess.run(["Rscript", "--vanilla", "-e", asked], capture_output=True).returncode == 0


def run(script: Path) -> None:
    folder = NEEDS_DATA.get(script.name)
    if folder and "DATA" not in os.environ:
        print(
            f"reference: {script.name} was not rerun: it needs data; give them with DATA=folder-above-{folder}"
        )
        return
    print(f"reference: {script.name}", flush=True)
    data = (
        [str(Path(os.environ["DATA"], folder).resolve()), script.with_suffix(".json").name] if folder else []
    )
    subprocess.run(["Rscript", "--vanilla", script.name, *data], cwd=script.parent, check=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
