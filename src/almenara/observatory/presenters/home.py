"""The front page of a country: one number, what it is out of, and where the children are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.observatory import queries as own
from almenara.observatory.presenters import wording
from almenara.observatory.presenters.classes import Legend, legend
from almenara.observatory.presenters.figures import FigureTexts, figure_texts
from almenara.observatory.presenters.first_map import FirstMap, first_map
from almenara.observatory.presenters.ranking import Row, row
from almenara.places.queries import in_alphabet
from almenara.risk import lists
from almenara.risk.models import Release
from almenara.risk.queries import Figures

FIRST = 5


@dataclass(frozen=True)
class Home:
    title: str
    outcome: str
    out_of: str
    interval: str
    country_code: str
    country_name: str
    national: FigureTexts
    lesson: str
    legend: Legend
    map: FirstMap | None
    highest: tuple[Row, ...]
    eyebrow: str
    measure: str
    is_index: bool


def in_order(releases: Iterable[Release]) -> list[Release]:
    """Countries in the alphabetical order of the reader's language, by the names they have in it."""
    return sorted(releases, key=lambda release: in_alphabet(wording.country_name(release)))


def home(release: Release) -> Home:
    country, shown = own.national(release), legend(release)
    highest = lists.part(release, lists.Wanted(), FIRST).rows
    return Home(
        title=release.title,
        outcome=release.outcome_label,
        out_of=_out_of(country, release),
        interval=_interval(country),
        country_code=release.country.code,
        country_name=wording.country_name(release),
        national=figure_texts(country),
        lesson=_lesson(shown, release),
        legend=shown,
        map=first_map(release, shown),
        highest=tuple(row(area, shown) for area in highest),
        eyebrow=" · ".join(filter(None, (wording.country_name(release), wording.years(release)))),
        measure=wording.measure_name(release),
        is_index=release.is_index,
    )


def _out_of(country: Figures, release: Release) -> str:
    """What the one number is a share or a mean of, and of which year."""
    said = figure_texts(country)
    if release.is_index:
        sentence = _(
            "From 1 to 100: mean of the municipalities, weighted by their {children} {ages}."
        ).format(children=said.children, ages=wording.ages(release))
    else:
        sentence = _("About {expected} out of {children} {ages}.").format(
            expected=said.expected, children=said.children, ages=wording.ages(release)
        )
    return f"{sentence} {wording.children_basis(country)}"


def _interval(country: Figures) -> str:
    """With the errors that it holds: it does not go without them."""
    found = figure_texts(country).interval
    if not found:
        return wording.interval_holds(country.interval_kind)
    said = _("Interval (95%): {interval}").format(interval=found)
    return f"{said}. {wording.interval_holds(country.interval_kind)}"


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
