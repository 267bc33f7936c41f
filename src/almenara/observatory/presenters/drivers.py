"""Drivers: each factor's part in the distance between a territory and the nation, as a waterfall and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.design.charts.data import Step, Total, Waterfall, gathered
from almenara.design.charts.measures import Measure, Unit
from almenara.observatory.presenters import measure, wording
from almenara.risk.models import Release, in_language
from almenara.risk.queries import DriverPart, Figures

MOST_STEPS = 10  # of the picture; the table has them all
OWN_ROWS = frozenset({"area_effect", "benchmark", "remainder"})  # rows of the release that are no factor


@dataclass(frozen=True)
class DriverRow:
    """contribution in percentage points, of an index in points."""

    label: str
    contribution: str
    interval: str
    share: str
    effect: str


@dataclass(frozen=True)
class Drivers:
    rows: tuple[DriverRow, ...]  # what raises the risk most comes first, what lowers it most last
    total: str
    chart: Waterfall
    statement: str
    has_intervals: bool


def drivers(
    release: Release, estimate: Figures, country: Figures, rows: Sequence[DriverPart]
) -> Drivers | None:
    if not rows:
        return None
    distance = estimate.risk - country.risk
    ordered = sorted(rows, key=lambda row: (row.factor in OWN_ROWS, -row.contribution))
    labels = factor_labels(release)
    shown = tuple(_row(row, labels, distance, is_index=release.is_index) for row in ordered)
    return Drivers(
        shown,
        numbers.points(distance),
        _waterfall(release, shown, ordered, estimate, country),
        _statement(estimate, country),
        _has_intervals(shown),
    )


def _has_intervals(rows: Sequence[DriverRow]) -> bool:
    return any(row.interval for row in rows)


def factor_labels(release: Release) -> dict[str, str]:
    """What readers are shown for the factors of the spec, and for the rows that are no factor."""
    spec = release.manifest.get("spec", {})
    of_areas = (spec.get("model") or {}).get("area_covariates", [])
    named = [*spec.get("covariates", []), *of_areas, *spec.get("dimensions", [])]
    labels = {item["name"]: in_language(item.get("label") or {}) or item["name"] for item in named}
    return labels | _own_labels(is_index=release.is_index)


def label_of(factor: str, labels: dict[str, str]) -> str:
    if factor in labels:
        return labels[factor]
    parts = [labels.get(part, part) for part in factor.split(":")]
    if len(parts) == 2:
        return _("{first} together with {second}").format(first=parts[0], second=parts[1])
    return factor.replace("_", " ")


def _own_labels(*, is_index: bool) -> dict[str, str]:
    """Sentences short enough for a line of the chart."""
    if is_index:
        return {"remainder": _("Dimensions act together, not one by one")}
    return {
        "area_effect": _("The territory departs from what the model predicts"),
        "benchmark": _("Rates are adjusted to those of the survey"),
        "remainder": _("Characteristics act together, not one by one"),
    }


def _row(row: DriverPart, labels: dict[str, str], distance: float, *, is_index: bool) -> DriverRow:
    return DriverRow(
        label=label_of(row.factor, labels),
        contribution=numbers.points(row.contribution, 2),
        interval=_interval(row),
        share=_share(row.contribution, distance),
        effect=_effect(row.contribution, is_index=is_index),
    )


def _effect(contribution: float, *, is_index: bool) -> str:
    if round(contribution, 4) == 0:  # what the two decimals of a percentage point show
        return _("Makes no difference here")
    if is_index:
        return _("Raises the score here") if contribution > 0 else _("Lowers the score here")
    return _("Raises the risk here") if contribution > 0 else _("Lowers the risk here")


def _interval(row: DriverPart) -> str:
    if row.ci_low is None or row.ci_high is None:
        return ""
    return _("{low} to {high} points").format(
        low=numbers.points(row.ci_low, 2), high=numbers.points(row.ci_high, 2)
    )


def _share(contribution: float, distance: float) -> str:
    """Of the distance from the national rate; not shown where the distance is too small to be shared out."""
    return numbers.rate(contribution / distance, 0) if abs(distance) >= 0.005 else ""


def _statement(estimate: Figures, country: Figures) -> str:
    is_index = estimate.is_index
    values = {
        "risk": measure.value(estimate.risk, is_index=is_index),
        "national": measure.value(country.risk, is_index=is_index),
        "points": numbers.decimal(abs(estimate.risk - country.risk) * 100, 1),
    }
    if is_index:
        return _statement_of_score(estimate.risk - country.risk).format(**values)
    if round(abs(estimate.risk - country.risk), 3) == 0:
        sentence = _("The risk here, {risk}, is as high as the national rate of {national}.")
    elif estimate.risk > country.risk:
        sentence = _(
            "The risk here, {risk}, is {points} percentage points above the national rate of {national}."
        )
    else:
        sentence = _(
            "The risk here, {risk}, is {points} percentage points below the national rate of {national}."
        )
    return sentence.format(**values)


def _statement_of_score(distance: float) -> str:
    if round(abs(distance), 3) == 0:
        return _("The score here, {risk}, is as high as the national one of {national}.")
    if distance > 0:
        return _(
            "The score here, {risk}, lies above the national one of {national}; the difference is {points}."
        )
    return _("The score here, {risk}, lies below the national one of {national}; the difference is {points}.")


def _waterfall(
    release: Release,
    shown: Sequence[DriverRow],
    rows: Sequence[DriverPart],
    estimate: Figures,
    country: Figures,
) -> Waterfall:
    """From the national value to the territory's own. What its intervals hold is what those of the release hold."""
    is_index = release.is_index
    steps = [Step(text.label, row.contribution, *_ends(row)) for text, row in zip(shown, rows, strict=True)]
    title = (
        _("From the national score to that of {name}")
        if is_index
        else _("From the national rate to that of {name}")
    )
    drawn = gathered(steps, MOST_STEPS, _("The smaller ones together"))
    return Waterfall(
        title=title.format(name=estimate.place.name),
        of=_("points of the index, from 1 to 100") if is_index else wording.ages(release),
        source=wording.years(release) or release.title,
        measure=Measure(Unit.SCORE if is_index else Unit.RATE, 2),
        start=Total(wording.country_name(release), country.risk),
        steps=drawn,
        end=Total(estimate.place.name, estimate.risk),
        holds=wording.interval_holds(release.interval_kind)
        if any(step.estimate.ends for step in drawn)
        else "",
    )


def _ends(row: DriverPart) -> tuple[float | None, float | None]:
    return (None, None) if row.ci_low is None or row.ci_high is None else (row.ci_low, row.ci_high)
