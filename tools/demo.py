"""The demonstration: a simulated country, from survey and census to a public map.

Everything it makes lies under var/demo and is made once; what changes in the code is made again. With --check it visits
the site instead of leaving it open.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DEMO = Path("var") / "demo"  # from the root, where every command runs
COUNTRY, RELEASE, SITE = DEMO / "country", DEMO / "release", DEMO / "site"
PERSONS, SEED = 200_000, 8
SECONDS_TO_START = 120
PATIENCE = 5  # seconds for one answer
ROLES = 9  # as many as the site has
SEXES = {"1": "male", "2": "female"}  # as the simulated tables code them


def main() -> int:
    parser = argparse.ArgumentParser(description="Almenara on a simulated country")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--check", action="store_true", help="visit every kind of page, say what was seen, stop"
    )
    asked = parser.parse_args()
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    port = free_port() if asked.check else asked.port
    refuse_if_taken(port)
    make_release()
    fill_site()
    with server(port) as process:
        wait_until_up(port, process)
        return check(port) if asked.check else keep_open(port, process)


def make_release() -> None:
    simulated = fingerprint("src/mirti/simulate/**/*.py", "src/mirti/io/simulated.py")
    with once(COUNTRY, simulated, f"A simulated country of {PERSONS:,} persons") as wanted:
        if wanted:
            call("mirti", "simulate", "--persons", str(PERSONS), "--seed", str(SEED), "--out", str(COUNTRY))
    with once(
        RELEASE, simulated + fingerprint("src/mirti/**/*.py"), "The risk of its municipalities"
    ) as wanted:
        if wanted:
            call("mirti", "run", str(COUNTRY / "model.toml"), "--out", str(RELEASE))


def fill_site() -> None:
    with once(SITE, fingerprint("src/almenara/*/migrations/*.py"), "A site with nothing in it") as wanted:
        if wanted:
            call("almenara", "migrate")
    shown = stamp_of(RELEASE).read_text() + stamp_of(SITE).read_text() + fingerprint("src/almenara/**/*")
    with once(SITE / "published", shown, "What it shows") as wanted:
        if wanted:
            publish()


def publish() -> None:
    country = tomllib.loads((COUNTRY / "model.toml").read_text(encoding="utf-8"))["run"]
    called = ("--country", country["country"], "--country-name", country["country_name"]["en"])
    call("almenara", "places", "region")
    call("almenara", "places", "import", str(COUNTRY / "boundaries.geojson"), *called)
    call("almenara", "publish", str(RELEASE))
    call("almenara", "places", "tables", "--country", country["country"], "--population", str(people()))
    call("almenara", "simulate", "--country", country["country"])
    (SITE / "published").mkdir()


def people() -> Path:
    """The simulated projection of children, as the site takes it: one line an age and sex."""
    declared = tomllib.loads((COUNTRY / "model.toml").read_text(encoding="utf-8"))["projection"]
    year, digits = declared["year"], declared["area"]["digits"]
    path = COUNTRY / "people.csv"
    with (
        (COUNTRY / "population.csv").open(encoding="utf-8") as given,
        path.open("w", encoding="utf-8") as file,
    ):
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("code", "year", "age_from", "age_to", "sex", "count", "source"))
        for row in csv.DictReader(given):
            group = (row["area"].zfill(digits), year, row["age"], row["age"], SEXES[row["sex"]])
            table.writerow((*group, row["persons"], "Simulated projection"))
    return path


def fingerprint(*patterns: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def once(product: Path, made_from: str, says: str) -> Iterator[bool]:
    """Whether a product has to be made; remembers what it was made from when that went well."""
    stamp = stamp_of(product)
    if product.exists() and stamp.exists() and stamp.read_text() == made_from:
        yield False
        return
    print(f"demo: {says} …", flush=True)
    for left in (product, product.with_name(f"{product.name}.partial")):
        shutil.rmtree(left, ignore_errors=True)
    stamp.unlink(missing_ok=True)
    product.parent.mkdir(parents=True, exist_ok=True)
    yield True
    stamp.write_text(made_from)


def stamp_of(product: Path) -> Path:
    return product.with_suffix(".made")


def surroundings() -> dict[str, str]:
    own = {
        "ALMENARA_DATA": str(ROOT / SITE),
        "ALMENARA_NODE_MODULES": str(ROOT / "node_modules"),
        "ALMENARA_DEMO": "1",
    }
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "ALMENARA_"))
    }
    return {**kept, **own, "DJANGO_SETTINGS_MODULE": "almenara.config.settings"}


def call(command: str, *arguments: str) -> None:
    done = subprocess.run(
        [f"{BIN}/{command}", *arguments], cwd=ROOT, env=surroundings(), stdin=subprocess.DEVNULL
    )
    if done.returncode:
        sys.exit(f"demo: `{command} {' '.join(arguments)}` failed with exit code {done.returncode}.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_if_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"demo: port {port} is taken. Choose another one: make demo PORT={port + 1}")


@contextmanager
def server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [f"{BIN}/almenara", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings(), stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()
        process.wait()


def wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < ends:
        if process.poll() is not None:
            sys.exit(f"demo: the site stopped while starting, with exit code {process.returncode}.")
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=PATIENCE).close()
            return
        time.sleep(0.2)
    sys.exit(f"demo: the site did not answer within {SECONDS_TO_START} seconds.")


def keep_open(port: int, process: subprocess.Popen[bytes]) -> int:
    home = f"http://localhost:{port}"
    print(WHAT_TO_SEE.format(home=home), flush=True)
    with suppress(KeyboardInterrupt):
        process.wait()
    print("demo: stopped.")
    return 0


def check(port: int) -> int:
    import django

    os.environ.update(surroundings())
    django.setup()
    from tools import roles
    from tools.visit import LANGUAGES, Tour

    tour = Tour(f"http://127.0.0.1:{port}")
    for visit in tour.take(
        ["/", *(f"/{language}/" for language in LANGUAGES), "/sitemap.xml", "/robots.txt"]
    ):
        print(visit, flush=True)
    missed, faulty = tour.missed(), [visit for visit in tour.visits if visit.faults]
    for route in missed:
        print(f"  ✗ no page leads to {route}")
    # Passkeys work on a name, so the pages of signing in lead from an address to localhost, where a session is another.
    of_roles = list(roles.visits(f"http://localhost:{port}"))
    for seen in of_roles:
        print(seen, flush=True)
    wrong = [seen for seen in of_roles if seen.faulty]
    found = {seen.role for seen in of_roles}
    print(
        f"{len(tour.visits)} addresses visited, {len(faulty)} with faults, {len(missed)} routes not reached; "
        f"{len(of_roles)} pages of {len(found)} roles, {len(wrong)} with faults."
    )
    return int(bool(missed or faulty or wrong or len(found) < ROLES))


WHAT_TO_SEE = """
Almenara is open at {home}  (Ctrl-C stops it)

  {home}/es/  the front page; the language switch keeps the page
  the map      three classes of risk, with how many children each holds; search, hover, keyboard
  the ranking  sort, filter, download (CSV, GeoJSON, Excel)
  a territory  its fact sheet, on screen and as a two-page PDF
  {home}/es/demo/  sign in as any role by a click

The country does not exist: its people, places and figures are simulated.
"""


if __name__ == "__main__":
    sys.exit(main())
