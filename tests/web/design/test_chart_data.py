"""What no chart is made of."""

from __future__ import annotations

import math
from typing import Any

import pytest

from almenara.design.charts.data import (
    BarChart,
    Dot,
    DotChart,
    Estimate,
    Line,
    LineChart,
    PopulationPyramid,
    Reference,
    Series,
    SlopeChart,
    Step,
    Total,
    Waterfall,
    gathered,
)
from almenara.design.charts.measures import Measure, Missing, Unit

SAID = {"title": "T", "of": "of children", "source": "S"}


def line(**changed: Any) -> LineChart:
    values = SAID | {
        "holds": "",
        "times": (2020, 2021),
        "lines": (Line("a", (Estimate(1.0), Estimate(2.0))),),
    }
    return LineChart(**(values | changed))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Estimate(1.0, 0.5), "two ends"),
        (lambda: Estimate(1.0, 2.0, 0.5), "lower end comes first"),
        (lambda: Estimate(Missing.WITHHELD, 0.5, 2.0), "give the value away"),
        (lambda: Estimate(math.nan), "Missing"),
        (lambda: Estimate(1.0, -math.inf, 2.0), "Missing"),
        (lambda: Series("a", (1.0, math.inf)), "Missing"),
        (
            lambda: BarChart(**SAID | {"source": ""}, categories=("a",), series=(Series("a", (1.0,)),)),
            "source",
        ),
        (lambda: BarChart(**SAID | {"of": ""}, categories=("a",), series=(Series("a", (1.0,)),)), "out of"),
        (
            lambda: BarChart(**SAID, categories=("a",), series=(Series("a", (1.0, 2.0)),)),
            "one value for each",
        ),
        (lambda: BarChart(**SAID, categories=("a",), series=()), "1 to 4"),
        (lambda: BarChart(**SAID, categories=("a",), series=(Series("a", (1.0,)),) * 5), "small multiples"),
        (lambda: line(times=(2021, 2020)), "ascend"),
        (lambda: line(times=(2020, math.nan)), "finite"),
        (lambda: line(labels=("a",)), "one value for each"),
        (lambda: line(lines=()), "at least one line"),
        (lambda: line(holds="Sampling error."), "sources of error"),
        (lambda: line(lines=(Line("a", (Estimate(1.0, 0.0, 2.0), Estimate(1.0))),)), "sources of error"),
        (lambda: PopulationPyramid(**SAID, ages=("0",), men=(-1.0,), women=(1.0,)), "fewer than 0"),
        (lambda: DotChart(**SAID, holds="", dots=()), "at least one"),
        (lambda: DotChart(**SAID, holds="", dots=(Dot("a", Estimate(1.0, 0.5, 2.0)),)), "sources of error"),
        (
            lambda: DotChart(
                **SAID, holds="", dots=(Dot("a", Estimate(1.0)),), reference=Reference("b", math.nan)
            ),
            "finite",
        ),
        (lambda: SlopeChart(**SAID, holds="", before="a", after="b", changes=()), "at least one"),
        (
            lambda: Waterfall(
                **SAID, holds="", start=Total("a", 0.1), steps=(Step("b", 0.05),), end=Total("c", 0.2)
            ),
            "left over",
        ),
        (lambda: Measure(Unit.COUNT, 1), "no decimals"),
    ],
)
def test_what_cannot_be_drawn_honestly_is_refused(make: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()


def test_the_smallest_steps_are_gathered_and_nothing_is_lost() -> None:
    steps = [
        Step(str(at), value, value - 1, value + 1) for at, value in enumerate((3.0, -0.5, 2.0, 0.25, -4.0))
    ]
    fewer = gathered(steps, 4, "the others")
    assert [step.label for step in fewer] == ["0", "2", "4", "the others"]
    assert sum(step.value for step in fewer) == pytest.approx(sum(step.value for step in steps))
    assert fewer[-1].estimate.ends is None
    assert gathered(steps, 5, "the others") == tuple(steps)


def test_rounded_steps_may_leave_over_what_nobody_sees() -> None:
    def reaching(end: float) -> Waterfall:
        return Waterfall(
            **SAID, holds="", start=Total("a", 0.1), steps=(Step("b", 0.05),), end=Total("c", end)
        )

    assert reaching(0.15009).end.value == 0.15009  # both are read as 15.0%
    with pytest.raises(ValueError, match="left over"):
        reaching(0.15011)


def test_a_value_may_lie_outside_an_interval_of_draws() -> None:
    assert Estimate(3.0, 0.5, 2.0).ends == (0.5, 2.0)
