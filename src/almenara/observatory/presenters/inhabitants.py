"""The people of a territory by age and sex, in a year that was counted or projected: nothing in between is made up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.design.charts.data import PopulationPyramid
from almenara.places import population
from almenara.places.ages import Band, tiling
from almenara.places.models import Territory
from almenara.places.population import Bar

OPEN = 100  # a band that reaches so far has no upper end


@dataclass(frozen=True)
class AgeRow:
    """female, male: empty where the sexes are counted together only."""

    ages: str
    female: str
    male: str
    both: str


@dataclass(frozen=True)
class Inhabitants:
    """chart: None where the sexes are counted together only, or bands do not add up. total: a sentence, or empty."""

    years: tuple[int, ...]
    year: int
    sources: tuple[str, ...]
    source: str
    by_sex: bool
    chart: PopulationPyramid | None
    rows: tuple[AgeRow, ...]
    total: str


def inhabitants(place: Territory, called: str, year: str = "", source: str = "") -> Inhabitants | None:
    """Of the year and source asked for, as typed, or of the latest year and its first source; None where none is known.

    called: the territory's name for the reader.
    """
    known = population.sources(place)
    if not known:
        return None
    chosen = int(year) if year in map(str, known) else _latest(known)
    said = source if source in known[chosen] else known[chosen][0]
    counts = population.counts_of(place, chosen, said)
    bars = population.bars(counts)
    together = population.together(counts)
    total = _total(bars, together)
    return Inhabitants(
        years=tuple(sorted(known, reverse=True)),
        year=chosen,
        sources=tuple(known[chosen]),
        source=said,
        by_sex=bool(bars),
        chart=_pyramid(bars, called, chosen, said) if bars and total else None,
        rows=tuple(map(_of_sexes, bars)) or tuple(_of_both(*row) for row in together),
        total=total,
    )


def _latest(known: Collection[int]) -> int:
    """The latest year that has come; of projections alone, the first."""
    come = [year for year in known if year <= timezone.localdate().year]
    return max(come) if come else min(known)


def _pyramid(bars: Sequence[Bar], called: str, year: int, source: str) -> PopulationPyramid:
    return PopulationPyramid(
        title=_("People of {name} by age and sex, {year}").format(name=called, year=year),
        of=_("people who live here"),
        source=source,
        ages=tuple(ages((bar.age_from, bar.age_to)) for bar in bars),
        men=tuple(bar.male for bar in bars),
        women=tuple(bar.female for bar in bars),
    )


def _of_sexes(bar: Bar) -> AgeRow:
    return AgeRow(
        ages((bar.age_from, bar.age_to)),
        numbers.count(bar.female),
        numbers.count(bar.male),
        numbers.count(bar.female + bar.male),
    )


def _of_both(band: Band, count: float) -> AgeRow:
    return AgeRow(ages(band), "", "", numbers.count(count))


def ages(band: Band) -> str:
    first, last = band
    if last >= OPEN:
        return _("{age} and over").format(age=first)
    return str(first) if first == last else f"{first}–{last}"


def _total(bars: Sequence[Bar], together: Sequence[tuple[Band, float]]) -> str:
    """Only of bands that follow one another without gap or overlap: others do not add up to anybody."""
    bands = [(bar.age_from, bar.age_to) for bar in bars] or [band for band, _count in together]
    if not bands or tiling(bands, bands[0][0], bands[-1][1]) != bands:
        return ""
    whole = ages((bands[0][0], bands[-1][1]))
    if not bars:
        people = numbers.count(sum(count for _band, count in together))
        return _("{people} people aged {ages}.").format(people=people, ages=whole)
    female, male = sum(bar.female for bar in bars), sum(bar.male for bar in bars)
    return _("{people} people aged {ages}: {female} women and girls, {male} men and boys.").format(
        people=numbers.count(female + male),
        ages=whole,
        female=numbers.count(female),
        male=numbers.count(male),
    )
