"""The checks that need no test: each a command that is silent about what is right and exits 0.

`make check` runs them all; the test suite runs the same list, one test a check.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = ("src", "tests", "tools")

CHECKS: dict[str, tuple[str, ...]] = {
    "style": (f"{BIN}/ruff", "check", "--quiet", *CODE),
    "format": (f"{BIN}/ruff", "format", "--check", "--quiet", *CODE),
    "types": (f"{BIN}/mypy", "--no-error-summary", "src", "tools"),
    "contracts": (f"{BIN}/lint-imports", "--no-cache"),
    "templates": (f"{BIN}/djlint", "src/almenara", "--lint", "--check", "--quiet"),
    "migrations": (sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--verbosity=1"),
    "settings": (sys.executable, "-m", "django", "check", "--fail-level=WARNING"),
    "messages": (sys.executable, "-m", "tools.messages", "check"),
    "locks": (sys.executable, "-m", "tools.lock", "check"),
    "docs": (sys.executable, "-m", "tools.docs", "check"),
}


def run(name: str) -> tuple[bool, str]:
    """Whether a check passes, and what it said."""
    environment = {"DJANGO_SETTINGS_MODULE": "almenara.config.settings", **_environment()}
    done = subprocess.run(
        CHECKS[name], cwd=ROOT, env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode == 0, done.stdout


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def main(names: list[str]) -> int:
    failed = []
    for name in names or list(CHECKS):
        started = time.monotonic()
        passed, said = run(name)
        print(
            f"check: {name:<10} {'ok' if passed else 'FAILED'} ({time.monotonic() - started:.0f} s)",
            flush=True,
        )
        if not passed:
            failed.append(name)
            print(said)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
