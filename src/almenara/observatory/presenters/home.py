"""The front page of a country: one number, what it is out of, and where the children are."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.observatory import queries as own
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.classes import Legend, legend
from almenara.observatory.presenters.drawings import SmallMap, country_map
from almenara.observatory.presenters.figures import FigureTexts, figure_texts
from almenara.observatory.presenters.ranking import Row, row
from almenara.risk import queries
from almenara.risk.models import Release

FIRST = 5


@dataclass(frozen=True)
class Home:
    title: str
    outcome: str
    ages: str
    country_code: str
    country_name: str
    national: FigureTexts
    children_basis: str
    interval_holds: str
    lesson: str
    legend: Legend
    map: SmallMap | None
    highest: tuple[Row, ...]
    years: str
    published: str
    measure: str
    is_index: bool


def home(release: Release) -> Home:
    country, shown = own.national(release), legend(release)
    areas = queries.estimates(release)
    return Home(
        title=release.title,
        outcome=release.outcome_label,
        ages=wording.ages(release),
        country_code=release.country.code,
        country_name=wording.country_name(release),
        national=figure_texts(country),
        children_basis=wording.children_basis(country),
        interval_holds=wording.interval_holds(country.interval_kind),
        lesson=_lesson(shown, release),
        legend=shown,
        map=country_map(release, areas, shown),
        highest=tuple(row(area, shown) for area in areas[:FIRST]),
        years=wording.years(release),
        published=numbers.long_date(release.published_at),
        measure=wording.measure_name(release),
        is_index=release.is_index,
    )


def _lesson(shown: Legend, release: Release) -> str:
    """What a class map hides: how few, or how many, of the children live in its darkest territories."""
    if not shown.classes:
        return ""
    highest = shown.classes[0]
    if highest.expected_share is None:
        return _(
            "The class of highest vulnerability holds {share} of the territories and {held} of the {ages}; the "
            "remaining {rest} live in the other classes."
        ).format(
            share=numbers.rate(highest.territory_share, 0),
            held=numbers.rate(highest.children_share, 0),
            ages=wording.ages(release),
            rest=numbers.rate(1 - highest.children_share, 0),
        )
    if highest.expected_share < 0.5:
        sentence = _(
            "The class of highest risk holds {territories} of the territories and {expected} of the children "
            "expected to be in this situation: most of these children, {rest}, live in the other classes."
        )
    else:
        sentence = _(
            "The class of highest risk holds {territories} of the territories and {expected} of the children "
            "expected to be in this situation; the remaining {rest} live in the other classes."
        )
    return sentence.format(
        territories=numbers.rate(highest.territory_share, 0),
        expected=numbers.rate(highest.expected_share, 0),
        rest=numbers.rate(1 - highest.expected_share, 0),
    )
