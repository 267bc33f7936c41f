"""How many people of an age and sex live in territories in a year, as counted or projected: never in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from almenara.common.errors import Fault, RefusedError
from almenara.places.ages import Band, finest, said, tiling
from almenara.places.models import Population, Territory

BOTH, FEMALE, MALE = "", "female", "male"
Counts = dict[tuple[Band, str], float]  # of one territory, year and source: by band and sex


@dataclass(frozen=True)
class Asked:
    """Both ages included. The empty sex is both together. source: needed only where several know the year."""

    year: int
    age_from: int
    age_to: int
    sex: str = BOTH
    source: str = ""

    def __str__(self) -> str:
        whom = f"{self.sex} persons" if self.sex else "persons"
        return f"{whom} aged {self.age_from} to {self.age_to} in {self.year}"


@dataclass(frozen=True)
class Bar:
    """One band of a pyramid."""

    age_from: int
    age_to: int
    female: float
    male: float


def persons(places: Iterable[Territory], asked: Asked) -> dict[int, float]:
    """People by territory key, summed over age bands that make up the range, and over the sexes where need be.

    Raises RefusedError, with every territory that it concerns, where the year is absent (nothing is interpolated
    between years), where no bands make up the ages exactly (no band is cut), or where several sources know the year.
    """
    wanted = {place.pk: place for place in places}
    counts = _counts(wanted, asked)
    source = _source(counts, asked)
    found = {key: total(counts.get(key, {}).get(source, {}), asked) for key in wanted}
    known = {key: number for key, number in found.items() if number is not None}
    lacking = [wanted[key] for key in wanted if key not in known]
    if lacking:
        raise RefusedError(_why(lacking, asked, counts, source))
    return known


def _counts(wanted: Mapping[int, Territory], asked: Asked) -> dict[int, dict[str, Counts]]:
    found: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(dict))
    rows = Population.objects.filter(territory__in=list(wanted), year=asked.year)
    for key, source, first, last, sex, count in rows.values_list(
        "territory_id", "source", "age_from", "age_to", "sex", "count"
    ):
        found[key][source][(first, last), sex] = count
    return found


def _source(counts: Mapping[int, Mapping[str, Counts]], asked: Asked) -> str:
    sources = sorted({source for held in counts.values() for source in held})
    if asked.source or len(sources) < 2:
        return asked.source or "".join(sources)
    raise RefusedError(
        Fault(
            f"Several sources count {asked}.",
            where="population",
            remedy="Say which is meant.",
            items=tuple(sources),
        )
    )


def total(counts: Counts, asked: Asked) -> float | None:
    """The sum over bands that make up the range; of both sexes, those counted together go before their sum."""
    choices = [[asked.sex]] if asked.sex else [[BOTH], [FEMALE, MALE]]
    for sexes in choices:
        bands = set.intersection(*({band for band, of in counts if of == sex} for sex in sexes))
        found = tiling(bands, asked.age_from, asked.age_to)
        if found is not None:
            return sum(counts[band, sex] for band in found for sex in sexes)
    return None


def _why(
    lacking: Sequence[Territory], asked: Asked, counts: Mapping[int, Mapping[str, Counts]], source: str
) -> list[Fault]:
    """Apart: territories without the year, and those that have it in other bands or not by sex."""
    cut = [place for place in lacking if counts.get(place.pk, {}).get(source)]
    absent = [place for place in lacking if place not in cut]
    faults = []
    if absent:
        faults.append(
            Fault(
                f"There are no {asked}, and nothing is interpolated between years.",
                "population",
                f"Import that year, or ask for one that is known ({_years(absent)}).",
                tuple(place.code for place in absent),
            )
        )
    if cut:
        known = [band for place in cut for band, _ in counts[place.pk][source]]
        faults.append(
            Fault(
                f"No age bands make up {asked}, and no band is cut.",
                "population",
                f"Ask for ages that bands make up ({said(known)}), or import finer ones, by sex if that is asked for.",
                tuple(place.code for place in cut),
            )
        )
    return faults


def _years(places: Sequence[Territory]) -> str:
    years = Population.objects.filter(territory__in=[place.pk for place in places])
    return ", ".join(map(str, years.values_list("year", flat=True).distinct().order_by("year"))) or "none is"


def bars(counts: Counts) -> list[Bar]:
    """The finest bands that both sexes are counted in, from the youngest."""
    by_sex = [{band for band, of in counts if of == sex} for sex in (FEMALE, MALE)]
    return [Bar(*band, counts[band, FEMALE], counts[band, MALE]) for band in finest(by_sex[0] & by_sex[1])]


def together(counts: Counts) -> list[tuple[Band, float]]:
    """The finest bands in which both sexes are counted as one, from the youngest."""
    return [(band, counts[band, BOTH]) for band in finest(band for band, of in counts if of == BOTH)]


def sources(place: Territory) -> dict[int, list[str]]:
    """Who counts the territory's people, by year, both in order."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Population.objects.filter(territory=place).values_list("year", "source").distinct()
    for year, source in rows.order_by("year", "source"):
        found[year].append(source)
    return dict(found)


def counts_of(place: Territory, year: int, source: str) -> Counts:
    rows = Population.objects.filter(territory=place, year=year, source=source)
    return {
        ((first, last), sex): count
        for first, last, sex, count in rows.values_list("age_from", "age_to", "sex", "count")
    }
