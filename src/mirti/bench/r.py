"""R, where it is installed: the oracle that a benchmark runs beside ours."""

from __future__ import annotations

import shutil
import subprocess


def has_r(package: str) -> bool:
    """Whether R is here and has the package."""
    if not shutil.which("Rscript"):
        return False
    asked = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
    return rscript("-e", asked).returncode == 0


def rscript(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["Rscript", "--vanilla", *arguments], capture_output=True, check=False)  # noqa: S603, S607
