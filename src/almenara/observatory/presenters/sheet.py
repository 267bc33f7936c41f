"""The fact sheet of a territory: every text and number of the page and of the PDF, ready to be set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from almenara.common import numbers
from almenara.observatory.presenters import layers, wording
from almenara.observatory.presenters.atlas import Atlas
from almenara.observatory.presenters.certainty import certainty
from almenara.observatory.presenters.chances import ClassChance, class_chances
from almenara.observatory.presenters.children import Split, is_protected, split
from almenara.observatory.presenters.classes import Legend, RiskClass
from almenara.observatory.presenters.drawings import SmallMap, country_map, department_map
from almenara.observatory.presenters.drivers import Drivers, drivers
from almenara.observatory.presenters.figures import FigureTexts, figure_texts, is_withheld, risk_text
from almenara.observatory.presenters.neighbourhood import surroundings
from almenara.observatory.presenters.profile import ProfileGroup, profile, protection
from almenara.observatory.presenters.provenance import Provenance, absent, provenance
from almenara.observatory.presenters.scenarios import EffectRow, caution, labels, row
from almenara.observatory.presenters.sheet_words import lead, protective, rank, rank_in_department
from almenara.observatory.presenters.standing import Standing, standing
from almenara.places import queries as places
from almenara.places.models import Level
from almenara.risk.facts import FactSheet
from almenara.risk.models import Release
from almenara.risk.queries import Figures

MOST_NEIGHBOURS = 10


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
    protective: str  # what lowers the value here
    split: Split | None
    classes: tuple[ClassChance, ...]
    profile: tuple[ProfileGroup, ...]
    profile_above: tuple[str, ...]  # whose values stand beside those of the profile, from the country down
    profile_protection: str
    scenarios: tuple[EffectRow, ...]
    caution: str  # what a scenario is not
    map: SmallMap | None
    legend: Legend
    method: tuple[str, str, str]
    limits: tuple[str, ...]
    absent: tuple[str, ...]  # what this sheet lacks, and why
    provenance: Provenance
    published: str
    bordering: tuple[Listed, ...]  # the territories that it borders
    neighbours: tuple[Listed, ...]  # itself among the territories of the same parent
    members: tuple[Listed, ...]  # territories below


def sheet(facts: FactSheet, atlas: Atlas | None = None) -> Sheet:
    """The sheet in the active language, in a fixed number of queries whatever the size of the country.

    atlas: what many sheets have in common; made for this one by default. Only a sheet by itself is a page, and leads to
    the territories beside it and below it.
    """
    alone, atlas = atlas is None, atlas or Atlas(facts.country)
    release, own, place, country = facts.release, facts.figures, facts.figures.place, facts.country
    shown, hidden = atlas.legend, is_withheld(own)
    in_department = place.level == Level.MUNICIPALITY and place.parent_code != place.country
    national = facts.above[0] if facts.above else own
    drawn, bordering = _map(facts, atlas)
    by_age = split(facts)
    return Sheet(
        release_id=release.release_id,
        code=place.code,
        name=_name(release, own),
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
        lead=lead(release, own),
        certainty=() if hidden else certainty(release, own, shown),
        spot=layers.word(own, atlas.spots) if own.spot and atlas.spots else "",
        type=atlas.types.find(own.area_type) if own.area_type and atlas.types else None,
        interval_holds="" if hidden else wording.interval_holds(own.interval_kind),
        warning=_warning(own),
        rank=rank(own, facts.ranked),
        rank_in_department=rank_in_department(facts) if in_department and not hidden else "",
        children_basis=wording.children_basis(own),
        areas=wording.territories(own.areas) if own.areas else "",
        standing=None if hidden else standing(own, atlas),
        drivers=None if hidden else drivers(release, own, national, facts.drivers),
        protective="" if hidden else protective(release, facts.drivers),
        split=by_age,
        classes=class_chances(own, shown, hidden=hidden),
        profile=profile(facts.profile, facts.profile_above, is_index=release.is_index, units=atlas.units),
        profile_above=tuple(_name(release, row) for row in facts.above),
        profile_protection=protection(facts.profile),
        scenarios=() if hidden else _scenarios(facts),
        caution=caution(),
        map=drawn,
        legend=shown,
        method=atlas.method,
        limits=atlas.limits,
        absent=absent(
            facts,
            has_map=drawn is not None,
            has_split=by_age is not None,
            split_is_protected=is_protected(facts),
            hidden=hidden,
        ),
        provenance=provenance(facts),
        published=numbers.long_date(release.published_at),
        bordering=_bordering(facts, bordering, atlas),
        neighbours=_listed(country.beside(own) if alone else (), shown, own),
        members=_listed(_members(facts) if alone else (), shown, own),
    )


def _name(release: Release, own: Figures) -> str:
    return wording.country_name(release) if own.place.level == Level.COUNTRY else own.place.name


def _members(facts: FactSheet) -> tuple[Figures, ...]:
    """The tier just below: departments of a country that has them, else its municipalities."""
    place, country = facts.figures.place, facts.country
    if place.level == Level.MUNICIPALITY:
        return ()
    if place.level == Level.DEPARTMENT:
        return country.within(place.code)
    return country.level(Level.DEPARTMENT) or country.level(Level.MUNICIPALITY)


def _scenarios(facts: FactSheet) -> tuple[EffectRow, ...]:
    known = labels(facts.release)
    effects = {effect.scenario: effect for effect in facts.scenarios}
    return tuple(row(effects[name], known) for name in known if name in effects)


def _warning(own: Figures) -> str:
    return wording.unreliable() if figure_texts(own).unreliable else ""


def _map(facts: FactSheet, atlas: Atlas) -> tuple[SmallMap | None, tuple[str, ...]]:
    """The drawing, and the codes of a municipality's neighbours."""
    release, place, country, shown = facts.release, facts.figures.place, facts.country, atlas.legend
    if place.level == Level.MUNICIPALITY:
        found = surroundings(atlas.ground, place, shown)
        return (found.map, found.neighbours) if found else (None, ())
    if place.level == Level.DEPARTMENT:
        return department_map(release, place.key, place.name, country.within(place.code), shown), ()
    return country_map(release, country.level(Level.MUNICIPALITY), shown), ()


def _bordering(facts: FactSheet, codes: Sequence[str], atlas: Atlas) -> tuple[Listed, ...]:
    """Of the neighbours those that have a value, at most MOST_NEIGHBOURS."""
    known = [atlas.municipalities[code] for code in codes if code in atlas.municipalities]
    return _listed(known[:MOST_NEIGHBOURS], atlas.legend, facts.figures)


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
