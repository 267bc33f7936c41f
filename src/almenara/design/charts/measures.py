"""What a chart's numbers are, and how the reader's language writes them. A value that is missing is said, never 0."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from almenara.common import numbers


class Missing(Enum):
    """Why there is no number.

    UNKNOWN: nobody knows it. WITHHELD: its source keeps it back, as too unsure or to protect those it is about.
    """

    UNKNOWN = "unknown"
    WITHHELD = "withheld"


Value = float | Missing


class Unit(Enum):
    """RATE: a proportion, shown as a percentage. SCORE: a proportion, shown as points of 100."""

    RATE = "rate"
    SCORE = "score"
    COUNT = "count"
    NUMBER = "number"


@dataclass(frozen=True)
class Measure:
    """digits: decimals as shown. word: stands after a NUMBER, such as "years"; empty where the title says it."""

    unit: Unit = Unit.RATE
    digits: int = 1
    word: str = ""

    def __post_init__(self) -> None:
        if self.unit is Unit.COUNT and self.digits != 0:
            raise ValueError("A count has no decimals: give digits=0, or Unit.NUMBER.")

    @property
    def factor(self) -> float:
        """From a value to the number that is shown for it."""
        return 100.0 if self.unit in (Unit.RATE, Unit.SCORE) else 1.0

    @property
    def least(self) -> float:
        """The value that is one of the last decimal shown."""
        return float(10.0**-self.digits / self.factor)

    def same(self, one: float, other: float) -> bool:
        """Whether a reader sees no difference."""
        return self.rounded(one) == self.rounded(other)

    def rounded(self, value: float) -> float:
        return round(value * self.factor, self.digits)


RATE, COUNT = Measure(), Measure(Unit.COUNT, 0)


def written(value: Value, measure: Measure) -> str:
    """12.3%, 42.3, 1,204, 7.5 years; or why there is no number."""
    if isinstance(value, Missing):
        return why(value)
    if measure.unit is Unit.RATE:
        return _signed(value, measure, numbers.rate(abs(value), measure.digits))
    number = numbers.decimal(abs(value) * measure.factor, measure.digits)
    word = f"{numbers.NO_BREAK}{measure.word}" if measure.word else ""
    return _signed(value, measure, number + word)


def why(missing: Missing) -> str:
    return _("withheld") if missing is Missing.WITHHELD else _("not known")


def interval(low: float | None, high: float | None, measure: Measure) -> str:
    """Empty where there is none."""
    if low is None or high is None:
        return ""
    return _("{low} to {high}").format(low=written(low, measure), high=written(high, measure))


def difference(value: float, measure: Measure) -> str:
    """With its sign and without its unit, which is that of difference_unit: +3.1, −204."""
    number = numbers.decimal(abs(value) * measure.factor, measure.digits)
    plus = "+" if measure.rounded(value) > 0 else ""
    return plus + _signed(value, measure, number)


def difference_unit(measure: Measure) -> str:
    units = {Unit.RATE: _("percentage points"), Unit.SCORE: _("points")}
    return units.get(measure.unit, measure.word)


def in_words(value: float, measure: Measure) -> str:
    """A difference with its unit and without its sign: 3.1 percentage points."""
    number = numbers.decimal(abs(value) * measure.factor, measure.digits)
    return f"{number}{numbers.NO_BREAK}{difference_unit(measure)}".rstrip(numbers.NO_BREAK)


def of_tick(value: float, step: float, measure: Measure) -> str:
    """A value of the axis with as many decimals as its steps need, and no more."""
    shown = step * measure.factor
    digits = max(0, -math.floor(math.log10(shown) + 1e-9))
    if measure.unit is Unit.RATE:
        return ("" if value >= 0 else numbers.MINUS) + numbers.rate(abs(value), digits)
    return ("" if value >= 0 else numbers.MINUS) + numbers.decimal(abs(value) * measure.factor, digits)


def _signed(value: float, measure: Measure, number: str) -> str:
    return numbers.MINUS + number if measure.rounded(value) < 0 else number
