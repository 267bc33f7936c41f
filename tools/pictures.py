"""Pictures of the demonstration's main pages: light, dark, and on a phone of 360 px; `make pictures`.

The pages of a desk are seen as the first person of the role that the demonstration offers. docs/reference/pages.md
shows them all, and is written by the same command.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page

from tools import demo
from tools.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "images"
GALLERY = ROOT / "docs" / "reference" / "pages.md"
DESKTOP, PHONE = (1280, 900), (360, 780)
SHAPES = {
    "light": (DESKTOP, "light"),
    "dark": (DESKTOP, "dark"),
    "phone": (PHONE, "light"),
}
LONGEST_WAIT = 20_000  # ms for a page to fall silent
COLOURS = 256  # a page has fewer that matter: a third of the bytes, and no difference to the eye


@dataclass(frozen=True)
class Picture:
    """role: whose desk it is, by its name in English; nobody's without."""

    name: str
    title: str
    path: str
    role: str = ""

    def file(self, shape: str) -> str:
        return f"{self.name}-{shape}.png"


PICTURES = (
    Picture("home", "The front page", ""),
    Picture("country", "A country", "countries/XX/"),
    Picture("map", "The map", "countries/XX/map/"),
    Picture("ranking", "The ranking", "countries/XX/ranking/"),
    Picture("fact-sheet", "A territory's fact sheet", "countries/XX/territories/01001/"),
    Picture("method", "Method and limits", "countries/XX/method/"),
    Picture("sign-in", "Sign-in", "account/login/"),
    Picture("demo", "One click to each role, in the demonstration alone", "demo/"),
    Picture("styleguide", "The components", "styleguide/"),
    Picture("people", "People", "account/people/", "National administrator"),
    Picture("reviews", "Reviews of grants", "account/reviews/", "National administrator"),
    Picture("agreements", "Agreements", "agreements/", "National administrator"),
    Picture("systems", "Inventory of information systems", "agreements/systems/", "National administrator"),
    Picture("log", "The log", "audit/", "Auditor"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Pictures of a running demonstration")
    parser.add_argument(
        "--port", type=int, help="of a demonstration that runs; without, one is started for it"
    )
    parser.add_argument("--country", default="XM", help="code of the country that is shown")
    parser.add_argument(
        "--territory", default="10012", help="code of the territory whose fact sheet is shown"
    )
    parser.add_argument("--language", default="en", choices=("es", "pt", "en", "fr"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="*", help="names of pictures")
    parser.add_argument("--whole", action="store_true", help="the whole page, not only what a screen shows")
    asked = parser.parse_args()
    chosen = [picture for picture in PICTURES if not asked.only or picture.name in asked.only]
    asked.out.mkdir(parents=True, exist_ok=True)
    with running(asked.port) as origin, chromium() as browser:
        for picture in chosen:
            path = picture.path.replace("XX", quote(asked.country)).replace("01001", quote(asked.territory))
            for shape in SHAPES:
                target = asked.out / picture.file(shape)
                take(browser, shape, origin, f"/{asked.language}/{path}", picture.role, target, asked.whole)
                print(os.path.relpath(target, Path.cwd()), flush=True)
    if asked.out == FOLDER:
        GALLERY.write_text(gallery(), encoding="utf-8")
        print(os.path.relpath(GALLERY, Path.cwd()))
    return 0


def gallery() -> str:
    """The page of all pictures, in the order of PICTURES."""
    head = (
        "# The main pages\n\nOf the demonstration: its country, its people and its institutions are simulated. "
        "`make pictures` takes the pictures again and writes this page.\n"
    )
    return head + "".join(map(section, PICTURES))


def section(picture: Picture) -> str:
    shown = [f"![{picture.title}: {shape}](../images/{picture.file(shape)})" for shape in SHAPES]
    table = f"| {' | '.join(SHAPES)} |\n|{'---|' * len(SHAPES)}\n| {' | '.join(shown)} |"
    whose = f"As seen by the role “{picture.role}”.\n\n" if picture.role else ""
    return f"\n## {picture.title}\n\n{whose}{table}\n"


@contextmanager
def running(port: int | None) -> Iterator[str]:
    """The origin of a demonstration."""
    if port is not None:
        yield f"http://localhost:{port}"
        return
    port = demo.free_port()
    demo.make_release()
    demo.fill_site()
    with demo.server(port) as process:
        demo.wait_until_up(port, process)
        yield f"http://localhost:{port}"


def take(
    browser: Browser, shape: str, origin: str, address: str, role: str, target: Path, whole: bool
) -> None:
    (width, height), scheme = SHAPES[shape]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if role:
        sign_in(page, origin, role)
    page.goto(origin + address, wait_until="networkidle", timeout=LONGEST_WAIT)
    taken = Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled")))
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    context.close()


def sign_in(page: Page, origin: str, role: str) -> None:
    page.goto(f"{origin}/en/demo/")
    page.get_by_role("button", name=role, exact=True).first.click()
    page.wait_for_url("**/account/")


if __name__ == "__main__":
    sys.exit(main())
