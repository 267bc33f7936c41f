"""Every colour of the site is a token, and each can be read on what it stands on: in light, in dark, in print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from almenara.design import sheets
from almenara.design.contrast import (
    GROUNDS,
    NOT_TEXT,
    OF_NIGHT,
    PAIRS,
    PALETTES,
    TEXT,
    TOKENS,
    contrast,
    palette,
    ratio,
)
from tests.support.repository import ROOT

RAW = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(")
DRAWN = ("border", "outline", "fill", "stroke", "accent-color")
ONLY_PARTS = "line"
ON_THE_MAP = {
    "map.css"
}  # the ground of a drawn map is the same in every scheme, and so is what is written on it
SHEETS = [
    path
    for path in sorted((ROOT / "src" / "almenara").rglob("*.css"))
    if path != TOKENS and path.name not in ON_THE_MAP
]


@dataclass(frozen=True)
class Rule:
    """A rule of a style sheet: what it is about, and its declarations."""

    file: str
    selector: str
    values: dict[str, str]

    def token(self, *names: str) -> str | None:
        """The token that the first of these properties takes its colour from."""
        written = next((self.values[name] for name in names if name in self.values), "")
        found = re.search(r"var\(--([\w-]+)", written)
        return found[1] if found and found[1] in palette("light") else None


def rules() -> Iterator[Rule]:
    for path in SHEETS:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector, body in re.findall(r"([^{};]+)\{([^{}]*)\}", text):
            pairs = (line.partition(":") for line in body.split(";") if ":" in line)
            yield Rule(path.name, " ".join(selector.split()), {n.strip(): v.strip() for n, _, v in pairs})


def texts() -> set[tuple[str, str, str]]:
    """Where, which text and on which ground, as the sheets say it: text without a ground may stand on any."""
    found = set()
    for rule in rules():
        text, ground = rule.token("color"), rule.token("background", "background-color")
        if text:
            grounds = (ground,) if ground else ("night",) if text in OF_NIGHT else GROUNDS
            found |= {(f"{rule.file}: {rule.selector}", text, on) for on in grounds}
    return found


def marks() -> set[tuple[str, str, str]]:
    """Likewise of what is seen and not read, but for the lines that only part one thing from another."""
    found = set()
    for rule in rules():
        for name in rule.values:
            mark = rule.token(name) if name.startswith(DRAWN) else None
            if mark and mark != ONLY_PARTS:
                ground = rule.token("background", "background-color")
                grounds = (
                    (ground,) if ground else ("night",) if mark.startswith(("night", "on-night")) else GROUNDS
                )
                found |= {(f"{rule.file}: {rule.selector}", mark, on) for on in grounds if on != mark}
    return found


@pytest.mark.parametrize("name", PALETTES)
def test_every_declared_pair_reaches_its_contrast(name: str) -> None:
    faint = {pair: ratio(pair, name) for pair in PAIRS if ratio(pair, name) < pair.least}
    assert faint == {}


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_of_every_sheet_can_be_read_on_its_ground(name: str) -> None:
    of = palette(name)
    written = texts()
    assert len(written) > 40
    faint = {(w, a, b) for w, a, b in written if contrast(of[a], of[b]) < TEXT}
    assert faint == set()


@pytest.mark.parametrize("name", PALETTES)
def test_every_edge_ring_and_mark_of_every_sheet_can_be_seen_on_its_ground(name: str) -> None:
    of = palette(name)
    drawn = marks()
    assert len(drawn) > 40
    assert {(w, a, b) for w, a, b in drawn if contrast(of[a], of[b]) < NOT_TEXT} == set()


def test_every_text_and_ground_of_the_sheets_is_a_pair_that_the_living_page_shows() -> None:
    declared = {(pair.upper, pair.lower) for pair in PAIRS}
    assert {(a, b) for _, a, b in texts()} - declared == set()


def test_every_palette_holds_the_same_colours() -> None:
    light, dark, printed = (set(palette(name)) for name in PALETTES)
    assert light == dark
    assert light == printed - {"veil"}
    assert len(light) > 20


def test_no_sheet_names_a_colour_by_itself() -> None:
    """But the ground of a code that a telephone scans, which is white in the dark too."""
    raw = [
        (rule.file, rule.selector, name, value)
        for rule in rules()
        for name, value in rule.values.items()
        if RAW.search(value) and not rule.selector.endswith(".qr")
    ]
    assert raw == []


def test_every_token_that_a_sheet_uses_is_declared() -> None:
    declared = set(re.findall(r"--([\w-]+):", TOKENS.read_text(encoding="utf-8")))
    used = {
        (rule.file, name)
        for rule in rules()
        for value in rule.values.values()
        for name in re.findall(r"var\(--([\w-]+)", value)
    }
    assert {(file, name) for file, name in used if name not in declared} == set()


def test_contrast_is_what_wcag_says_it_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # WebAIM's well-known near miss
    assert contrast("#0000ff", "#ffffff") == pytest.approx(8.59, abs=0.005)


def test_the_joined_sheet_holds_every_part_once_in_order(
    tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    file = Path(str(sheets.SheetFinder().find(sheets.NAME)))
    text = file.read_text(encoding="utf-8")
    assert {path.stem for path in sheets.SOURCES.glob("*.css")} == set(sheets.PARTS)
    places = [
        text.index((sheets.SOURCES / f"{part}.css").read_text(encoding="utf-8")) for part in sheets.PARTS
    ]
    assert places == sorted(places)
    assert len(text) == sum(
        len((sheets.SOURCES / f"{part}.css").read_text(encoding="utf-8")) + 1 for part in sheets.PARTS
    ) - 1  # fmt: skip
    file.write_text("half of it")
    [(name, storage)] = sheets.SheetFinder().list([])
    with storage.open(name) as served:
        assert served.read().decode() == text


def test_other_files_are_not_the_finders() -> None:
    assert sheets.SheetFinder().find("design/other.css") is None
    assert sheets.SheetFinder().find("design/other.css", find_all=True) == []
