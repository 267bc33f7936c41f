"""How a release was made, in words and with its coefficients."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from almenara.common import numbers
from almenara.observatory import queries as own
from almenara.observatory.presenters import layers, method_sentences, wording
from almenara.observatory.presenters.drivers import factor_labels, label_of
from almenara.observatory.presenters.measure import indicator_units
from almenara.risk.gateway import warnings_in
from almenara.risk.models import Coefficient, Indicator, Release, in_language


@dataclass(frozen=True)
class OddsRow:
    factor: str
    level: str
    reference: str
    odds_ratio: str
    interval: str


@dataclass(frozen=True)
class Accepted:
    """A difference between survey and census that was accepted, with the reason as its author wrote it."""

    covariate: str
    reason: str


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator of an index; weight: its share of the index, a percentage."""

    dimension: str
    label: str
    weight: str
    direction: str
    treated: bool
    unit: str
    year: str
    source: str


@dataclass(frozen=True)
class Warned:
    """What the run warned of; language: of the text, which is English where the warning has no translation."""

    text: str
    language: str


@dataclass(frozen=True)
class Method:
    sentences: tuple[str, str, str]
    interval_holds: str
    replicates: str
    benchmark: str
    indicators: tuple[IndicatorRow, ...]
    layers: tuple[layers.Layer, ...]
    odds: tuple[OddsRow, ...]
    accepted: tuple[Accepted, ...]
    warnings: tuple[Warned, ...]


def method(release: Release) -> Method:
    labels, levels = factor_labels(release), _level_labels(release)
    units = indicator_units(release)
    return Method(
        sentences=method_sentences.method_in_three_sentences(release),
        interval_holds=wording.interval_holds(release.interval_kind),
        replicates=method_sentences.replicates(release),
        benchmark=method_sentences.benchmark(release),
        indicators=tuple(_indicator(row, labels, units) for row in own.indicators(release))
        if release.is_index
        else (),
        layers=tuple(found for name in layers.NAMES if (found := layers.layer(release, name))),
        odds=tuple(_odds(row, labels, levels) for row in own.coefficients(release) if row.factor),
        accepted=tuple(
            Accepted(label_of(item["covariate"], labels), item["reason"])
            for item in release.manifest.get("accepted", ())
        ),
        warnings=_warnings(release),
    )


def _warnings(release: Release) -> tuple[Warned, ...]:
    language = (get_language() or "es")[:2]
    told = warnings_in(release.manifest.get("warnings", ()), language)
    return tuple(Warned(text, language if translated else "en") for text, translated in told)


def _indicator(row: Indicator, labels: dict[str, str], units: dict[str, str]) -> IndicatorRow:
    return IndicatorRow(
        dimension=labels.get(row.dimension, row.dimension),
        label=in_language(row.labels) or row.name,
        weight=numbers.rate(row.weight),
        direction=_("More of it is worse") if row.direction == "more" else _("Less of it is worse"),
        treated=row.treatment != "none",
        unit=units.get(row.name, row.unit),
        year=str(row.year or ""),
        source=row.source,
    )


def _odds(row: Coefficient, labels: dict[str, str], levels: dict[tuple[str, str], str]) -> OddsRow:
    ends = ""
    if row.or_low is not None and row.or_high is not None:
        ends = _("{low} to {high}").format(
            low=numbers.decimal(row.or_low, 2), high=numbers.decimal(row.or_high, 2)
        )
    return OddsRow(
        factor=label_of(row.factor, labels),
        level=levels.get((row.factor, row.factor_level), row.factor_level),
        reference=levels.get((row.factor, row.reference), row.reference),
        odds_ratio=numbers.decimal(row.odds_ratio, 2),
        interval=ends,
    )


def _level_labels(release: Release) -> dict[tuple[str, str], str]:
    covariates = release.manifest.get("spec", {}).get("covariates", [])
    return {
        (item["name"], level): in_language(label)
        for item in covariates
        for level, label in (item.get("level_labels") or {}).items()
    }
