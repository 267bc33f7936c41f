"""Axes and curves of the report's charts, in units of the charts' own boxes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mirti.documents import CalibrationGroup

SIDE = 300.0  # of the square in which a curve is drawn
STEPS = (1.0, 2.0, 5.0, 10.0)
NORMAL = 1.96


@dataclass(frozen=True)
class Axis:
    """A straight axis from low to high. ticks: values with their place in percent; digits: a tick's in percent."""

    low: float
    high: float
    digits: int
    ticks: tuple[tuple[float, float], ...]

    def place(self, value: float) -> float:
        """Percent of the axis' length, kept within it."""
        return round(100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 2)


def axis_of(values: Iterable[float | None], *, through: float | None = None, ticks: int = 4) -> Axis:
    """An axis that holds the values, and `through` if it is given, its ends on ticks of 1, 2 or 5 by a power of ten."""
    known = [value for value in (*values, through) if value is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    step = _step(max(high - low, 1e-6) / ticks)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    digits = max(0, -math.floor(math.log10(100 * step) + 1e-9))
    bare = Axis(first * step, last * step, digits, ())
    places = tuple((i * step, bare.place(i * step)) for i in range(first, last + 1))
    return Axis(bare.low, bare.high, digits, places)


def _step(width: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in STEPS if step * power >= width * (1 - 1e-9))


@dataclass(frozen=True)
class Dot:
    """A group of children in the square: predicted to the right, observed upwards; the ends of its interval, if any."""

    x: float
    y: float
    top: float | None
    bottom: float | None


@dataclass(frozen=True)
class Calibration:
    axis: Axis
    dots: tuple[Dot, ...]


def calibration_chart(groups: Sequence[CalibrationGroup]) -> Calibration:
    """Both sides share one axis from 0, so that the diagonal is where prediction and observation agree."""
    ends = [(group.observed, NORMAL * (group.se or 0.0)) for group in groups]
    values = [*(group.predicted for group in groups), *(observed + half for observed, half in ends)]
    axis = axis_of(values, through=0.0)

    def up(value: float) -> float:
        return round(SIDE * (1 - axis.place(value) / 100), 1)

    return Calibration(
        axis,
        tuple(
            Dot(
                x=round(SIDE * axis.place(group.predicted) / 100, 1),
                y=up(group.observed),
                top=None if group.se is None else up(group.observed + half),
                bottom=None if group.se is None else up(group.observed - half),
            )
            for group, (_, half) in zip(groups, ends, strict=True)
        ),
    )
