"""Pin and hash every requirement, for every platform, without writing down where packages come from."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOCKS: dict[str, tuple[str, ...]] = {
    "base": (),
    "web": ("--extra=web",),
    "spark": ("--extra=spark",),
    "dev": ("--extra=web", "--extra=spark", "--group=dev"),
}
LOCK_FILES = (*(f"requirements/{name}.txt" for name in LOCKS), "package-lock.json")
HOST = re.compile(r"(?:https?|file|git|ssh)(?:\+\w+)?://|--(?:extra-)?index-url|--find-links|\bresolved\b|@ ")


def lock() -> None:
    for name, chosen in LOCKS.items():
        call(
            f"{BIN}/uv", "pip", "compile", "pyproject.toml", *chosen, "--output-file", f"requirements/{name}.txt",
            "--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url",
            "--no-emit-find-links", "--no-annotate", "--no-header", "--quiet",
        )  # fmt: skip
    call("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
    drop_funding(ROOT / "package-lock.json")


def drop_funding(path: Path) -> None:
    """npm copies each package's appeal for funds into the lock: addresses that nothing reads."""
    lock_file = json.loads(path.read_text())
    for package in lock_file["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock_file, indent=2) + "\n")


def call(*command: str) -> None:
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path, "UV_SYSTEM_CERTS": "1", "NODE_USE_SYSTEM_CA": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL)


def faults(text: str, name: str) -> list[str]:
    """Lines of a lock file that name a place to download from."""
    lines = enumerate(text.splitlines(), start=1)
    return [
        f"{name}:{number}: names a registry: {line.strip()[:80]}"
        for number, line in lines
        if HOST.search(line)
    ]


def unhashed(text: str, name: str) -> list[str]:
    """Requirements without a hash."""
    entries = re.split(r"(?<!\\)\n", text)
    return [f"{name}: no hash: {entry[:60]}" for entry in entries if "==" in entry and "--hash=" not in entry]


def check() -> int:
    found = []
    for name in LOCK_FILES:
        text = (ROOT / name).read_text()
        found += faults(text, name)
        found += unhashed(text, name) if name.endswith(".txt") else []
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    lock()
