"""The map of Brazil's 5,564 municipalities: how much it sends, and how long the page stands still while it is moved.

The index of examples/brazil-index is published on a site that is thrown away, and its map opened in headless chromium
at 1280 pixels. Sizes are what travels, compressed; first of the page as
it opens, with a picture in the map's place. The longest task of the page's own thread while the map is dragged
(the Long Tasks API knows none below 50 ms: 0 says that there was none) is the median of five visits, at the first scale
and three scales further in, where the finer boundaries are drawn; a map without any territory stands beside it. A hand
points at the map before it drags it: what names the territory under the pointer for the first time is told apart.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page

from tools.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DATA = ROOT.parent / "shared" / "data" / "brazil"
INDEX = ROOT / "examples" / "brazil-index" / "index.toml"
MAP, LIVE = "/en/countries/BRA/map/", "?view=live"
MOST_KB, MOST_KB_AT_FIRST, MOST_MS = 700, 150, 200
VISITS, MOVES = 5, 15
SECONDS_TO_START = 60
SIZE = {"width": 1280, "height": 900}
WATCH = """() => {
  window.longest = 0;
  const note = ({ duration }) => (window.longest = Math.max(window.longest, duration));
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: 'longtask' });
}"""
ADDRESSES = """() => { const { values, ...rest } = document.querySelector('#map').dataset;
  return [values, rest['boundaries-0'], rest['boundaries-1']]; }"""
TRANSFERRED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .reduce((sum, { transferSize }) => sum + transferSize, 0)"""
BLANK = """() => { const { map } = document.querySelector('#map').riskMap;
  for (const { id } of map.getStyle().layers) if (id !== 'sea') map.setLayoutProperty(id, 'visibility', 'none'); }"""
IDLE = "() => { const { map } = document.querySelector('#map').riskMap; return map.loaded() && !map.isMoving(); }"
CLOSER = "() => { const { map } = document.querySelector('#map').riskMap; map.jumpTo({ zoom: map.getZoom() + 3 }); }"


def main() -> int:
    if not DATA.exists():
        print(
            "The map of Brazil is not at ../shared/data/brazil: brazil_map is not measured.", file=sys.stderr
        )
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="almenara-map-") as folder,
        site(Path(folder)) as origin,
        chromium() as browser,
    ):
        return measure(browser, origin)


def measure(browser: Browser, origin: str) -> int:
    short = line("brazil_map_first_page", first_page(browser, origin), "KB", MOST_KB_AT_FIRST)
    page = opened(browser, origin)
    values, coarse, fine = (compressed(origin + address) / 1000 for address in page.evaluate(ADDRESSES))
    page.context.close()
    short |= line("brazil_map_size", values + coarse + fine, "KB", MOST_KB)
    line("brazil_map_size_at_first", values + coarse, "KB")
    line("brazil_map_size_values", values, "KB")
    drawn, blank = zip(
        *((longest(browser, origin), longest(browser, origin, blank=True)) for _ in range(VISITS)),
        strict=True,
    )
    pointing, whole, closer = map(statistics.median, zip(*drawn, strict=True))
    short |= line("brazil_map_longest_task", max(whole, closer), "ms", MOST_MS)
    line("brazil_map_longest_task_whole", whole, "ms")
    line("brazil_map_longest_task_closer", closer, "ms")
    line("brazil_map_longest_task_blank", max(map(statistics.median, zip(*blank, strict=True))), "ms")
    short |= line("brazil_map_longest_task_pointing", pointing, "ms", MOST_MS)
    return int(short)


def line(name: str, value: float, unit: str, most: float | None = None) -> bool:
    short = most is not None and value > most
    limit = "-" if most is None else f"<={most:g}"
    print(f"BENCH {name} {value:.0f} {unit} {limit} {'short' if short else 'ok'}", flush=True)
    return short


def longest(browser: Browser, origin: str, *, blank: bool = False) -> tuple[float, float, float]:
    """Milliseconds of the longest task: when first pointed at, dragged as a whole, and three scales further in."""
    page = opened(browser, origin)
    if blank:
        page.evaluate(BLANK)
    quiet(page)
    found = [watched(page, point)]
    quiet(page)
    found.append(watched(page, drag))
    page.evaluate(CLOSER)
    quiet(page)
    found.append(watched(page, drag))
    page.context.close()
    pointing, whole, closer = found
    return pointing, whole, closer


def quiet(page: Page) -> None:
    page.wait_for_timeout(1500)
    page.wait_for_function(IDLE)


def watched(page: Page, act: Callable[[Page], None]) -> float:
    page.evaluate(WATCH)
    act(page)
    page.wait_for_timeout(400)
    return float(page.evaluate("() => window.longest"))


def first_page(browser: Browser, origin: str) -> float:
    """Kilobytes of the page with its picture, its table and whatever it asks for, before the map that can be moved."""
    page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
    page.goto(origin + MAP, wait_until="networkidle")
    total = float(page.evaluate(TRANSFERRED))
    page.context.close()
    return total / 1000


def opened(browser: Browser, origin: str) -> Page:
    page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(120_000)
    page.goto(origin + MAP + LIVE)
    page.wait_for_selector("#map[data-ready=true]")
    page.locator("#map").scroll_into_view_if_needed()
    page.wait_for_function(IDLE)
    return page


def point(page: Page) -> None:
    page.mouse.move(*middle(page)[:2])


def drag(page: Page) -> None:
    """A third of the map's width and height, from where the pointer is put first."""
    x, y, width, height = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(MOVES):
        part = (step + 1) / MOVES / 3
        page.mouse.move(x + part * width, y + part * height)
        page.wait_for_timeout(16)
    page.mouse.up()


def middle(page: Page) -> tuple[float, float, float, float]:
    """Of the map, and its width and height."""
    box = page.locator("#map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"], box["height"]


def compressed(address: str) -> int:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310 (our own address)
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.headers["Content-Encoding"] == "gzip"
        return len(answer.read())


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The origin of a site that shows the index of Brazil."""
    surroundings = {**os.environ, "ALMENARA_DATA": str(folder / "site")}
    release = folder / "release"
    call(surroundings, "mirti", "index", str(INDEX), "--out", str(release))
    call(surroundings, "almenara", "migrate")
    call(surroundings, "almenara", "publish", str(release), "--create-territories")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [str(BIN / "almenara"), "serve", "--port", str(port), "--workers", "1", "--no-jobs"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)


def call(surroundings: dict[str, str], command: str, *arguments: str) -> None:
    subprocess.run([str(BIN / command), *arguments], env=surroundings, check=True, stdout=subprocess.DEVNULL)


def wait_for(origin: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{origin}/health"):  # noqa: S310 (our own address)
            return
        time.sleep(0.3)
    sys.exit("bench: the site did not start.")


if __name__ == "__main__":
    sys.exit(main())
