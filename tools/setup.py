"""Set up everything that `make demo` and `make test` need, once, with nothing but Python and a network.

Each step leaves a stamp under .make/ that holds the hash of what it was made from; it runs again only when that has
changed or what it made is gone. Uses the standard library alone: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".make"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ONLY_FOR_TESTS = ("browser", "java")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Step:
    """inputs: globs of what the step is made from; products: paths that it makes; works: whether they still do."""

    name: str
    says: str
    run: Callable[[], None]
    inputs: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    works: Callable[[], bool] = lambda: True

    def fingerprint(self) -> str:
        digest = hashlib.sha256(str(ROOT).encode())  # an environment that was moved does not work
        for path in sorted(path for pattern in self.inputs for path in ROOT.glob(pattern) if path.is_file()):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def is_done(self) -> bool:
        stamp = STAMPS / self.name
        made = all((ROOT / product).exists() for product in self.products)
        return made and stamp.exists() and stamp.read_text() == self.fingerprint() and self.works()


def main(purpose: str) -> None:
    with only_one_at_a_time():
        for step in STEPS:
            if purpose == "demo" and step.name in ONLY_FOR_TESTS:
                continue
            if not step.is_done():
                carry_out(step)


def carry_out(step: Step) -> None:
    print(f"setup: {step.says} …", flush=True)
    started = time.monotonic()
    step.run()
    (STAMPS / step.name).write_text(step.fingerprint())
    print(f"setup: {step.says}, done in {time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    import fcntl

    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def call(*command: str | Path, remedy: str = "") -> None:
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        shown = " ".join(str(part) for part in command)
        sys.exit(f"setup: `{shown}` failed with exit code {done.returncode}. {remedy}".rstrip())


def environment_works() -> bool:
    return not subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode


def make_environment() -> None:
    call(
        sys.executable,
        "-m",
        "venv",
        "--clear",
        VENV,
        remedy="On Debian and Ubuntu: apt install python3-venv.",
    )


def install_requirements() -> None:
    call(
        PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off",
        "--require-hashes", "--requirement", "requirements/dev.txt",
        remedy="The packages come from the index that pip is configured for: can this machine reach it?",
    )  # fmt: skip


def install_package() -> None:
    call(
        PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", "--editable", ".",
    )  # fmt: skip


def install_front_end() -> None:
    machine_has_node = shutil.which("node") and shutil.which("npm")
    npm = shutil.which("npm") if machine_has_node else VENV / "bin" / "npm"
    assert npm is not None
    call(
        npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
        remedy="The libraries come from the registry that npm is configured for: can this machine reach it?",
    )  # fmt: skip


def compile_catalogues() -> None:
    call(PYTHON, "-m", "tools.messages", "compile")


def browser_found() -> bool:
    return any(shutil.which(name) for name in BROWSERS)


def install_browser() -> None:
    if not browser_found():
        install_with_apt("chromium", needed_for="the browser tests")
    if not browser_found():
        sys.exit(f"setup: chromium was installed but is not on the PATH under any of {', '.join(BROWSERS)}.")


def java_found() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java"))


def install_java() -> None:
    if not java_found():
        install_with_apt("default-jre-headless", needed_for="the tests on Spark")


def install_with_apt(*packages: str, needed_for: str) -> None:
    names = " ".join(packages)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(
            f"setup: {needed_for} need {names}, which this machine lacks and this user cannot install.\n"
            f"Install it as root (Debian, Ubuntu: apt-get install {names}; elsewhere: your system's package), "
            "then run the command again."
        )
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    call("apt-get", "update", "--quiet=2")
    call("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *packages)


STEPS = (
    Step("environment", "Python environment", make_environment, (), (".venv/bin/python",), environment_works),
    Step(
        "requirements",
        "Python packages, pinned and hashed",
        install_requirements,
        ("requirements/dev.txt", ".venv/pyvenv.cfg"),
        (".venv/bin/pytest",),
    ),
    Step(
        "package",
        "the package itself",
        install_package,
        ("pyproject.toml", "src/mirti/__init__.py"),
        (".venv/bin/mirti", ".venv/bin/almenara"),
    ),
    Step("front-end", "front-end libraries", install_front_end, ("package-lock.json",), ("node_modules",)),
    Step("catalogues", "translations", compile_catalogues, ("src/**/*.po",)),
    Step("browser", "a browser for the tests", install_browser, works=browser_found),
    Step("java", "Java for the tests on Spark", install_java, works=java_found),
)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "test")
