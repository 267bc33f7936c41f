"""What a reader on a slow line waits for: each public page as the real server sends it, with all that it asks for."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin

import pytest

from tests.support.releases import COUNTRY, write_synthetic_release
from tests.support.site import migrated_site
from tools.demo import free_port

MOST = 150_000  # bytes of a page before the map that can be moved
LINE = 400_000 / 8  # bytes a second
FIRST = 1.5  # seconds until there is something to read: the page itself and its sheets
SECONDS = 120
OF_COUNTRY = ("", "map/", "map/?layer=spots", "ranking/", "territories/", "territories/XX/", "territories/02/",
              "territories/01001/", "method/", "data/", "scenarios/")  # fmt: skip
PAGES = (
    "", "search/?q=ba", "places/", "account/login/", "styleguide/", "styleguide/maps/", "styleguide/forms/",
    *(f"countries/{COUNTRY}/{page}" for page in OF_COUNTRY),
)  # fmt: skip
ASKED_AT_ONCE = re.compile(
    r'<(?:script|img)\b[^>]*?\ssrc="([^"]+)"|<link rel="(?:stylesheet|icon)"\s+href="([^"]+)"'
)
IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?["\'](\.[^"\']+)["\'];', re.MULTILINE)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, migrated_folder: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("release") / "release"
    write_synthetic_release(folder, seed=1, kind="bootstrap", name="weighed")
    with migrated_site("almenara-weight-", migrated_folder) as site:
        done = site.run("publish", str(folder), "--create-territories")
        assert done.returncode == 0, done.stderr
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "almenara",
            "serve",
            "--port",
            str(port),
            "--workers",
            "1",
            "--no-jobs",
        ]
        with subprocess.Popen(command, env=site.environment, stdout=subprocess.DEVNULL) as server:
            try:
                wait_for(f"http://127.0.0.1:{port}/health", server)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=SECONDS)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        assert server.poll() is None
        with suppress(OSError), urllib.request.urlopen(address):  # noqa: S310 (our own)
            return
        time.sleep(0.3)
    pytest.fail("the site did not start")


@cache
def sent(address: str) -> tuple[int, str]:
    """Bytes of the body as they travel, compressed where the server does, and the text."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        body = answer.read()
        packed = answer.headers["Content-Encoding"] == "gzip"
    return len(body), (gzip.decompress(body) if packed else body).decode("utf-8", errors="replace")


def asked_with(page: str) -> set[str]:
    """Addresses of what a browser asks for with the page, whatever those import at once among them."""
    _, text = sent(page)
    waiting = [urljoin(page, (a or b).replace("&amp;", "&")) for a, b in ASKED_AT_ONCE.findall(text)]
    found: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address not in found and not address.startswith("data:"):
            found.add(address)
            if address.split("?")[0].endswith(".js"):
                waiting += [urljoin(address, path) for path in IMPORTED.findall(sent(address)[1])]
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_heavier_than_a_slow_line_bears(origin: str, page: str) -> None:
    address = f"{origin}/fr/{page}"
    parts = {part: sent(part)[0] for part in asked_with(address)}
    assert any(part.endswith(".css") for part in parts)
    assert sent(address)[0] + sum(parts.values()) <= MOST, parts
    sheets = sum(size for part, size in parts.items() if part.endswith(".css"))
    assert (sent(address)[0] + sheets) / LINE <= FIRST


def test_the_library_of_the_map_comes_only_when_it_is_asked_for(origin: str) -> None:
    asked = asked_with(f"{origin}/en/countries/{COUNTRY}/map/")
    assert not [address for address in asked if "maplibre" in address or "boundaries" in address]
    assert [address for address in asked if "picture.svg" in address]


def test_what_is_measured_is_what_is_there(origin: str) -> None:
    with pytest.raises(HTTPError):
        sent(f"{origin}/en/countries/QQ/map/")
