"""Drivers: each factor's part in the distance between a territory and the nation, as bars and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from almenara.common import charts, numbers
from almenara.risk.models import Release, in_language
from almenara.risk.queries import DriverPart, Figures

OWN_ROWS = frozenset({"area_effect", "benchmark", "remainder"})  # rows of the release that are no factor


@dataclass(frozen=True)
class DriverRow:
    """contribution in percentage points; raises: True for a risk factor here, False for a protective one."""

    label: str
    contribution: str
    interval: str
    share: str
    raises: bool
    effect: str
    value: float


@dataclass(frozen=True)
class Drivers:
    rows: tuple[DriverRow, ...]  # what raises the risk most comes first, what lowers it most last
    total: str
    chart: str
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
    shown = tuple(_row(row, labels, distance) for row in ordered)
    return Drivers(
        shown,
        numbers.points(distance),
        _chart(shown, ordered),
        _statement(estimate, country),
        _has_intervals(shown),
    )


def _has_intervals(rows: Sequence[DriverRow]) -> bool:
    return any(row.interval for row in rows)


def factor_labels(release: Release) -> dict[str, str]:
    """What readers are shown for the factors of the spec, and for the rows that are no factor."""
    covariates = release.manifest.get("spec", {}).get("covariates", [])
    labels = {item["name"]: in_language(item.get("label") or {}) or item["name"] for item in covariates}
    return labels | _own_labels()


def label_of(factor: str, labels: dict[str, str]) -> str:
    if factor in labels:
        return labels[factor]
    parts = [labels.get(part, part) for part in factor.split(":")]
    if len(parts) == 2:
        return _("{first} together with {second}").format(first=parts[0], second=parts[1])
    return factor.replace("_", " ")


def _own_labels() -> dict[str, str]:
    return {
        "area_effect": _("The territory's own departure from the model"),
        "benchmark": _("Adjustment to the survey's published rate"),
        "remainder": _("Remainder: how characteristics combine"),
    }


def _row(row: DriverPart, labels: dict[str, str], distance: float) -> DriverRow:
    raises = row.contribution >= 0
    return DriverRow(
        label=label_of(row.factor, labels),
        contribution=numbers.points(row.contribution, 2),
        interval=_interval(row),
        share=_share(row.contribution, distance),
        raises=raises,
        effect=_effect(row.contribution),
        value=row.contribution,
    )


def _effect(contribution: float) -> str:
    if round(contribution, 4) == 0:  # what the two decimals of a percentage point show
        return _("Makes no difference here")
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
    values = {
        "risk": numbers.rate(estimate.risk),
        "national": numbers.rate(country.risk),
        "points": numbers.decimal(abs(estimate.risk - country.risk) * 100, 1),
    }
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


def _chart(shown: Sequence[DriverRow], rows: Sequence[DriverPart]) -> str:
    bars = [
        charts.Bar(text.label, row.contribution, text.contribution, _ends(row))
        for text, row in zip(shown, rows, strict=True)
    ]
    return charts.diverging_bars(
        bars,
        title=_("Distance from the national rate, by factor"),
        description=_(
            "Bars to the right are factors that raise the risk here above the national rate, bars to the left lower "
            "it; in percentage points. The table gives the numbers."
        ),
    )


def _ends(row: DriverPart) -> tuple[float, float] | None:
    return None if row.ci_low is None or row.ci_high is None else (row.ci_low, row.ci_high)
