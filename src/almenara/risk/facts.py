"""What a fact sheet is made of: one territory's for a page, or many at once for a country's sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from almenara.places.models import Level, Population, Territory
from almenara.places.population import FEMALE, MALE, Counts
from almenara.risk.models import Driver, ProfileValue, Release, ScenarioEffect
from almenara.risk.queries import DriverPart, Effect, Figures, ProfileFigure, effect, estimates

Part = TypeVar("Part")


class Country:
    """The figures of a release by level, alphabetical; each level is read once, when it is first asked for."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._levels: dict[str, tuple[Figures, ...]] = {}
        self._gathered: dict[str, dict[str | None, tuple[Figures, ...]]] = {}

    def level(self, level: str) -> tuple[Figures, ...]:
        if level not in self._levels:
            self._levels[level] = estimates(self.release, level=level, order="name")
        return self._levels[level]

    def within(self, code: str) -> tuple[Figures, ...]:
        """The municipalities listed in a department or directly in the country; no others are read for it."""
        if Level.MUNICIPALITY in self._levels:
            return self._families(Level.MUNICIPALITY).get(code, ())
        return estimates(self.release, parent=code, order="name")

    def beside(self, own: Figures) -> tuple[Figures, ...]:
        """All that share its level and what it lies in, itself among them; none of the country."""
        if own.place.level == Level.COUNTRY:
            return ()
        return self._families(own.place.level)[own.place.parent_code]

    def _families(self, level: str) -> dict[str | None, tuple[Figures, ...]]:
        if level not in self._gathered:
            found: dict[str | None, list[Figures]] = defaultdict(list)
            for row in self.level(level):
                found[row.place.parent_code].append(row)
            self._gathered[level] = {code: tuple(rows) for code, rows in found.items()}
        return self._gathered[level]

    @property
    def nation(self) -> Figures:
        return self.level(Level.COUNTRY)[0]


@dataclass(frozen=True)
class ByAge:
    """counts: people of a territory by band and sex. source: who counted."""

    counts: Counts
    source: str


@dataclass(frozen=True)
class FactSheet:
    """All that a territory's sheet says. above: from the country down; country: what its sheets have in common.

    profile_above: the profile of each of those above, in their order. people: None where they are not known by sex.
    """

    country: Country
    territory: Territory
    figures: Figures
    above: tuple[Figures, ...]
    drivers: tuple[DriverPart, ...]
    scenarios: tuple[Effect, ...]
    profile: tuple[ProfileFigure, ...]
    profile_above: tuple[tuple[ProfileFigure, ...], ...]
    people: ByAge | None

    @property
    def release(self) -> Release:
        return self.country.release

    @property
    def ranked(self) -> int:
        """How many territories share its level."""
        return len(self.country.level(self.figures.place.level))

    @property
    def rank_in_parent(self) -> int | None:
        """Its place by risk among what shares its parent (ties share the best); None for the country."""
        beside = self.country.beside(self.figures)
        return 1 + sum(row.risk > self.figures.risk for row in beside) if beside else None

    @property
    def parent_size(self) -> int | None:
        return len(self.country.beside(self.figures)) or None


def fact_sheet(release: Release, place: Territory) -> FactSheet | None:
    """None if the release has no estimate for the territory (one created since its census, for example)."""
    return next(iter(fact_sheets(Country(release), [place])), None)


def fact_sheets(country: Country, places: Sequence[Territory]) -> list[FactSheet]:
    """In the order of the places, those without an estimate left out; in as many queries for one as for thousands."""
    release = country.release
    figures = {row.place.key: row for level in _levels(places) for row in country.level(level)}
    known = [place for place in places if place.pk in figures]
    above = {place.pk: _above(figures, place) for place in known}
    keys = [place.pk for place in known]
    upper = {row.place.key for rows in above.values() for row in rows}
    parts, profiles = drivers(release, keys), profile(release, {*keys, *upper})
    effects = effects_on(release, {key: figures[key] for key in keys})
    counted = people(release, [figures[key] for key in keys])
    return [
        FactSheet(
            country=country,
            territory=place,
            figures=figures[place.pk],
            above=above[place.pk],
            drivers=parts.get(place.pk, ()),
            scenarios=effects.get(place.pk, ()),
            profile=profiles.get(place.pk, ()),
            profile_above=tuple(profiles.get(row.place.key, ()) for row in above[place.pk]),
            people=counted.get(place.pk),
        )
        for place in known
    ]


def _levels(places: Iterable[Territory]) -> set[str]:
    """The levels of the territories, and those that stand above them."""
    found = {place.level for place in places}
    if Level.MUNICIPALITY in found:
        found.add(Level.DEPARTMENT)
    return {*found, Level.COUNTRY}


def _above(figures: Mapping[int, Figures], place: Territory) -> tuple[Figures, ...]:
    upper = place.listed_in
    keys = [place.listed_in_id, upper.listed_in_id if upper else None]
    return tuple(figures[key] for key in reversed(keys) if key is not None and key in figures)


def drivers(release: Release, keys: Iterable[int]) -> dict[int, tuple[DriverPart, ...]]:
    """By territory key; the largest part first, whichever its sign."""
    rows = Driver.objects.filter(release=release, territory__in=list(keys))
    found: dict[int, list[DriverPart]] = defaultdict(list)
    for row in rows:
        found[row.territory_id].append(DriverPart(row.factor, row.contribution, row.ci_low, row.ci_high))
    return {
        key: tuple(sorted(parts, key=lambda part: (-abs(part.contribution), part.factor)))
        for key, parts in found.items()
    }


def effects_on(release: Release, figures: Mapping[int, Figures]) -> dict[int, tuple[Effect, ...]]:
    """What every scenario implies for each territory."""
    rows = ScenarioEffect.objects.filter(release=release, territory__in=list(figures)).order_by("pk")
    return _gathered((row.territory_id, effect(row, figures[row.territory_id])) for row in rows)


def profile(release: Release, keys: Iterable[int]) -> dict[int, tuple[ProfileFigure, ...]]:
    """By territory key, in the release's order of variables."""
    rows = ProfileValue.objects.filter(variable__release=release, territory__in=list(keys))
    return _gathered(
        (
            row.territory_id,
            ProfileFigure(
                name=row.variable.name,
                labels=row.variable.labels,
                value=row.value,
                withheld=row.withheld,
                unit=row.variable.unit,
                year=row.variable.year,
                source=row.variable.source,
            ),
        )
        for row in rows.select_related("variable").order_by("variable__position")
    )


def people(release: Release, figures: Iterable[Figures]) -> dict[int, ByAge]:
    """By territory key: the population of the year that the release's children are of, if it is known by sex."""
    years = {row.place.key: row.children_year for row in figures}
    rows = Population.objects.filter(
        territory__in=list(years), year__in=set(years.values()), sex__in=(FEMALE, MALE),
        age_from__gte=release.age_from, age_to__lte=release.age_to,
    )  # fmt: skip
    found: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(dict))
    columns = ("territory_id", "year", "source", "age_from", "age_to", "sex", "count")
    for key, year, source, first, last, sex, number in rows.values_list(*columns):
        if year == years[key]:
            found[key][source][(first, last), sex] = number
    return {key: ByAge(held[min(held)], min(held)) for key, held in found.items()}


def _gathered(rows: Iterable[tuple[int, Part]]) -> dict[int, tuple[Part, ...]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for key, part in rows:
        found[key].append(part)
    return {key: tuple(parts) for key, parts in found.items()}
