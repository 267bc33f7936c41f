"""What charts are given: plain data, checked when it is made, with texts in the reader's language.

No rate goes without what it is out of, no number without its source, and no interval without the sources of error that
it holds: `of`, `source` and `holds` are asked for. `holds` is empty only in a chart that shows no interval.
Every class raises ValueError for what cannot be drawn honestly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from almenara.design.charts.measures import COUNT, RATE, Measure, Missing, Value

MOST_SERIES = 4  # what colours, hatches, dashes and marks can tell apart
UNSEEN = 0.1  # of the last decimal that is shown: what rounded steps may leave over


@dataclass(frozen=True)
class Estimate:
    """A value with the ends of its interval, in the same unit; both or neither.

    The value may lie outside: intervals that are taken from draws need not hold it.
    """

    value: Value
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError("An interval has two ends or none.")
        if self.low is None or self.high is None:
            _check_number(self.value)
            return
        if isinstance(self.value, Missing):
            raise ValueError("A missing value has no interval: it would give the value away.")
        _check_number(self.low, self.high, self.value)
        if self.low > self.high:
            raise ValueError(f"An interval's lower end comes first: {self.low}, {self.high}.")

    @property
    def ends(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """title: what it shows, where and when. of: what the values are out of, in words. note: what else must be said,
    such as that the data are simulated.
    """

    title: str
    of: str
    source: str
    measure: Measure = RATE
    note: str = ""

    def __post_init__(self) -> None:
        if not (self.title and self.of and self.source):
            raise ValueError("A chart says its title, what its values are out of, and its source.")


@dataclass(frozen=True, kw_only=True)
class ChartOfEstimates(Chart):
    """holds: a whole sentence on the sources of error that its intervals hold, and with which probability."""

    holds: str

    def estimates(self) -> Iterator[Estimate]:
        raise NotImplementedError

    def __post_init__(self) -> None:
        super().__post_init__()
        if any(estimate.ends for estimate in self.estimates()) != bool(self.holds):
            raise ValueError(
                "A chart with intervals says which sources of error they hold; another says nothing."
            )


@dataclass(frozen=True)
class Series:
    """One value for each category of its chart."""

    name: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        _check_number(*self.values)


@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    """Horizontal bars from zero: one for each category, or a group of one for each series. For counts and for shares of
    a whole count; estimates belong into a DotChart, which shows how sure they are.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number_of_series(self.series)
        _check_as_long_as(self.categories, *(series.values for series in self.series))


@dataclass(frozen=True)
class Line:
    """One estimate for each time of its chart."""

    name: str
    points: tuple[Estimate, ...]


@dataclass(frozen=True, kw_only=True)
class ChartOverTime(ChartOfEstimates):
    """times: ascending, such as years. labels: how they are written, where that is not the bare number."""

    times: tuple[float, ...]
    labels: tuple[str, ...] = ()
    lines: tuple[Line, ...]

    def estimates(self) -> Iterator[Estimate]:
        return (point for line in self.lines for point in line.points)

    def label(self, position: int) -> str:
        return self.labels[position] if self.labels else f"{self.times[position]:g}"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.lines or len(self.times) < 2:
            raise ValueError("A chart over time has at least one line and two times.")
        _check_number(*self.times)
        if any(later <= earlier for earlier, later in zip(self.times, self.times[1:], strict=False)):
            raise ValueError("Times ascend, and each stands once.")
        _check_as_long_as(self.times, *(line.points for line in self.lines), *filter(None, (self.labels,)))


@dataclass(frozen=True, kw_only=True)
class LineChart(ChartOverTime):
    """Up to four lines with the bands of their intervals; a line is interrupted where a value is missing.

    from_zero: whether the axis starts there.
    """

    from_zero: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number_of_series(self.lines)


@dataclass(frozen=True, kw_only=True)
class SmallMultiples(ChartOverTime):
    """Each line in a picture of its own, all of them on one scale from zero."""


@dataclass(frozen=True, kw_only=True)
class PopulationPyramid(Chart):
    """People by age, the youngest first, men to the left and women to the right. names: theirs, in that order; left
    out: boys and men, girls and women.
    """

    ages: tuple[str, ...]
    men: tuple[Value, ...]
    women: tuple[Value, ...]
    names: tuple[str, str] | None = None
    measure: Measure = COUNT

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number(*self.men, *self.women)
        _check_as_long_as(self.ages, self.men, self.women)
        if any(value < 0 for value in known((*self.men, *self.women))):
            raise ValueError("No age group has fewer than 0 people.")


@dataclass(frozen=True)
class Dot:
    """marked: the one that its page is about."""

    label: str
    estimate: Estimate
    marked: bool = False


@dataclass(frozen=True)
class Reference:
    label: str
    value: float


@dataclass(frozen=True, kw_only=True)
class DotChart(ChartOfEstimates):
    """Estimates with their intervals, and a line to compare them with, such as the national rate."""

    dots: tuple[Dot, ...]
    reference: Reference | None = None

    def estimates(self) -> Iterator[Estimate]:
        return (dot.estimate for dot in self.dots)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.dots:
            raise ValueError("A chart of estimates has at least one.")
        if self.reference:
            _check_number(self.reference.value)


@dataclass(frozen=True)
class Change:
    label: str
    before: Estimate
    after: Estimate


@dataclass(frozen=True, kw_only=True)
class SlopeChart(ChartOfEstimates):
    """Values at two times. before, after: what the times are called."""

    before: str
    after: str
    changes: tuple[Change, ...]

    def estimates(self) -> Iterator[Estimate]:
        return (end for change in self.changes for end in (change.before, change.after))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.changes:
            raise ValueError("A slope chart has at least one row.")


@dataclass(frozen=True)
class Total:
    label: str
    value: float


@dataclass(frozen=True)
class Step:
    """What one factor adds, or takes away, in the unit of the totals; low and high: ends of its interval."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def estimate(self) -> Estimate:
        return Estimate(self.value, self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Waterfall(ChartOfEstimates):
    """From one total to another by steps that add up: national rate, factors, the territory's rate."""

    start: Total
    steps: tuple[Step, ...]
    end: Total

    def estimates(self) -> Iterator[Estimate]:
        return (step.estimate for step in self.steps)

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number(self.start.value, self.end.value)
        reached = self.start.value + sum(step.value for step in self.steps)
        if abs(reached - self.end.value) > UNSEEN * self.measure.least:
            raise ValueError(
                f"The steps lead from {self.start.value} to {reached}, not to {self.end.value}: "
                "add what is left over as a step of its own."
            )


def gathered(steps: Sequence[Step], most: int, label: str) -> tuple[Step, ...]:
    """The steps in their order, at most so many: the smallest are added up in a last one of this label.

    The sum has no interval: those of its parts do not add up.
    """
    if len(steps) <= most:
        return tuple(steps)
    kept = set(sorted(range(len(steps)), key=lambda at: -abs(steps[at].value))[: most - 1])
    rest = sum(step.value for at, step in enumerate(steps) if at not in kept)
    return (*(step for at, step in enumerate(steps) if at in kept), Step(label, rest))


def known(values: Iterable[Value]) -> list[float]:
    return [value for value in values if not isinstance(value, Missing)]


def _check_number(*values: Value) -> None:
    if not all(math.isfinite(value) for value in known(values)):
        raise ValueError("A chart's number is finite; what is missing is said by Missing.")


def _check_number_of_series(series: Sequence[object]) -> None:
    if not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"A chart has 1 to {MOST_SERIES} series; more go into small multiples.")


def _check_as_long_as(first: Sequence[object], *others: Sequence[object]) -> None:
    if not first or any(len(other) != len(first) for other in others):
        raise ValueError("Every series has one value for each category or time, and there is at least one.")
