"""Run the benchmarks of the engine and of the platform: lines `BENCH name value unit limit ok|short`.

ONLY=name runs one. Exits 1 if a line says short.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent


def main(arguments: list[str]) -> int:
    short = False
    for command in ("mirti", "almenara"):
        short |= stream([f"{BIN}/{command}", "bench", *arguments])
    return int(short)


def stream(command: list[str]) -> bool:
    """Pass a command's lines on as they come; whether one is short or the command failed."""
    short = False
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            short |= line.startswith("BENCH ") and line.split()[-1] == "short"
    return short or process.returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
