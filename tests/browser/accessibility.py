"""The rules of accessibility that every page is held against, by axe-core."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
TOLD = "resultTypes: ['violations']"  # what was kept is not written down, which takes longer than to find it kept
RULES = "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
OF_COLOURS = "runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Rules broken and where; the page must have been opened with bypass_csp.

    In the dark only the rules of colours are asked: the rest of a page is the same as in the light.
    """
    page.add_script_tag(path=str(AXE))
    rules = OF_COLOURS if page.evaluate(IS_DARK) else RULES
    found = page.evaluate(f"async () => (await axe.run(document, {{ {rules}, {TOLD} }})).violations")
    return [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found]
