"""What the fact sheets of a release have in common in one language, found once for all of them."""

from __future__ import annotations

from functools import cached_property

from almenara.observatory.presenters import layers
from almenara.observatory.presenters.classes import Legend, legend
from almenara.observatory.presenters.figures import is_withheld
from almenara.observatory.presenters.measure import indicator_units
from almenara.observatory.presenters.method_sentences import method_in_three_sentences
from almenara.observatory.presenters.neighbourhood import Ground
from almenara.observatory.presenters.provenance import limits
from almenara.places.models import Level
from almenara.risk.facts import Country
from almenara.risk.queries import Figures


class Atlas:
    """Made in the active language, and good for no other."""

    def __init__(self, country: Country) -> None:
        self.country, self.release, self.ground = country, country.release, Ground(country)
        self._risks: dict[tuple[str, str | None], tuple[float, ...]] = {}

    @cached_property
    def legend(self) -> Legend:
        return legend(self.release)

    @cached_property
    def spots(self) -> layers.Layer | None:
        return layers.layer(self.release, layers.SPOTS)

    @cached_property
    def types(self) -> layers.Layer | None:
        return layers.layer(self.release, layers.TYPES)

    @cached_property
    def municipalities(self) -> dict[str, Figures]:
        """By code."""
        return {row.place.code: row for row in self.country.level(Level.MUNICIPALITY)}

    def risks(self, level: str, parent: str | None = None) -> tuple[float, ...]:
        """Of all territories of a level that are not withheld, ascending. parent: of the municipalities in it alone."""
        key = level, parent
        if key not in self._risks:
            rows = self.country.within(parent) if parent else self.country.level(level)
            self._risks[key] = tuple(sorted(row.risk for row in rows if not is_withheld(row)))
        return self._risks[key]

    @cached_property
    def units(self) -> dict[str, str]:
        return indicator_units(self.release)

    @cached_property
    def method(self) -> tuple[str, str, str]:
        return method_in_three_sentences(self.release)

    @cached_property
    def limits(self) -> tuple[str, ...]:
        return limits(self.release)
