"""Axes whose ends and marks are round numbers: 1, 2 or 5 times a power of ten."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1.0, 2.0, 5.0, 10.0)
SLACK = 1e-9


@dataclass(frozen=True)
class Axis:
    """From low to high, both of them multiples of the step."""

    first: int
    last: int
    step: float

    @property
    def low(self) -> float:
        return self.first * self.step

    @property
    def high(self) -> float:
        return self.last * self.step

    @property
    def ticks(self) -> list[float]:
        """Each computed by itself, so that no error adds up; written to twelve digits, so that 3 × 0.1 is 0.3."""
        return [float(f"{position * self.step:.12g}") for position in range(self.first, self.last + 1)]


def axis_of(values: Iterable[float], *, most: int = 5, from_zero: bool = True, whole: bool = False) -> Axis:
    """The shortest axis with at most so many steps, and the finest of those, that holds the values.

    from_zero: it holds zero too. whole: its marks are whole numbers. Raises ValueError for most < 2 (an axis on both
    sides of zero needs two steps).
    """
    if most < 2:
        raise ValueError("An axis has at least two steps.")
    held = [*values, 0.0] if from_zero else list(values)
    low, high = (min(held), max(held)) if held else (0.0, 1.0)
    if high - low <= SLACK * max(abs(low), abs(high)):
        low, high = (
            (0.0, 1.0) if high == 0 else (low, high + abs(high) / 10) if not from_zero else (low, high)
        )
    step = _round_up((high - low) / most)
    while True:
        step = max(step, 1.0) if whole else step
        first, last = math.floor(low / step + SLACK), math.ceil(high / step - SLACK)
        if last - first <= most:
            return Axis(first, max(last, first + 1), step)
        step = _round_up(step * 1.5)


def _round_up(width: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(width))
    return float(f"{next(step * power for step in STEPS if step * power >= width * (1 - SLACK)):.12g}")


@dataclass(frozen=True)
class Scale:
    """From the axis' values to places in the picture; start may lie right of or below end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)
