"""What the site reads of releases, as frozen records that hold only what may be public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from django.db.models import QuerySet

from almenara.places.models import Level, Territory
from almenara.places.queries import alphabetical
from almenara.risk.models import Estimate, Release, ScenarioEffect

ORDERS = {
    "rank": ("rank", "-risk"),
    "risk": ("risk",),
    "children": ("children",),
    "expected": ("expected",),
}


@dataclass(frozen=True)
class Place:
    key: int
    code: str
    country: str
    level: str
    name: str
    parent_code: str | None
    parent_name: str | None


@dataclass(frozen=True)
class Figures:
    """A territory's risk. Proportions in [0, 1]; the interval is at 95 % and holds what interval_kind says.

    Of an index, risk is the score / 100, and there are no expected children. What is None: see models.Estimate.
    """

    place: Place
    children: float
    children_year: int
    children_source: str
    risk: float
    se: float | None
    ci_low: float | None
    ci_high: float | None
    interval_kind: str
    expected: float | None
    cv: float | None
    reliability: str | None
    risk_class: int | None
    class_probabilities: tuple[float, ...] | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    p_top: float | None
    areas: int | None
    spot: str | None
    p_adjusted: float | None
    share_hot: float | None
    area_type: int | None

    @property
    def is_index(self) -> bool:
        return self.expected is None


@dataclass(frozen=True)
class RiskClass:
    """One class of the map: its limits, and how many territories, children and expected working children it holds."""

    number: int
    low: float
    high: float
    areas: int
    children: float
    expected: float | None


@dataclass(frozen=True)
class DriverPart:
    factor: str
    contribution: float
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class Effect:
    """What a scenario implies for a territory; figures: as they are without it. See models.ScenarioEffect."""

    scenario: str
    figures: Figures
    risk: float
    difference: float
    ci_low: float | None
    ci_high: float | None
    expected_difference: float
    moved: float


@dataclass(frozen=True)
class ProfileFigure:
    name: str
    labels: dict[str, str]
    value: float | None
    withheld: bool
    unit: str
    year: int | None
    source: str


def current_release(country: str | None = None) -> Release | None:
    """The release shown for a country; without one, the latest published of those being shown."""
    return _releases(country).filter(is_current=True).first()


def releases(country: str | None = None) -> list[Release]:
    """Every published release, latest first."""
    return list(_releases(country))


def release(release_id: str) -> Release | None:
    return _releases(None).filter(release_id=release_id).first()


def _releases(country: str | None) -> QuerySet[Release]:
    found = Release.objects.select_related("country").order_by("-published_at", "-pk")
    return found if country is None else found.filter(country__code=country)


def classes(shown: Release) -> tuple[RiskClass, ...]:
    return tuple(
        RiskClass(row["class"], row["low"], row["high"], row["areas"], row["children"], row["expected"])
        for row in shown.classes["classes"]
    )


def estimates(
    shown: Release,
    *,
    level: str = Level.MUNICIPALITY,
    parent: str | None = None,
    order: str = "rank",
    descending: bool = False,
    language: str | None = None,
) -> tuple[Figures, ...]:
    """All territories of a level; order: as `ordering` takes it. parent: a code. What is narrowed: risk.lists."""
    rows = _estimates(shown).filter(level=level)
    if parent is not None:
        rows = rows.filter(territory__listed_in__code=parent)
    return tuple(figures_of(rows.order_by(*ordering(order, descending=descending, language=language))))


def ordering(order: str, *, descending: bool = False, language: str | None = None) -> tuple[str, ...]:
    """Columns to order estimates by; order: a key of ORDERS or "name" (alphabetical in the language)."""
    name = f"territory__{alphabetical(language)}"
    columns = ORDERS.get(order, (name,))
    turned = tuple(_turned(column) for column in columns) if descending else columns
    return (*turned, name, "territory__code")


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def figures(shown: Release, place: Territory) -> Figures | None:
    return next(figures_of(_estimates(shown).filter(territory=place)), None)


def has_scenarios(shown: Release) -> bool:
    return ScenarioEffect.objects.filter(release=shown).exists()


def effects(shown: Release, scenario: str, *, level: str = Level.MUNICIPALITY) -> tuple[Effect, ...]:
    """What a scenario implies for a level's territories, the largest difference of children first."""
    figures = {row.place.key: row for row in estimates(shown, level=level)}
    rows = ScenarioEffect.objects.filter(release=shown, scenario=scenario, territory__in=list(figures))
    found = [effect(row, figures[row.territory_id]) for row in rows]
    return tuple(sorted(found, key=lambda row: (-abs(row.expected_difference), row.figures.place.code)))


def effect(row: ScenarioEffect, figures: Figures) -> Effect:
    return Effect(
        scenario=row.scenario,
        figures=figures,
        risk=row.risk,
        difference=row.difference,
        ci_low=row.ci_low,
        ci_high=row.ci_high,
        expected_difference=row.expected_difference,
        moved=row.moved,
    )


def _estimates(shown: Release) -> QuerySet[Estimate]:
    return Estimate.objects.filter(release=shown)


_PLACE = (
    "territory_id",
    "territory__code",
    "territory__country",
    "territory__level",
    "territory__name",
    "territory__listed_in__code",
    "territory__listed_in__name",
)
_VALUES = tuple(field.name for field in fields(Figures) if field.name != "place")


def figures_of(rows: QuerySet[Estimate]) -> Iterator[Figures]:
    """Straight from the columns: a country of 5,600 municipalities is read for a page."""
    for row in rows.values_list(*_PLACE, *_VALUES):
        figures = Figures(Place(*row[: len(_PLACE)]), *row[len(_PLACE) :])
        found = figures.class_probabilities
        yield figures if found is None else replace(figures, class_probabilities=tuple(found))
