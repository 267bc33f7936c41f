"""The fact sheet of a territory: every text and number of the page and of the PDF, ready to be set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from almenara.common import numbers
from almenara.observatory.presenters import layers, measure, wording
from almenara.observatory.presenters.certainty import certainty
from almenara.observatory.presenters.classes import Legend, RiskClass, legend
from almenara.observatory.presenters.drawings import SmallMap, country_map, department_map
from almenara.observatory.presenters.drivers import Drivers, drivers
from almenara.observatory.presenters.figures import (
    FigureTexts,
    expected,
    figure_texts,
    is_withheld,
    risk_text,
)
from almenara.observatory.presenters.measure import indicator_units
from almenara.observatory.presenters.method_sentences import method_in_three_sentences
from almenara.observatory.presenters.profile import ProfileGroup, profile, protection
from almenara.observatory.presenters.scenarios import EffectRow, caution, labels, row
from almenara.observatory.presenters.standing import Standing, standing
from almenara.places import queries as places
from almenara.places.models import Level
from almenara.risk import queries
from almenara.risk.models import Release
from almenara.risk.queries import Figures


@dataclass(frozen=True)
class Listed:
    """A territory in a list that leads to its own sheet."""

    code: str
    name: str
    risk: str
    risk_class: RiskClass | None
    is_self: bool = False


@dataclass(frozen=True)
class Sheet:
    """A territory's brief in the reader's language. Fields that do not apply are empty, or None."""

    release_id: str
    code: str
    name: str
    level: str
    level_name: str
    department_code: str  # of a municipality that lies in one
    department_name: str
    country_code: str
    country_name: str
    title: str
    outcome: str
    ages: str
    figures: FigureTexts
    risk_class: RiskClass | None
    is_index: bool
    lead: str
    certainty: tuple[str, ...]  # of class, rank and place among the highest
    spot: str
    type: layers.Item | None
    interval_holds: str
    warning: str
    rank: str
    rank_in_department: str
    children_basis: str
    areas: str
    standing: Standing | None
    drivers: Drivers | None
    profile: tuple[ProfileGroup, ...]
    profile_protection: str
    scenarios: tuple[EffectRow, ...]
    caution: str  # what a scenario is not
    map: SmallMap | None
    legend: Legend
    method: tuple[str, str, str]
    years: str
    published: str
    neighbours: tuple[Listed, ...]  # itself among the territories of the same parent
    members: tuple[Listed, ...]  # territories below


def sheet(facts: queries.FactSheet) -> Sheet:
    """The sheet in the active language, in a fixed number of queries whatever the size of the country."""
    release, own, place = facts.release, facts.figures, facts.figures.place
    shown, hidden = legend(release), is_withheld(own)
    peers = (
        () if place.level == Level.COUNTRY else queries.estimates(release, level=place.level, order="name")
    )
    below = _below(release, own)
    in_department = place.level == Level.MUNICIPALITY and place.parent_code != place.country
    national = facts.above[0] if facts.above else own
    return Sheet(
        release_id=release.release_id,
        code=place.code,
        name=wording.country_name(release) if place.level == Level.COUNTRY else place.name,
        level=place.level,
        level_name=places.tier_name(facts.territory) or wording.level_name(place.level),
        department_code=(place.parent_code or "") if in_department else "",
        department_name=(place.parent_name or "") if in_department else "",
        country_code=place.country,
        country_name=wording.country_name(release),
        title=release.title,
        outcome=release.outcome_label,
        ages=wording.ages(release),
        figures=figure_texts(own),
        risk_class=None if hidden else shown.find(own.risk_class),
        is_index=release.is_index,
        lead=_lead(release, own),
        certainty=() if hidden else certainty(release, own, shown),
        spot=_spot(release, own),
        type=_type(release, own),
        interval_holds="" if hidden else wording.interval_holds(own.interval_kind),
        warning=_warning(own),
        rank=_rank(own, facts.ranked),
        rank_in_department=_rank_in_department(facts) if in_department and not hidden else "",
        children_basis=wording.children_basis(own),
        areas=wording.territories(own.areas) if own.areas else "",
        standing=None if hidden else standing(own, peers),
        drivers=None if hidden else drivers(release, own, national, facts.drivers),
        profile=profile(facts.profile, is_index=release.is_index, units=indicator_units(release)),
        profile_protection=protection(facts.profile),
        scenarios=() if hidden else _scenarios(facts),
        caution=caution(),
        map=_map(facts, below or _siblings(own, peers), shown),
        legend=shown,
        method=method_in_three_sentences(release),
        years=wording.years(release),
        published=numbers.long_date(release.published_at),
        neighbours=_listed(_siblings(own, peers), shown, own),
        members=_listed(_members(release, own, below), shown, own),
    )


def _below(release: Release, own: Figures) -> tuple[Figures, ...]:
    """The municipalities in a department or country."""
    if own.place.level == Level.MUNICIPALITY:
        return ()
    parent = own.place.code if own.place.level == Level.DEPARTMENT else None
    return queries.estimates(release, parent=parent, order="name")


def _members(release: Release, own: Figures, below: tuple[Figures, ...]) -> tuple[Figures, ...]:
    """The tier just below: departments of a country that has them, else its municipalities."""
    if own.place.level != Level.COUNTRY:
        return below
    return queries.estimates(release, level=Level.DEPARTMENT, order="name") or below


def _siblings(own: Figures, peers: Iterable[Figures]) -> tuple[Figures, ...]:
    return tuple(peer for peer in peers if peer.place.parent_code == own.place.parent_code)


def _lead(release: Release, own: Figures) -> str:
    if is_withheld(own):
        return wording.withheld()
    if own.is_index:
        return _(
            "Its score is {score} on a scale from 1 to 100 on which more is worse. {children} children aged {first} to "
            "{last} live here; their number is that of {year}."
        ).format(
            score=measure.value(own.risk, is_index=True),
            children=numbers.count(own.children),
            first=release.age_from,
            last=release.age_to,
            year=own.children_year,
        )
    return _(
        "Out of {children} children aged {first} to {last}, about {expected} are expected to be in this situation. "
        "The number of children is that of {year}."
    ).format(
        children=numbers.count(own.children),
        first=release.age_from,
        last=release.age_to,
        expected=expected(own),
        year=own.children_year,
    )


def _spot(release: Release, own: Figures) -> str:
    shown = layers.layer(release, layers.SPOTS) if own.spot else None
    return layers.word(own, shown) if shown else ""


def _type(release: Release, own: Figures) -> layers.Item | None:
    shown = layers.layer(release, layers.TYPES) if own.area_type else None
    return shown.find(own.area_type) if shown else None


def _scenarios(facts: queries.FactSheet) -> tuple[EffectRow, ...]:
    known = labels(facts.release)
    effects = {effect.scenario: effect for effect in facts.scenarios}
    return tuple(row(effects[name], known) for name in known if name in effects)


def _warning(own: Figures) -> str:
    return wording.unreliable() if figure_texts(own).unreliable else ""


def _rank(own: Figures, total: int) -> str:
    if own.rank is None or is_withheld(own):
        return ""
    values = {"rank": numbers.count(own.rank), "total": numbers.count(total)}
    if own.place.level == Level.DEPARTMENT:
        sentence = ngettext("{rank} of {total} department", "{rank} of {total} departments", total)
    else:
        sentence = ngettext("{rank} of {total} municipality", "{rank} of {total} municipalities", total)
    return sentence.format(**values)


def _rank_in_department(facts: queries.FactSheet) -> str:
    total = facts.parent_size or 0
    return ngettext(
        "{rank} of {total} municipality in the department",
        "{rank} of {total} municipalities in the department",
        total,
    ).format(rank=numbers.count(facts.rank_in_parent or 0), total=numbers.count(total))


def _map(facts: queries.FactSheet, areas: Sequence[Figures], shown: Legend) -> SmallMap | None:
    release, place = facts.release, facts.figures.place
    if place.level == Level.COUNTRY or (
        place.level == Level.MUNICIPALITY and place.parent_code == place.country
    ):
        return country_map(release, areas, shown)
    if place.level == Level.DEPARTMENT:
        return department_map(release, place.key, place.name, areas, shown)
    department = facts.territory.listed_in_id or 0
    return department_map(release, department, place.parent_name or "", areas, shown, marked=place.code)


def _listed(rows: Iterable[Figures], shown: Legend, own: Figures) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            code=row.place.code,
            name=row.place.name,
            risk=risk_text(row),
            risk_class=None if is_withheld(row) else shown.find(row.risk_class),
            is_self=row.place.key == own.place.key,
        )
        for row in rows
    )
