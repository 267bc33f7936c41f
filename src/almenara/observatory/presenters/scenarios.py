"""What-if scenarios: differences that the model implies, of a territory and ranked over the country."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.observatory.presenters.figures import is_withheld
from almenara.places.models import Level
from almenara.risk import queries
from almenara.risk.models import Release, in_language
from almenara.risk.queries import Effect

PAGE = 25


@dataclass(frozen=True)
class EffectRow:
    """A territory under a scenario, as texts; differences carry their sign."""

    scenario: str
    label: str
    code: str
    name: str
    department_name: str
    now: str
    then: str
    difference: str
    interval: str
    children: str
    moved: str


@dataclass(frozen=True)
class Scenario:
    name: str
    label: str
    current: bool


@dataclass(frozen=True)
class Scenarios:
    """The page of a release: every scenario to choose from, the chosen one's rows; country: its sum."""

    choices: tuple[Scenario, ...]
    chosen: Scenario
    country: EffectRow | None
    rows: tuple[EffectRow, ...]
    caution: str
    page: str
    previous: int | None
    next: int | None


def caution() -> str:
    return _("This is a difference implied by the model, not the effect of a policy.")


def labels(release: Release) -> dict[str, str]:
    """What readers are told of each scenario by name, in the spec's order; none that was not worked out."""
    declared = release.manifest.get("spec", {}).get("scenarios") or []
    if not declared or not queries.has_scenarios(release):
        return {}
    return {item["name"]: in_language(item.get("label") or {}) or item["name"] for item in declared}


def scenarios(release: Release, wanted: str, page: str | None) -> Scenarios | None:
    """None where the release has no scenario, or none of the wanted name (empty: the first)."""
    known = labels(release)
    name = wanted or next(iter(known), "")
    if name not in known:
        return None
    choices = tuple(Scenario(key, label, key == name) for key, label in known.items())
    effects = sorted(queries.effects(release, name), key=lambda effect: is_withheld(effect.figures))
    shown = Paginator(effects, PAGE).get_page(page)
    country = queries.effects(release, name, level=Level.COUNTRY)
    return Scenarios(
        choices=choices,
        chosen=next(choice for choice in choices if choice.current),
        country=row(country[0], known) if country else None,
        rows=tuple(row(effect, known) for effect in shown.object_list),
        caution=caution(),
        page=_("Page {number} of {total}").format(
            number=numbers.count(shown.number), total=numbers.count(shown.paginator.num_pages)
        ),
        previous=shown.previous_page_number() if shown.has_previous() else None,
        next=shown.next_page_number() if shown.has_next() else None,
    )


def row(effect: Effect, known: dict[str, str]) -> EffectRow:
    place, hidden = effect.figures.place, is_withheld(effect.figures)
    withheld = _("withheld")
    in_department = place.parent_code not in (None, place.country)
    return EffectRow(
        scenario=effect.scenario,
        label=known.get(effect.scenario, effect.scenario),
        code=place.code,
        name=place.name,
        department_name=(place.parent_name or "") if in_department else "",
        now=withheld if hidden else numbers.rate(effect.figures.risk),
        then=withheld if hidden else numbers.rate(effect.risk),
        difference=withheld if hidden else numbers.points(effect.difference, 2),
        interval="" if hidden else _interval(effect),
        children=withheld if hidden else numbers.signed_count(effect.expected_difference),
        moved=numbers.rate(effect.moved),
    )


def _interval(effect: Effect) -> str:
    if effect.ci_low is None or effect.ci_high is None:
        return ""
    return _("{low} to {high}").format(
        low=numbers.points(effect.ci_low, 2), high=numbers.points(effect.ci_high, 2)
    )
