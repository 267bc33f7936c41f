"""The machine's own chromium, driven without a screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tools.setup import BROWSERS

# What a browser with a screen readies for its reader; without one, each page that is opened costs twice as much by it.
# Of several lists of features the last one counts, so that playwright's own names stand here too.
UNUSED = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
# The last three let WebGL draw without a graphics card.
ARGUMENTS = [
    f"--disable-features={','.join(UNUSED)}",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]


class NoBrowserError(Exception):
    """Neither chromium nor Chrome is on the PATH."""

    def __init__(self) -> None:
        super().__init__("No chromium was found. Install it: apt install chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for as long as the block lasts. Raises NoBrowserError."""
    executable = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if executable is None:
        raise NoBrowserError
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield launched
        launched.close()
