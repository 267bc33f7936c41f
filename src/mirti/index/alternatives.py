"""The choices of method that could as well have been made: one trigger a choice, each a number from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from mirti.index.design import NOTHING, Choice
from mirti.tables import Floats


@dataclass(frozen=True)
class Alternatives:
    """published: the choice of the spec. options: values by the name of the choice's field, the published one first.

    A field that is not named keeps the published value.
    """

    published: Choice
    options: dict[str, tuple[Any, ...]]

    @cached_property
    def triggers(self) -> tuple[str, ...]:
        """The fields that have more than one value, in order."""
        return tuple(name for name, values in self.options.items() if len(values) > 1)

    def count(self) -> int:
        """How many different choices there are."""
        return int(np.prod([len(self.options[name]) for name in self.triggers], dtype=np.int64))

    def at(self, place: Floats) -> Choice:
        """The choice at a place (T,) of the unit cube, one coordinate a trigger; every value has the same share."""
        picked = {}
        for name, coordinate in zip(self.triggers, place, strict=True):
            values = self.options[name]
            picked[name] = values[min(int(coordinate * len(values)), len(values) - 1)]
        return replace(self.published, **picked)


def alternatives(
    published: Choice, indicators: int, *, leave_out: bool, **options: tuple[Any, ...]
) -> Alternatives:
    """The declared options by field, the published value added in front; leave_out: each indicator may be missing."""
    found = {name: _with(getattr(published, name), values) for name, values in options.items()}
    if leave_out and indicators > 1:
        found["left_out"] = (NOTHING, *range(indicators))
    return Alternatives(published, found)


def _with(published: Any, values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((published, *values)))
