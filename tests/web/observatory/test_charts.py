"""Charts: well-formed, described, faithful to the numbers, safe with any text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.utils import translation

from almenara.design.charts.measures import Measure, Unit
from almenara.observatory.presenters import stacks, strips

SVG = "{http://www.w3.org/2000/svg}"


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 (our own markup)


def test_a_chart_names_and_describes_itself_without_style_or_script() -> None:
    markup = stacks.stacked_bars([stacks.Stack("a", ())], title="T <&>", description="D")
    root = parsed(markup)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (title.text, description.text) == ("T <&>", "D")
    assert root.get("role") == "img"
    assert (root.get("aria-labelledby") or "").split() == [title.get("id"), description.get("id")]
    assert "style" not in markup
    assert "<script" not in markup


def bars_of(root: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(r.get("x") or 0), float(r.get("width") or 0)) for r in root.iter(f"{SVG}rect")]


def test_parts_of_a_whole_fill_its_width() -> None:
    parts = tuple(stacks.Part(share, "x", "#123456", "#fff") for share in (0.2, 0.3, 0.5))
    drawn = bars_of(parsed(stacks.stacked_bars([stacks.Stack("s", parts)], title="t", description="d")))
    assert [x for x, _ in drawn] == pytest.approx([0, 72, 180], abs=0.1)
    assert sum(width + 1 for _, width in drawn) == pytest.approx(stacks.WIDTH, abs=0.2)


@pytest.mark.parametrize(("unit", "percent"), [(Unit.RATE, "%"), (Unit.SCORE, "")])
def test_a_strip_marks_its_value_on_an_axis_that_holds_all_of_it(unit: Unit, percent: str) -> None:
    row = strips.Strip("g", (0.1, 0.2, 0.3), 0.2, "20.0", (0.12, 0.38))
    with translation.override("en"):
        root = parsed(strips.strip_chart([row], Measure(unit), title="t", description="d"))
    [interval] = [line for line in root.iter(f"{SVG}line") if line.get("stroke") == strips.MARK]
    places = [float(interval.get(end) or 0) for end in ("x1", "x2")]
    first, last = 8.0, strips.WIDTH - 12.0  # 0 and 40%
    assert places == pytest.approx([first + end / 0.4 * (last - first) for end in (0.12, 0.38)], abs=0.1)
    ticks = [f"{value}{percent}" for value in (0, 10, 20, 30, 40)]
    assert [said.text for said in root.iter(f"{SVG}text")] == [*ticks, "g", "20.0"]


def test_the_numbers_of_a_narrow_axis_are_apart() -> None:
    row = strips.Strip("g", (0.001, 0.0023), 0.001, "0.1%")
    with translation.override("en"):
        root = parsed(strips.strip_chart([row], Measure(Unit.RATE), title="t", description="d"))
    ticks = [said.text for said in root.iter(f"{SVG}text")][:-2]
    assert ticks == ["0.00%", "0.05%", "0.10%", "0.15%", "0.20%", "0.25%"]
