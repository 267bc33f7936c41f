"""Run the benchmarks of the engine and of the platform: lines `BENCH name value unit limit ok|short`.

ONLY=name runs one. Exits 1 if a line says short. With --evidence each benchmark's lines are kept, so that a run which
was stopped goes on where it was, and at the end stand in docs/explanation/evidence.md with the machine's description.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from mirti.bench import BENCHMARKS, LONG

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PLATFORM, DESK, DESK_LONG = "platform", "desk", "desk-long"
KILLED, ROUNDS = "killed", 100
BRAZIL_MAP = "brazil_map"
LIGHTHOUSE = "lighthouse"
STUDY = "study"
KEPT = ROOT / "var" / "evidence"
EVIDENCE = ROOT / "docs" / "explanation" / "evidence.md"

NOTES = """How to read it:

- **collapse** is promised for a census whose patterns repeat: two million simulated persons in 2,400
  municipalities, read ten times with households of their own. The lines that end in `few_repeats` are a
  simulated country of twenty million as it comes, nearly one cell for every two children; nothing is
  promised of it, and its ratio is larger.
- **truth** is one simulated country of two million persons, by the mixed model and its bootstrap. The country's
  parameters were adjusted while it was made, on seed 1, after looking at this comparison (how much of the
  differences between municipalities the covariates explain); the seed measured here is another. Its truth has
  more to it than the model: see **study** for what the method does where the model is true.
- **tenfold** counts the larger census by blocks of its areas (docs/decisions/0017). What grows is its cells, ten times
  as many, which are in memory together when they are projected.
- **study** draws 300 samples of a country of 100 areas a design, 100 worlds each, and holds what the release
  says against the truth: coverage with its Monte Carlo error, error beside the alternatives', forecast
  probabilities beside what happened. `src/mirti/bench/study/country.py` says how country and designs are made.
  Finished samples are kept by the code they depend on, so that it can be stopped and gone on with.
- Ratios are medians of runs in turns on one machine; seconds alone depend on what else it was doing.
"""


def main(arguments: list[str]) -> int:
    only = [word for word in arguments if not word.startswith("--")]
    if "--evidence" in arguments:
        return gather(only or [*BENCHMARKS, *LONG, PLATFORM, BRAZIL_MAP, LIGHTHOUSE, DESK_LONG, KILLED])
    measured = [measure(name) for name in only or [*BENCHMARKS, PLATFORM, BRAZIL_MAP, LIGHTHOUSE, DESK]]
    return int(any(map(is_short, measured)))


def measure(name: str) -> str:
    """The lines of one benchmark, passed on as they come."""
    if name == KILLED:
        return killed()
    if name == BRAZIL_MAP:
        return passed_on([sys.executable, "-m", "tools.bench_map"])
    if name == LIGHTHOUSE:
        return passed_on([sys.executable, "-m", "tools.lighthouse"])
    if name in BENCHMARKS | LONG:
        work = ["--work", str(study_folder())] if name == STUDY else []
        return passed_on([f"{BIN}/mirti", "bench", "--only", name, *work])
    with tempfile.TemporaryDirectory(prefix="almenara-bench-") as data:
        surroundings = {"ALMENARA_DATA": data}
        subprocess.run([f"{BIN}/almenara", "migrate"], env={**os.environ, **surroundings}, check=True)
        only = [] if name == PLATFORM else [name]
        lines = passed_on([f"{BIN}/almenara", "bench", *only], surroundings)
    if not lines:
        sys.exit(f"bench: there is no benchmark {name!r}; the engine's are {', '.join(BENCHMARKS | LONG)}.")
    return lines


def killed() -> str:
    """The suite's tests of killed processes, with many more rounds."""
    tests = ("tests/web/config/test_killed.py", "tests/web/config/test_working.py")
    command = [str(BIN / "python"), "-m", "pytest", "-q", *tests]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "ALMENARA_ROUNDS": str(ROUNDS)})
    line = f"BENCH killed_rounds_a_process {ROUNDS} rounds - {'short' if done.returncode else 'ok'}\n"
    print(line, end="", flush=True)
    return line


def study_folder() -> Path:
    """Where finished samples lie: another folder when the code that they depend on is another."""
    source = ROOT / "src" / "mirti"
    parts = ("tables.py", "models", "smallarea", "survey", "maps/breaks.py", "bench/study")
    paths = [source / part for part in parts]
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    folder = KEPT / f"study-{digest[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def passed_on(command: list[str], surroundings: dict[str, str] | None = None) -> str:
    lines = []
    environment = {**os.environ, **(surroundings or {})}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode not in (0, 1):
        sys.exit(f"bench: `{' '.join(command)}` failed with exit code {process.returncode}.")
    return "".join(lines)


def is_short(lines: str) -> bool:
    return any(line.startswith("BENCH ") and line.split()[-1] == "short" for line in lines.splitlines())


def gather(names: list[str]) -> int:
    kept = KEPT / commit()
    kept.mkdir(parents=True, exist_ok=True)
    for name in names:
        file = kept / f"{name}.txt"
        if not file.exists():
            file.write_text(measure(name), encoding="utf-8")
    EVIDENCE.parent.mkdir(parents=True, exist_ok=True)
    EVIDENCE.write_text(page(newest(KEPT)), encoding="utf-8")
    print(f"evidence: {EVIDENCE.relative_to(ROOT)}")
    return int(any(is_short(file.read_text(encoding="utf-8")) for file in kept.glob("*.txt")))


def newest(folder: Path) -> list[Path]:
    """Each benchmark's last lines, whatever the commit at which they were measured: folder/commit/name.txt."""
    files = sorted(folder.glob("*/*.txt"), key=lambda file: file.stat().st_mtime)
    return sorted({file.stem: file for file in files}.values(), key=lambda file: file.stem)


def page(measured: list[Path]) -> str:
    return (
        f"# Evidence: what was measured\n\nBy `make evidence` on {machine()}. Each line is the name, the value, its "
        f"unit, the limit and whether it was kept.\n\n{NOTES}{''.join(map(section, measured))}"
    )


def section(file: Path) -> str:
    measured = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    heading = f"## {file.stem}\n\nAt commit {file.parent.name} on {measured:%Y-%m-%d}."
    return f"\n{heading}\n\n```\n{file.read_text(encoding='utf-8')}```\n"


def commit() -> str:
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
