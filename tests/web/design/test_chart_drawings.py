"""What is drawn is what is given: lengths, places and gaps, measured in the picture itself."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from almenara.design.charts import drawn, letters
from almenara.design.charts.axes import draw_level, draw_upright
from almenara.design.charts.canvas import WIDTH
from almenara.design.charts.data import (
    BarChart,
    Chart,
    Estimate,
    Line,
    LineChart,
    PopulationPyramid,
    Series,
    Step,
    Total,
    Waterfall,
)
from almenara.design.charts.drawn import KINDS, picture, render_svg
from almenara.design.charts.measures import COUNT, RATE, Missing
from almenara.design.charts.slopes import spread
from almenara.design.charts.ticks import Scale, axis_of
from almenara.design.charts.waterfall import levels
from almenara.design.contrast import palette
from tests.web.design.chart_examples import (
    ALL,
    BARS,
    DOTS,
    LINES,
    LONG,
    MULTIPLES,
    PYRAMID,
    SAID,
    SLOPES,
    SVG,
    boxes,
    of_kind,
    parsed,
    points,
    texts,
)

WITHIN = 0.02  # px: coordinates are written with two decimals
RATES = st.lists(st.floats(-0.9, 0.9).map(lambda value: round(value, 4)), min_size=2, max_size=8)


def test_every_kind_of_chart_is_drawn_here() -> None:
    assert {type(chart) for chart in ALL} == set(KINDS)


@settings(deadline=None)
@given(RATES)
def test_bars_are_as_long_as_their_values_and_begin_at_zero(values: list[float]) -> None:
    chart = BarChart(**SAID, categories=tuple(map(str, values)), series=(Series("s", tuple(values)),))
    drawn_bars = boxes(parsed(chart))
    if not any(values):
        assert all(right - left == 0 for left, right, _y in drawn_bars)
        return
    longest = max(values, key=abs)
    unit = max(right - left for left, right, _y in drawn_bars) / abs(longest)
    low, high = min(0.0, *values), max(0.0, *values)
    for value, (left, right, _y) in zip(values, drawn_bars, strict=True):
        assert right - left == pytest.approx(abs(value) * unit, abs=2 * WITHIN)
        assert right <= WIDTH
        assert left >= 0
    zeros = {
        round(right if value < 0 else left, 1)
        for value, (left, right, _y) in zip(values, drawn_bars, strict=True)
    }
    assert max(zeros) - min(zeros) <= 0.2
    assert high - low > 0


def test_a_withheld_bar_is_said_and_not_drawn() -> None:
    root = parsed(BARS)
    assert len(boxes(root)) == 5  # of six values, one of which is zero and has a bar without a length
    assert "withheld" in list(texts(root))
    assert min(right - left for left, right, _y in boxes(root)) == 0


def test_series_differ_in_more_than_their_colour() -> None:
    four = replace(BARS, series=tuple(Series(name, (0.1, 0.2, 0.3)) for name in "abcd"))
    shapes = set()
    for position in range(4):
        canvas = drawn.Canvas()
        canvas.hatched(0, 0, 80, 14, tone="ink", series=position)
        shapes.add(re.sub(r'class="[^"]*"', "", canvas.markup()))
    assert len(shapes) == 4
    lines = replace(LINES, holds="", lines=tuple(Line(n, tuple([Estimate(0.1)] * 6)) for n in "abcd"))
    assert len({path.get("stroke-dasharray") for path in of_kind(parsed(lines), "line")}) == 4
    assert len(boxes(parsed(four))) == 12


def test_the_band_encloses_its_line_and_reaches_the_ends_of_the_intervals() -> None:
    root = parsed(LINES)
    bands, line = of_kind(root, "band"), LINES.lines[0]
    scale = _upright(root)
    known = [point for point in line.points if point.ends]
    measured: list[tuple[float, float]] = []
    for band in bands:
        place = points(band)
        half = len(place) // 2
        for (x, upper), (back, lower) in zip(place[:half], reversed(place[half:]), strict=True):
            assert x == back
            measured.append((lower, upper))
    assert len(measured) == len(known)
    for (lower, upper), point in zip(measured, known, strict=True):
        assert scale(lower) == pytest.approx(point.low, abs=5e-4)
        assert scale(upper) == pytest.approx(point.high, abs=5e-4)
        assert upper < lower  # y grows downwards


def test_a_line_is_interrupted_where_a_value_is_missing() -> None:
    own = [path for path in of_kind(parsed(LINES), "line") if not path.get("stroke-dasharray")]
    assert [len(points(path)) for path in own] == [2, 1, 1]
    other = [path for path in of_kind(parsed(LINES), "line") if path.get("stroke-dasharray")]
    assert [len(points(path)) for path in other] == [6]


def test_times_lie_as_far_apart_as_they_are() -> None:
    [whole] = [path for path in of_kind(parsed(LINES), "line") if path.get("stroke-dasharray")]
    xs = [x for x, _y in points(whole)]
    steps = [b - a for a, b in pairwise(xs)]
    assert steps == pytest.approx([steps[0] * years for years in (1, 1, 2, 1, 1)], abs=2 * WITHIN)


def test_small_multiples_share_one_scale() -> None:
    """The same value lies at the same height above the foot of its own picture."""
    ends = (0.1, 0.2, 0.3)
    lines = tuple(Line(f"{at}", (Estimate(end), Estimate(0.1), Estimate(end))) for at, end in enumerate(ends))
    root = parsed(replace(MULTIPLES, holds="", lines=lines))
    rises = []
    for path in of_kind(root, "line"):
        (_x, first), (_m, middle), _last = points(path)
        rises.append(middle - first)
    assert rises[0] == 0
    assert rises[2] == pytest.approx(2 * rises[1], abs=2 * WITHIN)
    assert rises[1] > 5


def test_both_sides_of_a_pyramid_have_one_scale_and_face_each_other() -> None:
    bars = boxes(parsed(PYRAMID))
    men, women = [b for b in bars if b[1] < WIDTH / 2], [b for b in bars if b[0] > WIDTH / 2]
    people = [(400, men[0]), (300, men[1]), (350, women[0]), (310, women[1]), (200, women[2])]
    assert (len(men), len(women)) == (2, 3)  # one is withheld
    units = [(right - left) / count for count, (left, right, _y) in people]
    assert units == pytest.approx([units[0]] * 5, rel=1e-3)
    assert len({right for _left, right, _y in men}) == 1
    assert len({left for left, _right, _y in women}) == 1
    assert [y for _l, _r, y in women] == sorted(
        (y for _l, _r, y in women), reverse=True
    )  # the youngest below
    assert men[0][2] == women[0][2]


def test_an_interval_holds_its_dot_and_the_reference_its_value() -> None:
    root = parsed(DOTS)
    spans = [
        tuple(map(float, re.findall(r"[MH]([-\d.]+)", p.get("d", ""))[:2])) for p in of_kind(root, "interval")
    ]
    known = [dot.estimate for dot in DOTS.dots if dot.estimate.ends]
    assert len(spans) == len(known) == 3
    unit = (spans[0][1] - spans[0][0]) / 0.04
    for (low, high), estimate in zip(spans, known, strict=True):
        assert high - low == pytest.approx(0.04 * unit, abs=2 * WITHIN)
        assert (low + high) / 2 - (spans[0][0] + spans[0][1]) / 2 == pytest.approx(
            (float(estimate.value) - 0.2) * unit,
            abs=2 * WITHIN,  # type: ignore[arg-type]
        )
    [reference] = of_kind(root, "reference")
    x = float(re.findall(r"M([-\d.]+)", reference.get("d", ""))[0])
    assert x - (spans[0][0] + spans[0][1]) / 2 == pytest.approx((0.091 - 0.2) * unit, abs=2 * WITHIN)


def test_slopes_rise_fall_and_doubt_as_their_values_do() -> None:
    slopes = of_kind(parsed(SLOPES), "slope")
    ys = [[y for _x, y in points(path)] for path in slopes]
    assert [first > last for first, last in ys] == [
        True,
        False,
        False,
    ]  # y grows downwards; the fourth has no end
    assert [bool(path.get("stroke-dasharray")) for path in slopes] == [False, True, False]
    rise = (ys[0][0] - ys[0][1]) / 0.06
    assert ys[2][1] - ys[2][0] == pytest.approx(0.092 * rise, abs=0.3)


@settings(deadline=None)
@given(st.lists(st.floats(-0.2, 0.2).map(lambda value: round(value, 4)), min_size=1, max_size=9))
def test_a_waterfall_is_a_chain(values: list[float]) -> None:
    """Each step begins where the one before it ended, is as long as what it adds, and the last ends at the total."""
    end = 0.3 + sum(values)
    steps = tuple(Step(str(at), value) for at, value in enumerate(values))
    chart = Waterfall(**SAID, holds="", start=Total("a", 0.3), steps=steps, end=Total("b", end))
    root = parsed(chart)
    bars = boxes(root)
    place = [
        (left, right) if value >= 0 else (right, left)
        for value, (left, right, _y) in zip(values, bars, strict=True)
    ]
    for (_start, ended), (begins, _end) in pairwise(place):
        assert begins == pytest.approx(ended, abs=2 * WITHIN)
    longest = max(range(len(values)), key=lambda at: abs(values[at]))
    if abs(values[longest]) > 0.001:
        unit = (place[longest][1] - place[longest][0]) / values[longest]
        for value, (begins, ended) in zip(values, place, strict=True):
            assert ended - begins == pytest.approx(value * unit, abs=3 * WITHIN)
    first, last = (
        float(re.findall(r"M([-\d.]+)", p.get("d", ""))[0]) for p in of_kind(parsed(chart), "marker")
    )
    assert first == pytest.approx(place[0][0], abs=2 * WITHIN)
    assert last == pytest.approx(place[-1][1], abs=2 * WITHIN)
    assert levels(chart)[-1] == pytest.approx(end)


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_no_text_leaves_the_picture(chart: Chart, language: str) -> None:
    """By the widths of the widest common font; tests/browser measures it with those of a browser."""
    root = parsed(chart, language)
    _x, _y, width, height = map(float, root.get("viewBox", "").split())
    for element in root.iter(f"{SVG}text"):
        shown = element.text or "".join((title.tail or "") for title in element)
        long = letters.width(shown, float(element.get("font-size", 13)))
        before = {"middle": long / 2, "end": long}.get(element.get("text-anchor", "start"), 0.0)
        left = float(element.get("x", "")) - before
        assert left >= -1.5, shown
        assert left + long <= width + 1.5, shown
        assert 0 < float(element.get("y", "")) <= height, shown


@pytest.mark.parametrize(
    "chart", [c for c in ALL if c is not PYRAMID], ids=lambda chart: type(chart).__name__
)
def test_a_name_of_ninety_characters_is_told_whole(chart: Chart) -> None:
    assert len(LONG) == 90
    titles = {title.text for title in parsed(chart).iter(f"{SVG}title")}
    assert LONG in titles
    assert any(LONG in cells for cells in _cells(chart))


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_a_picture_alone_has_the_colours_of_paper_and_needs_no_sheet(chart: Chart) -> None:
    svg = render_svg(chart, "en")
    assert "class=" not in svg
    assert "style" not in svg
    assert set(re.findall(r"#[0-9a-f]{6}", svg)) <= set(palette("print").values())
    root = parsed(chart)
    assert [element.tag for element in (root[0], root[1])] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == SAID["title"]
    assert root[1].text == told_in_english(chart)


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_a_picture_on_a_page_names_no_colour(chart: Chart) -> None:
    svg = picture(chart)
    assert "#" not in svg
    assert "style" not in svg
    assert "<script" not in svg
    used = {name for names in re.findall(r'class="([^"]*)"', svg) for name in names.split()}
    sheet = (drawn.__file__).rpartition("/charts/")[0] + "/css/charts.css"
    with open(sheet, encoding="utf-8") as file:  # noqa: PTH123
        styled = set(re.findall(r"\.chart \.([fs]-[\w-]+)", file.read()))
    assert used <= styled


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 200), st.floats(10, 30)), min_size=1, max_size=10),
    st.floats(0, 50),
)
def test_labels_that_are_spread_never_meet(blocks: list[tuple[float, float]], slack: float) -> None:
    wanted, heights = [place for place, _h in blocks], [height for _p, height in blocks]
    bottom = sum(heights) + slack
    placed = spread(wanted, heights, 0.0, bottom)
    spans = sorted((y - height / 2, y + height / 2) for y, height in zip(placed, heights, strict=True))
    assert spans[0][0] >= -1e-6
    assert spans[-1][1] <= bottom + 1e-6
    assert all(lower[1] <= upper[0] + 1e-6 for lower, upper in pairwise(spans))


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=382), max_size=120), st.integers(1, 3))
def test_wrapped_lines_have_room_and_lose_nothing_unsaid(text: str, most: int) -> None:
    lines = letters.wrapped(text, 100.0, 12, most)
    assert 1 <= len(lines) <= most
    assert all(letters.width(line, 12) <= 100 for line in lines)
    told, whole = "".join("".join(lines).split()), "".join(text.split())
    if not lines[-1].endswith(letters.ELLIPSIS):
        assert told == whole
    else:
        assert whole.startswith(told.removesuffix(letters.ELLIPSIS))


@pytest.mark.parametrize(
    "empty",
    [
        replace(BARS, series=(Series("s", (Missing.UNKNOWN,) * 3),)),
        replace(PYRAMID, men=(Missing.UNKNOWN,) * 3, women=(Missing.WITHHELD,) * 3),
        LineChart(**SAID, holds="", times=(1, 2), lines=(Line("a", (Estimate(Missing.UNKNOWN),) * 2),)),
        replace(DOTS, holds="", reference=None, dots=(replace(DOTS.dots[2]),)),
        PopulationPyramid(**SAID, ages=("0",), men=(0.0,), women=(0.0,)),
        BarChart(**SAID, measure=COUNT, categories=("a",), series=(Series("s", (0.0,)),)),
        Waterfall(**SAID, holds="", start=Total("a", 0.1), steps=(), end=Total("b", 0.1)),
    ],
    ids=lambda chart: type(chart).__name__,
)
def test_a_chart_of_nothing_is_drawn_and_says_so(empty: Chart) -> None:
    root = parsed(empty)
    assert "nan" not in render_svg(empty, "en")
    assert root[1].text


def told_in_english(chart: Chart) -> str:
    with translation.override("en"):
        return drawn.told(chart)


@pytest.mark.parametrize("ends", [(0.12, 0.18), (0.31, 0.79)])  # 0.3 is not 3 × 0.1 in binary
def test_an_axis_that_does_not_begin_at_zero_has_its_foot_and_a_number(ends: tuple[float, float]) -> None:
    axis = axis_of(ends, from_zero=False)
    upright, level = drawn.Canvas(), drawn.Canvas()
    draw_upright(upright, axis, Scale(axis.low, axis.high, 90.0, 0.0), 40.0, 100.0, RATE)
    [foot] = [part for part in upright.parts if "s-line-strong" in part]
    assert "M40 90L100 90" in foot
    draw_level(level, axis, Scale(axis.low, axis.high, 0.0, 30.0), 0.0, 90.0, RATE)  # too narrow for two
    assert sum("<text" in part for part in level.parts) == 1


def _cells(chart: Chart) -> list[tuple[str, ...]]:
    made = drawn.table_of(chart)
    return [made.head, *made.rows]


def _upright(root: Any) -> Any:
    """From a height in the picture to its value, by the numbers of the axis."""
    marks = [
        (float(element.get("y", "")) - 4, float((element.text or "").rstrip("%")) / 100)
        for element in root.iter(f"{SVG}text")
        if re.fullmatch(r"\d+%", element.text or "")
    ]
    (y0, v0), (y1, v1) = marks[0], marks[-1]
    return lambda y: v0 + (y - y0) * (v1 - v0) / (y1 - y0)
