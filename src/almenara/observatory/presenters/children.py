"""Children by sex and age, as the population of the release's year counts them; small groups are protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.common.caching import cache
from almenara.places.ages import Band, finest, tiling
from almenara.places.population import FEMALE, MALE, Counts, total
from almenara.places.population import Asked as Ages
from almenara.risk.facts import ByAge, FactSheet, people
from almenara.risk.models import Release
from almenara.risk.queries import Figures

SMALLEST = 6  # people; fewer in a group would tell of somebody (protection.md, 8)
STAGES: tuple[Band, ...] = ((5, 11), (12, 14), (15, 17))  # the ages that the law tells apart (ILO C138)
SEXES = (FEMALE, MALE)
CACHED = 600  # seconds; the population changes only when it is imported again


@dataclass(frozen=True)
class SplitRow:
    ages: str
    girls: str
    boys: str
    both: str


@dataclass(frozen=True)
class Split:
    """rows: the age groups, then all of them. share: of girls, in a sentence."""

    rows: tuple[SplitRow, ...]
    share: str
    source: str


def split(facts: FactSheet) -> Split | None:
    """None where the population is not known by sex and age, and where a group is protected (`is_protected`)."""
    own = facts.people
    cells = _cells(own, facts.release) if own else None
    if own is None or cells is None or is_protected(facts):
        return None
    rows = [*_rows(cells), _row(_("All ages"), *(_sum(cells, sex) for sex in SEXES))]
    girls, boys = (_sum(cells, sex) for sex in SEXES)
    share = _("{share} are girls.").format(
        share=numbers.rate(girls / (girls + boys) if girls + boys else 0.0)
    )
    return Split(tuple(rows), share, _source(facts.figures, own))


def is_protected(facts: FactSheet) -> bool:
    """Whether a group is small here, or small in just one of those beside it, which could be told by subtraction.

    What alone is hidden in a department is the department less the others: the one of fewest children is hidden too.
    """
    beside, own = facts.country.beside(facts.figures) or (facts.figures,), facts.figures.place.key
    small = _small(facts.release, beside)
    if own in small or len(small) != 1:
        return own in small
    others = [row for row in beside if row.place.key not in small]
    return min(others, key=lambda row: (row.children, row.place.code)).place.key == own


def _small(release: Release, beside: Sequence[Figures]) -> frozenset[int]:
    """Keys of the territories with a small group; found once for all that lie in the same."""
    key = f"small-groups:{release.pk}:{beside[0].place.level}:{beside[0].place.parent_code}"
    found: frozenset[int] | None = cache.get(key)
    if found is None:
        counted = people(release, beside)
        found = frozenset(place for place, own in counted.items() if _is_small(own, release))
        cache.set(key, found, CACHED)
    return found


def _cells(own: ByAge, release: Release) -> dict[tuple[Band, str], float] | None:
    """By age group and sex; None where no bands make up the ages exactly."""
    cells = {}
    for band in _bands(own.counts, release):
        for sex in SEXES:
            found = total(own.counts, Ages(0, *band, sex=sex))
            if found is None:
                return None
            cells[band, sex] = found
    return cells or None


def _bands(counts: Counts, release: Release) -> Sequence[Band]:
    """The stages that the law tells apart, cut to the release's ages; where no bands make them up, the bands."""
    first, last = release.age_from, release.age_to
    stages = [(max(a, first), min(b, last)) for a, b in STAGES if a <= last and b >= first]
    covered = bool(stages) and (stages[0][0], stages[-1][1]) == (first, last)
    known = {band for band, _sex in counts}
    if covered and all(tiling(known, *stage) for stage in stages):
        return stages
    return tiling(finest(known), first, last) or []


def _is_small(own: ByAge, release: Release) -> bool:
    return any(0 < round(cell) < SMALLEST for cell in (_cells(own, release) or {}).values())


def _rows(cells: Mapping[tuple[Band, str], float]) -> list[SplitRow]:
    bands = sorted({band for band, _sex in cells})
    return [_row(_ages(band), *(cells[band, sex] for sex in SEXES)) for band in bands]


def _row(ages: str, girls: float, boys: float) -> SplitRow:
    return SplitRow(ages, numbers.count(girls), numbers.count(boys), numbers.count(girls + boys))


def _sum(cells: Mapping[tuple[Band, str], float], sex: str) -> float:
    return sum(cell for (_band, of), cell in cells.items() if of == sex)


def _ages(band: Band) -> str:
    first, last = band
    return _("{first} to {last} years").format(first=first, last=last) if first != last else str(first)


def _source(own: Figures, counted: ByAge) -> str:
    return _("Population of {year} by age and sex. Source: {source}.").format(
        year=own.children_year, source=counted.source
    )
