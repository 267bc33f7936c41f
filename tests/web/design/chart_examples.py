"""Charts that the tests of charts share, and a reader of their markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from almenara.design.charts.data import (
    BarChart,
    Change,
    Chart,
    Dot,
    DotChart,
    Estimate,
    Line,
    LineChart,
    PopulationPyramid,
    Reference,
    Series,
    SlopeChart,
    SmallMultiples,
    Step,
    Total,
    Waterfall,
)
from almenara.design.charts.drawn import render_svg
from almenara.design.charts.measures import Missing

SVG = "{http://www.w3.org/2000/svg}"
SAID = {"title": "Title & <more>", "of": "children", "source": "a simulation"}
HOLDS = {"holds": "Sampling error alone."}
LONG = "Autonomous Region of the River Basins and Lagoons of the Great Eastern Lowland Plain Today"
HIDDEN, MISSED = Estimate(Missing.WITHHELD), Estimate(Missing.UNKNOWN)


def estimate(value: float, half: float = 0.02) -> Estimate:
    return Estimate(value, value - half, value + half)


BARS = BarChart(
    **SAID,
    categories=("North", LONG, "South"),
    series=(Series("Girls", (0.10, 0.05, Missing.WITHHELD)), Series("Boys", (0.20, 0.0, 0.15))),
)
LINES = LineChart(
    **SAID,
    **HOLDS,
    times=(2018, 2019, 2020, 2022, 2023, 2024),
    lines=(
        Line("Survey", (estimate(0.2), estimate(0.18), MISSED, estimate(0.16), HIDDEN, estimate(0.1))),
        Line(LONG, tuple(Estimate(0.05 + at / 100) for at in range(6))),
    ),
)
MULTIPLES = SmallMultiples(
    **SAID,
    **HOLDS,
    times=(2020, 2022, 2024),
    lines=(
        Line("North", (estimate(0.1), estimate(0.12), estimate(0.2))),
        Line(LONG, (estimate(0.3), HIDDEN, estimate(0.29))),
        Line("South", (Estimate(0.1), Estimate(0.1), Estimate(0.1))),
    ),
)
PYRAMID = PopulationPyramid(
    **SAID,
    ages=("0–4", "5–9", "10–14"),
    men=(400.0, 300.0, Missing.WITHHELD),
    women=(350.0, 310.0, 200.0),
)
DOTS = DotChart(
    **SAID,
    **HOLDS,
    dots=(
        Dot("North", estimate(0.2)),
        Dot(LONG, estimate(0.1), marked=True),
        Dot("South", HIDDEN),
        Dot("West", estimate(0.04)),
    ),
    reference=Reference("The country", 0.091),
)
SLOPES = SlopeChart(
    **SAID,
    **HOLDS,
    before="2018",
    after="2024",
    changes=(
        Change("North", estimate(0.12), estimate(0.18)),
        Change(LONG, estimate(0.121), estimate(0.1)),
        Change("South", estimate(0.122), estimate(0.03)),
        Change("West", estimate(0.2), HIDDEN),
    ),
)
WATERFALL = Waterfall(
    **SAID,
    **HOLDS,
    start=Total("Country", 0.09),
    steps=(Step("Rural", 0.03, 0.02, 0.04), Step(LONG, -0.01, -0.02, 0.0), Step("Rest", 0.002)),
    end=Total("High Valley", 0.112),
)
ALL: tuple[Chart, ...] = (BARS, LINES, MULTIPLES, PYRAMID, DOTS, SLOPES, WATERFALL)


def parsed(chart: Chart, language: str = "en") -> Element:
    return ElementTree.fromstring(render_svg(chart, language))


def of_kind(root: Element, kind: str) -> list[Element]:
    return [element for element in root.iter() if element.get("data-kind") == kind]


def boxes(root: Element, kind: str = "bar") -> list[tuple[float, float, float]]:
    """Left, right and top of each bar."""
    found = []
    for element in of_kind(root, kind):
        x, y, width = (float(element.get(name, "")) for name in ("x", "y", "width"))
        found.append((x, x + width, y))
    return found


def points(element: Element) -> list[tuple[float, float]]:
    """Of a path that moves and draws to places only."""
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", element.get("d", ""))]


def texts(root: Element) -> Iterator[str]:
    return (("".join(element.itertext())) for element in root.iter(f"{SVG}text"))
