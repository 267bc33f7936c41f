"""Charts: well-formed, described, faithful to the numbers, safe with any text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from almenara.common import charts

SVG = "{http://www.w3.org/2000/svg}"


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 (our own markup)


def test_a_chart_names_and_describes_itself_without_style_or_script() -> None:
    markup = charts.stacked_bars([charts.Stack("a", ())], title="T <&>", description="D")
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
    parts = tuple(charts.Part(share, "x", "#123456", "#fff") for share in (0.2, 0.3, 0.5))
    drawn = bars_of(parsed(charts.stacked_bars([charts.Stack("s", parts)], title="t", description="d")))
    assert [x for x, _ in drawn] == pytest.approx([0, 72, 180], abs=0.1)
    assert sum(width + 1 for _, width in drawn) == pytest.approx(charts.WIDTH, abs=0.2)


def test_a_strip_marks_its_value_on_the_axis_of_its_ticks() -> None:
    row = charts.Strip("g", (0.1, 0.2, 0.3), 0.2, "20 %", (0.15, 0.25))
    ticks = [charts.Tick(0.0, "0 %"), charts.Tick(0.4, "40 %")]
    root = parsed(charts.strip_chart([row], ticks, title="t", description="d"))
    lines = [line for line in root.iter(f"{SVG}line") if line.get("stroke") == charts.MARK]
    assert len(lines) == 1
    low, high = float(lines[0].get("x1") or 0), float(lines[0].get("x2") or 0)
    middle = (8 + charts.WIDTH - 12) / 2
    assert (low + high) / 2 == pytest.approx(middle, abs=0.2)
    assert [t.text for t in root.iter(f"{SVG}text")] == ["0 %", "40 %", "g", "20 %"]
